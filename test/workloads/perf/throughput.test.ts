import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Observation, repeatedRates, summarize, throughputSamples } from '../../../src/workloads/perf/index.ts';

/** One look a second, each with the number of pods scheduled by then. */
const looks = (...scheduled: readonly number[]): Observation[] =>
  scheduled.map((count, place) => ({ timeMs: (place + 1) * 1_000, scheduled: count }));

const rates = (...scheduled: readonly number[]): number[] => repeatedRates(throughputSamples(looks(...scheduled)));

describe('SchedulingThroughput', () => {
  it('begins with the first look that sees a pod, which gives no sample itself', () => {
    assert.deepEqual(rates(0, 0, 100, 350, 400), [250, 50]);
  });

  it('has no sample of a run that is over before the second look', () => {
    assert.deepEqual(rates(50_000), []);
    assert.deepEqual(rates(0, 50_000, 50_000), []);
    assert.equal(summarize(rates(50_000)), undefined);
  });

  it('counts an interval without new pods as part of the next one, as often as there were intervals', () => {
    assert.deepEqual(rates(10, 10, 10, 40), [10, 10, 10]);
    assert.deepEqual(rates(10, 20, 20, 60), [10, 20, 20]);
  });

  it('leaves out what comes after the last look that saw something new', () => {
    assert.deepEqual(rates(10, 20, 20, 20), [10]);
  });

  it('divides by the time that really passed', () => {
    const late = [
      { timeMs: 1_000, scheduled: 100 },
      { timeMs: 2_500, scheduled: 400 },
    ];
    assert.deepEqual(repeatedRates(throughputSamples(late)), [200]);
  });

  it('averages to the pods over the time between first and last sample when all looks are on time', () => {
    const counts = fc.array(fc.nat(500), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(counts, (added) => {
        let total = 1;
        const observations = looks(...added.map((more) => (total += more)));
        const samples = throughputSamples(observations);
        const [first] = observations;
        const last = samples.at(-1);
        if (first === undefined || last === undefined) return;
        const expected = (last.scheduled - first.scheduled) / ((last.timeMs - first.timeMs) / 1_000);
        const average = summarize(repeatedRates(samples))?.Average ?? Number.NaN;
        assert(Math.abs(average - expected) < 1e-6 * expected);
      }),
    );
  });
});

describe('Percentiles of scheduler_perf', () => {
  it('are the values of rank ⌈n·p/100⌉', () => {
    const numbers = Array.from({ length: 10 }, (_, place) => 10 - place);
    assert.deepEqual(summarize(numbers), { Average: 5.5, Perc50: 5, Perc90: 9, Perc95: 10, Perc99: 10 });
    assert.deepEqual(summarize([7]), { Average: 7, Perc50: 7, Perc90: 7, Perc95: 7, Perc99: 7 });
    assert.deepEqual(summarize([3, 1, 2])?.Perc50, 2);
  });
});
