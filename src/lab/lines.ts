/** Splits a stream of bytes into lines without holding more than one of them. */

/** `ended` is false for a last line that no line feed follows: its writer may have been killed half-way. */
export interface Line {
  readonly number: number;
  readonly text: string;
  readonly ended: boolean;
}

const lineFeed = 0x0a;

/**
 * @param maxBytes longest line accepted
 * @param tooLong makes the error for a longer one, from its line number
 */
export async function* linesOf(
  chunks: AsyncIterable<Buffer>,
  maxBytes: number,
  tooLong: (line: number) => Error,
): AsyncGenerator<Line> {
  let number = 1;
  let parts: Buffer[] = [];
  let bytes = 0;
  const take = (part: Buffer): void => {
    bytes += part.length;
    if (bytes > maxBytes) throw tooLong(number);
    parts.push(part);
  };
  const finish = (ended: boolean): Line => {
    const line = { number, text: Buffer.concat(parts).toString('utf8'), ended };
    number += 1;
    parts = [];
    bytes = 0;
    return line;
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
      take(chunk.subarray(start, end));
      yield finish(true);
      start = end + 1;
    }
    if (start < chunk.length) take(chunk.subarray(start));
  }
  if (bytes > 0) yield finish(false);
}
