import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LineDecoder } from '../../src/kernel/line-decoder.ts';

function decode(chunks: readonly Buffer[]): string[] {
  const lines: string[] = [];
  const decoder = new LineDecoder((line) => lines.push(line));
  for (const chunk of chunks) decoder.push(chunk);
  decoder.end();
  return lines;
}

/** Cuts a buffer at the given places. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [0, ...[...places].sort((a, b) => a - b), bytes.length];
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end));
}

describe('LineDecoder', () => {
  it('gives the same lines however the bytes are cut, even within a character', () => {
    const line = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\n', ''));
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat(400)), (lines, places) => {
        const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''));
        const within = places.map((place) => Math.min(place, bytes.length));
        assert.deepEqual(decode(cut(bytes, within)), lines);
      }),
    );
  });

  it('hands over a last line without a newline only at the end', () => {
    const lines: string[] = [];
    const decoder = new LineDecoder((line) => lines.push(line));
    decoder.push(Buffer.from('one\ntwo'));
    assert.deepEqual(lines, ['one']);
    decoder.end();
    assert.deepEqual(lines, ['one', 'two']);
  });
});
