/**
 * HTTP requests that block: the scheduling cycle waits for its extenders, in Kubernetes as here, and everything else
 * in it stays free of promises. A thread of its own makes the requests.
 */
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';

export interface HttpRequest {
  readonly url: string;
  readonly body: string;
  readonly timeoutMs: number;
}

export type HttpReply =
  | { readonly kind: 'answered'; readonly status: number; readonly body: string }
  | { readonly kind: 'failed'; readonly reason: string };

/** It must be a module of its own only for the thread; it is too small to be a file that bundlers have to find. */
const workerSource = `
const { workerData } = require('node:worker_threads');
const { port, signal } = workerData;
port.on('message', async ({ url, body, timeoutMs }) => {
  let reply;
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(timeoutMs),
    });
    reply = { kind: 'answered', status: response.status, body: await response.text() };
  } catch (error) {
    reply = { kind: 'failed', reason: error.cause?.message ?? error.message };
  }
  port.postMessage(reply);
  Atomics.store(signal, 0, 1);
  Atomics.notify(signal, 0);
});
`;

/** The thread's own time limit comes first; this one is for a thread that is gone. */
const graceMs = 1000;

export class SyncHttp {
  readonly #signal = new Int32Array(new SharedArrayBuffer(4));
  readonly #port: MessagePort;
  readonly #worker: Worker;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#worker = new Worker(workerSource, {
      eval: true,
      execArgv: [],
      workerData: { port: port2, signal: this.#signal },
      transferList: [port2],
    });
    // A program that has nothing else to do ends.
    this.#worker.unref();
    this.#port.unref();
  }

  post(request: HttpRequest): HttpReply {
    // An answer that came after its time was up is not the answer to this.
    while (receiveMessageOnPort(this.#port) !== undefined);
    Atomics.store(this.#signal, 0, 0);
    this.#port.postMessage(request);
    const outcome = Atomics.wait(this.#signal, 0, 0, request.timeoutMs + graceMs);
    const received = receiveMessageOnPort(this.#port);
    if (outcome === 'timed-out' || received === undefined) return { kind: 'failed', reason: 'no answer in time' };
    return received.message as HttpReply;
  }

  close(): void {
    this.#port.close();
    void this.#worker.terminate();
  }
}
