/** The last lines of a console: enough to explain a failure, never more memory than that. */
import { LineDecoder } from './line-decoder.ts';

export class ConsoleTail {
  readonly #limit: number;
  readonly #lines: string[] = [];
  readonly #decoder: LineDecoder;

  /** @param limit lines kept */
  constructor(limit: number) {
    this.#limit = limit;
    this.#decoder = new LineDecoder((line) => this.#keep(line));
  }

  push(chunk: Buffer): void {
    this.#decoder.push(chunk);
  }

  /** The lines so far, an unfinished one included. */
  text(): string {
    this.#decoder.end();
    return this.#lines.join('\n');
  }

  #keep(line: string): void {
    this.#lines.push(line.replaceAll('\r', ''));
    if (this.#lines.length > this.#limit) this.#lines.shift();
  }
}
