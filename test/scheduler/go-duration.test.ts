import assert from 'node:assert/strict';
import { goDuration } from '../../src/scheduler/go-duration.ts';

describe('a time as Go prints it', () => {
  const vectors: readonly (readonly [durationMs: number, text: string])[] = [
    [0, '0s'],
    [1, '1ms'],
    [999, '999ms'],
    [1000, '1s'],
    [1500, '1.5s'],
    [59_999, '59.999s'],
    [60_000, '1m0s'],
    [300_000, '5m0s'],
    [3_600_000, '1h0m0s'],
    [5_025_250, '1h23m45.25s'],
  ];
  for (const [durationMs, text] of vectors) {
    it(`of ${durationMs} ms is ${text}`, () => assert.equal(goDuration(durationMs), text));
  }
});
