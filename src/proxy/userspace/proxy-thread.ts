/** The main thread's hold on a proxy thread. */
import type { Worker } from 'node:worker_threads';
import { userspaceErrors } from './errors.ts';
import type { Answer, ThreadData } from './messages.ts';
import { moduleExtension, startThread } from './thread.ts';

const workerModule = new URL(`./worker${moduleExtension}`, import.meta.url);

interface Waiting {
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

export class ProxyThread {
  readonly #worker: Worker;
  #waiting: Waiting | undefined;
  #ended: Error | undefined;
  #isEmpty = true;

  private constructor(data: ThreadData) {
    this.#worker = startThread(workerModule, data);
    this.#worker.on('message', (answer: Answer) => this.#settle(({ resolve }) => resolve(answer)));
    this.#worker.on('error', (error) => this.#end(error));
    this.#worker.on('exit', (code) => this.#end(new Error(`exit code ${code}`)));
  }

  /** Resolves when the thread is inside its namespace. */
  static async start(data: ThreadData): Promise<ProxyThread> {
    const thread = new ProxyThread(data);
    await thread.#answer();
    return thread;
  }

  /**
   * Hands over an encoded change, one at a time; resolves to the number of operations once it is in force.
   * @throws DataPlaneError when a socket is refused, or the thread has ended.
   */
  async apply(change: Uint8Array): Promise<number> {
    const answered = this.#answer();
    this.#isEmpty = false;
    this.#worker.postMessage(change);
    const answer = await answered;
    if (answer.state === 'refused') throw userspaceErrors.refused(answer.message);
    return answer.operations;
  }

  /** Whether the thread still serves. */
  get alive(): boolean {
    return this.#ended === undefined;
  }

  /** Whether it was never given anything. */
  get isEmpty(): boolean {
    return this.#isEmpty;
  }

  /** Ends the thread and with it every socket and connection. */
  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  /** The next answer. The thread keeps the process alive only as long as somebody waits for it. */
  #answer(): Promise<Answer> {
    if (this.#ended !== undefined) return Promise.reject(userspaceErrors.threadEnded(this.#ended));
    this.#worker.ref();
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  #settle(how: (waiting: Waiting) => void): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#worker.unref();
    if (waiting !== undefined) how(waiting);
  }

  #end(cause: Error): void {
    this.#ended ??= cause;
    this.#settle(({ reject }) => reject(userspaceErrors.threadEnded(this.#ended)));
  }
}
