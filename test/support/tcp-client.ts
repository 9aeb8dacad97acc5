/** A TCP client for tests: what it sends and what it gets, byte for byte. */
import { once } from 'node:events';
import net from 'node:net';

export class TcpClient {
  readonly socket: net.Socket;
  #received: Buffer[] = [];
  #length = 0;
  #ended = false;
  #failure: Error | undefined;
  #wake: () => void = () => undefined;

  private constructor(socket: net.Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (bytes: Buffer) => {
      this.#received.push(bytes);
      this.#length += bytes.length;
      this.#wake();
    });
    socket.on('end', () => {
      this.#ended = true;
      this.#wake();
    });
    socket.on('error', (error) => {
      this.#failure = error;
      this.#wake();
    });
  }

  /** Resolves when the connection stands. */
  static async connect(ip: string, port: number, localAddress?: string): Promise<TcpClient> {
    const target = { host: ip, port, allowHalfOpen: true };
    const socket = net.connect(localAddress === undefined ? target : { ...target, localAddress });
    await once(socket, 'connect');
    return new TcpClient(socket);
  }

  send(bytes: string | Buffer): this {
    this.socket.write(bytes);
    return this;
  }

  /** The next `length` bytes. @throws Error when the peer ends before that. */
  async take(length: number): Promise<Buffer> {
    while (this.#length < length) {
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#ended) throw new Error(`the peer ended after ${this.#length} of ${length} bytes`);
      await this.#next();
    }
    const all = Buffer.concat(this.#received);
    this.#received = [all.subarray(length)];
    this.#length -= length;
    return all.subarray(0, length);
  }

  /** Everything until the peer ends. @throws Error when it resets instead. */
  async rest(): Promise<Buffer> {
    while (!this.#ended) {
      if (this.#failure !== undefined) throw this.#failure;
      await this.#next();
    }
    return Buffer.concat(this.#received);
  }

  /** Sends the end and keeps listening. */
  end(): this {
    this.socket.end();
    return this;
  }

  destroy(): void {
    this.socket.destroy();
  }

  #next(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
