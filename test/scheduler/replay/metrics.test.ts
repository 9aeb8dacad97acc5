import assert from 'node:assert/strict';
import {
  allocationCurve,
  curveAt,
  preemptionsOf,
  summarizeReplay,
  summarizeWaits,
  utilizationOverTime,
  waitingOf,
} from '../../../src/scheduler/replay/index.ts';
import { arrived, bound, departed, gpuTask, logOf, preempted, traceNode } from './logs.ts';

/** Only whole GPUs are wanted: what is left of a shared one is a fragment. */
const wholeGpus = [{ ...gpuTask(1, 1000), memoryMib: 0, popularity: 1 }];
const half = gpuTask(1, 500);
const whole = gpuTask(1, 1000);

describe('the allocation curve', () => {
  it('has allocation and fragments by arrived demand, after each arrival was decided on', () => {
    const log = logOf(
      [traceNode('a', 2), traceNode('b', 2)],
      [
        arrived(0, 'p', half),
        bound(0, 'p', 'a', 0),
        arrived(1, 'q', whole),
        bound(1, 'q', 'a', 1),
        arrived(2, 'too-large', gpuTask(4, 1000)),
        arrived(3, 'r', whole),
        bound(3, 'r', 'b', 0),
      ],
    );
    assert.deepEqual(allocationCurve(log, wholeGpus), [
      // 500 of 4000 have arrived; 3500 are free, 500 of them beside a share
      {
        arrivedPercent: 13,
        allocatedPercent: 12.5,
        fragmentedPercent: (100 * 500) / 3500,
        fragmentedOfAllPercent: 12.5,
      },
      { arrivedPercent: 38, allocatedPercent: 37.5, fragmentedPercent: 20, fragmentedOfAllPercent: 12.5 },
      { arrivedPercent: 138, allocatedPercent: 37.5, fragmentedPercent: 20, fragmentedOfAllPercent: 12.5 },
      {
        arrivedPercent: 163,
        allocatedPercent: 62.5,
        fragmentedPercent: (100 * 500) / 1500,
        fragmentedOfAllPercent: 12.5,
      },
    ]);
  });

  it('has the mean where several arrivals round to one percentage', () => {
    const small = gpuTask(1, 1);
    const log = logOf(
      [traceNode('a', 1)],
      [arrived(0, 'p', small), bound(0, 'p', 'a', 0), arrived(1, 'q', small), bound(1, 'q', 'a', 0)],
    );
    const [point, ...others] = allocationCurve(log, wholeGpus);
    assert.deepEqual(others, []);
    assert.equal(point?.arrivedPercent, 0);
    assert.ok(Math.abs((point?.allocatedPercent ?? 0) - 0.15) < 1e-9);
  });

  it('counts demand that has left as arrived, but not as allocated', () => {
    const log = logOf(
      [traceNode('a', 1)],
      [arrived(0, 'p', whole), bound(0, 'p', 'a', 0), departed(1, 'p'), arrived(2, 'q', half), bound(2, 'q', 'a', 0)],
    );
    assert.deepEqual(
      allocationCurve(log, wholeGpus).map(({ arrivedPercent, allocatedPercent }) => [arrivedPercent, allocatedPercent]),
      [
        [100, 0],
        [150, 50],
      ],
    );
  });

  it('counts a pod that was preempted and came back as arrived once', () => {
    const log = logOf(
      [traceNode('a', 1)],
      [arrived(0, 'p', whole), bound(0, 'p', 'a', 0), preempted(1, 'p'), arrived(1, 'p', whole), bound(2, 'p', 'a', 0)],
    );
    assert.equal(allocationCurve(log, wholeGpus).at(-1)?.arrivedPercent, 100);
  });

  it('has no fragments where nothing is free, and no points where there are no GPUs or arrivals', () => {
    const full = logOf([traceNode('a', 1)], [arrived(0, 'p', whole), bound(0, 'p', 'a', 0)]);
    assert.equal(allocationCurve(full, wholeGpus)[0]?.fragmentedPercent, 0);
    assert.deepEqual(allocationCurve(logOf([traceNode('a', 0)], [arrived(0, 'p', half)]), wholeGpus), []);
    assert.deepEqual(allocationCurve(logOf([traceNode('a', 1)], []), wholeGpus), []);
  });

  it('is read at the last point up to a percentage', () => {
    const point = (arrivedPercent: number) => ({
      arrivedPercent,
      allocatedPercent: arrivedPercent,
      fragmentedPercent: 0,
      fragmentedOfAllPercent: 0,
    });
    const curve = [point(10), point(98), point(103)];
    assert.equal(curveAt(curve, 100)?.arrivedPercent, 98);
    assert.equal(curveAt(curve, 5), undefined);
  });

  it('refuses a log that cannot be', () => {
    const curve = (...records: Parameters<typeof logOf>[1]) => allocationCurve(logOf([traceNode('a', 1)], records), []);
    assert.throws(() => curve(bound(0, 'p', 'a', 0)), /pod p has not arrived/);
    assert.throws(() => curve(arrived(0, 'p', half), arrived(0, 'p', half)), /pod p arrives although it is there/);
    assert.throws(() => curve(arrived(0, 'p', half), bound(0, 'p', 'x', 0)), /there is no node x/);
    assert.throws(
      () => curve(arrived(0, 'p', half), bound(0, 'p', 'a', 0), bound(0, 'p', 'a', 0)),
      /pod p is bound twice/,
    );
  });
});

describe('waiting times', () => {
  const log = logOf(
    [traceNode('a', 2)],
    [
      arrived(0, 'p', half),
      arrived(1, 'q', half),
      bound(2, 'p', 'a', 0),
      arrived(3, 'r', half),
      preempted(4, 'p'),
      arrived(4, 'p', half),
      departed(5, 'r'),
      bound(7, 'p', 'a', 0),
      departed(8, 'p'),
    ],
  );

  it('run from each arrival to the binding that follows it', () => {
    const { waitsNs, gaveUp, stillWaiting } = waitingOf(log);
    assert.deepEqual(waitsNs, [2e9, 3e9]);
    assert.deepEqual({ gaveUp, stillWaiting }, { gaveUp: 1, stillWaiting: 1 });
  });

  it('are summed up by nearest rank', () => {
    const hundred = Array.from({ length: 100 }, (_, place) => place + 1);
    assert.deepEqual(summarizeWaits(hundred), { meanNs: 50.5, p50Ns: 50, p90Ns: 90, p99Ns: 99, maxNs: 100 });
    assert.deepEqual(summarizeWaits([7]), { meanNs: 7, p50Ns: 7, p90Ns: 7, p99Ns: 7, maxNs: 7 });
    assert.equal(summarizeWaits([]), undefined);
  });
});

describe('utilisation over time', () => {
  it('is the mean of each span, weighted by time', () => {
    const log = logOf(
      [traceNode('a', 2), traceNode('b', 0)],
      [arrived(0, 'p', whole), bound(1, 'p', 'a', 0), arrived(2, 'q', gpuTask(0, 0)), departed(3, 'p')],
      4,
    );
    assert.deepEqual(utilizationOverTime(log, 2), [
      // p waits for the first second and runs for the next.
      { fromNs: 0, toNs: 2e9, cpu: 0.025, memory: 0.025, gpu: 0.25, runningPods: 0.5, waitingPods: 0.5 },
      { fromNs: 2e9, toNs: 4e9, cpu: 0.025, memory: 0.025, gpu: 0.25, runningPods: 0.5, waitingPods: 1 },
    ]);
  });

  it('is the same in all, however fine the spans are', () => {
    const records = [arrived(0, 'p', half), bound(0.1, 'p', 'a', 0), departed(0.7, 'p')];
    const log = logOf([traceNode('a', 1)], records, 1);
    for (const spans of [1, 3, 7, 10, 1000]) {
      const found = utilizationOverTime(log, spans);
      assert.equal(found.length, spans);
      const mean = found.reduce((sum, { gpu }) => sum + gpu, 0) / spans;
      assert.ok(Math.abs(mean - 0.3) < 1e-9, `${mean} of ${spans} spans`);
    }
  });

  it('has nothing to say of a replay that took no time', () =>
    assert.deepEqual(utilizationOverTime(logOf([traceNode('a', 1)], [arrived(0, 'p', half)]), 5), []));
});

describe('preemptions', () => {
  it('are counted, with the GPU time that was lost', () => {
    const two = gpuTask(2, 1000);
    const log = logOf(
      [traceNode('a', 4)],
      [
        arrived(0, 'p', two),
        arrived(0, 'q', half),
        bound(1, 'p', 'a', 0, 1),
        bound(1, 'q', 'a', 2),
        preempted(4, 'p'),
        preempted(5, 'q'),
        arrived(5, 'p', two),
      ],
    );
    assert.deepEqual(preemptionsOf(log), { count: 2, lostGpuSeconds: 3 * 2 + 4 * 0.5 });
  });
});

describe('the summary of a replay', () => {
  it('has what the table of policies shows', () => {
    const log = logOf(
      [traceNode('a', 1)],
      [
        arrived(0, 'p', half),
        bound(1, 'p', 'a', 0),
        arrived(1, 'q', half),
        bound(1, 'q', 'a', 0),
        arrived(2, 'r', half),
      ],
      4,
    );
    const { atCapacity, atEnd, waits, mean, ...counts } = summarizeReplay(log, wholeGpus);
    assert.deepEqual(counts, { bindings: 2, stillWaiting: 1, gaveUp: 0, preemptions: { count: 0, lostGpuSeconds: 0 } });
    assert.deepEqual([atCapacity?.arrivedPercent, atEnd?.arrivedPercent], [100, 150]);
    assert.equal(waits?.maxNs, 1e9);
    assert.equal(mean?.gpu, 0.75);
  });

  it('leaves out what was not reached', () => {
    const summary = summarizeReplay(logOf([traceNode('a', 2)], [arrived(0, 'p', half)]), wholeGpus);
    assert.deepEqual(Object.keys(summary).sort(), ['atEnd', 'bindings', 'gaveUp', 'preemptions', 'stillWaiting']);
  });
});
