/** Splits a byte stream into lines, however the bytes were cut into chunks. */

const newline = 0x0a;

export class LineDecoder {
  readonly #onLine: (line: string) => void;
  /** Chunks of the line that has not ended yet: joined once, so that a long line costs linear time. */
  #pending: Buffer[] = [];

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      this.#pending.push(chunk.subarray(start, end));
      this.#emit();
      start = end + 1;
    }
    if (start < chunk.length) this.#pending.push(chunk.subarray(start));
  }

  /** Hands over a last line that has no newline. */
  end(): void {
    if (this.#pending.length > 0) this.#emit();
  }

  #emit(): void {
    const line = Buffer.concat(this.#pending).toString('utf8');
    this.#pending = [];
    this.#onLine(line);
  }
}
