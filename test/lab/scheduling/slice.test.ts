import assert from 'node:assert/strict';
import { resultRecordSchema } from '../../../src/lab/record-schema.ts';
import { profileNames } from '../../../src/lab/scheduling/profiles.ts';
import { scheduleSlice } from '../../../src/lab/scheduling/slice.ts';
import { openSchedulingThread } from '../../../src/lab/scheduling/thread.ts';

/** A clock on which every look takes 500 ns. */
function slowClock(): () => number {
  let nowNs = 1e9;
  return () => {
    nowNs += 500;
    return nowNs;
  };
}

const small = { seed: 11, nodes: 20, pods: 200 };

describe('a scheduling slice', () => {
  for (const profile of profileNames) {
    it(`of ${profile} loses no pod and tells of every attempt`, () => {
      const slice = scheduleSlice({ profile, ...small }, slowClock());
      assert.equal(slice.bound + slice.pending, 200);
      assert.ok(slice.bound > 20 && slice.pending > 0, `${slice.bound} bound of more pods than fit`);
      assert.equal(slice.attempts, 200);
      assert.equal(
        slice.latency.buckets.reduce((sum, [, count]) => sum + count, 0),
        slice.attempts,
      );
      const record = { type: 'scheduling', profile, round: 0, order: 0, ...slice };
      assert.deepEqual(resultRecordSchema.parse(record), record);
    });
  }

  it('times attempts and the whole with the clock that it is given', () => {
    const slice = scheduleSlice({ profile: 'default', ...small }, slowClock());
    assert.deepEqual([slice.startedAtNs, slice.latency.buckets.length], [1e9 + 500, 1]);
    assert.equal(slice.durationNs, 500 * (2 * slice.attempts + 1));
  });

  it('is the same again for the same seed, and another for another', () => {
    const slice = (seed: number) => scheduleSlice({ profile: 'gpu-fgd', ...small, seed }, slowClock());
    assert.deepEqual(slice(1), slice(1));
    assert.notEqual(slice(1).bound, slice(2).bound);
  });

  it('leaves room for the last large pods when it fills nodes up rather than spreads', () => {
    const pending = (profile: 'default' | 'most-allocated'): number =>
      [1, 2, 3].reduce(
        (sum, seed) => sum + scheduleSlice({ profile, seed, nodes: 100, pods: 500 }, slowClock()).pending,
        0,
      );
    assert.ok(pending('most-allocated') < pending('default'), `${pending('most-allocated')}, ${pending('default')}`);
  });
});

describe('the thread of the scheduling slices', function () {
  this.timeout(60_000);

  it('makes the slice that the same task makes here, and times it', async () => {
    const thread = openSchedulingThread();
    try {
      const task = { profile: 'no-scoring', ...small } as const;
      const beforeNs = Number(process.hrtime.bigint());
      const slice = await thread.run(task, new AbortController().signal);
      const afterNs = Number(process.hrtime.bigint());
      const here = scheduleSlice(task, slowClock());
      assert.deepEqual([slice.bound, slice.pending], [here.bound, here.pending]);
      assert.ok(slice.durationNs > 0);
      // The clocks of two threads agree to a microsecond or so.
      assert.ok(slice.startedAtNs > beforeNs - 1e6 && slice.startedAtNs + slice.durationNs < afterNs + 1e6);
    } finally {
      await thread.close();
    }
  });

  it('drops what is under way when it is aborted', async () => {
    const thread = openSchedulingThread();
    try {
      const controller = new AbortController();
      // Minutes, if nobody stopped it.
      const slice = thread.run({ profile: 'gpu-fgd', seed: 1, nodes: 20_000, pods: 200_000 }, controller.signal);
      controller.abort();
      await assert.rejects(slice, { name: 'AbortError' });
    } finally {
      await thread.close();
    }
  });
});
