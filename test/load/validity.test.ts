import assert from 'node:assert/strict';
import { type GeneratorLoad, judge, limitsFor, type SliceMeasurement } from '../../src/load/index.ts';
import { bucketIndex, createHistogram, type HistogramCounts } from '../../src/stats/index.ts';

const errors = { connect: 0, reset: 0, timeout: 0, short: 0, status: 0 };

function histogram(...samples: readonly (readonly [valueNs: number, count: number])[]): HistogramCounts {
  const counts = createHistogram();
  for (const [valueNs, count] of samples) counts[bucketIndex(valueNs)] = count;
  return counts;
}

/** One second at 1,000 a second, on time, with half of the CPU to spare. */
const generator: GeneratorLoad = {
  cpu: 0,
  ratePerSec: 1000,
  requests: 1000,
  errors,
  queuedArrivals: 0,
  droppedArrivals: 0,
  startedAtNs: 0,
  durationNs: 1e9,
  cpuNs: 1e9,
  spinNs: 0.5e9,
  runDelayNs: 0,
  involuntarySwitches: 50,
};

function measurement(
  changes: Partial<SliceMeasurement> = {},
  generatorChanges: Partial<GeneratorLoad> = {},
): SliceMeasurement {
  return {
    requests: 1000,
    errors,
    queuedArrivals: 0,
    droppedArrivals: 0,
    startedAtNs: 0,
    durationNs: 1e9,
    ratePerSec: 1000,
    response: histogram([100_000, 1000]),
    service: histogram([100_000, 1000]),
    lateness: histogram([1_000, 1000]),
    generators: [generator, { ...generator, ...generatorChanges }],
    stealShare: 0,
    ...changes,
  };
}

/** The same generator in the closed loop: no rate, no lateness. */
function closedLoop(changes: Partial<GeneratorLoad>): SliceMeasurement {
  const { ratePerSec: _, ...withoutRate } = generator;
  return { ...measurement({ lateness: createHistogram() }), generators: [{ ...withoutRate, ...changes }] };
}

function verdict(load: SliceMeasurement, cpuCount = 2): unknown {
  const validity = judge(load, limitsFor(cpuCount));
  return validity.state === 'valid' ? 'valid' : validity.reasons.map((reason) => reason.code);
}

describe('a slice', () => {
  const { runDelayNs: _, ...untold } = generator;
  const cases: readonly (readonly [string, SliceMeasurement, unknown])[] = [
    ['with nothing against it is valid', measurement(), 'valid'],
    ['without samples is void', measurement({ requests: 0 }), ['no-samples']],
    ['with 1 error in 1,001 requests is valid', measurement({ errors: { ...errors, reset: 1 } }), 'valid'],
    ['with 2 errors in 1,002 requests is void', measurement({ errors: { ...errors, reset: 2 } }), ['errors']],
    ['whose generator looked for work most of the time is valid', measurement({}, { spinNs: 0.9e9 }), 'valid'],
    ['whose busiest generator had no time to spare is void', measurement({}, { spinNs: 0 }), ['generator-saturated']],
    ['of the closed loop is valid though its generator is always busy', closedLoop({ spinNs: 0 }), 'valid'],
    ['that dropped 1 % of its arrivals is void', measurement({ droppedArrivals: 10 }), ['generator-saturated']],
    ['that was late by a tenth of the gap is valid', measurement({ lateness: histogram([99_000, 1000]) }), 'valid'],
    ['that was late by more is void', measurement({ lateness: histogram([1e6, 1000]) }), ['generator-late']],
    [
      'that was late in less than 1 % of its starts is valid',
      measurement({ lateness: histogram([0, 992], [1e6, 8]) }),
      'valid',
    ],
    [
      'that was late by less than half of the response time is valid',
      measurement({ lateness: histogram([0.9e6, 1000]), response: histogram([2e6, 1000]) }),
      'valid',
    ],
    [
      'that was late by more than half of the response time is void',
      measurement({ lateness: histogram([1.1e6, 1000]), response: histogram([2e6, 1000]) }),
      ['generator-late'],
    ],
    [
      'at a slow rate may be later',
      { ...measurement({ lateness: histogram([5e6, 100]) }), generators: [{ ...generator, ratePerSec: 10 }] },
      'valid',
    ],
    ['whose generator waited for its CPU is void', measurement({}, { runDelayNs: 0.2e9 }), ['generator-starved']],
    ['whose CPU the hypervisor took is void', measurement({ stealShare: 0.2 }), ['generator-starved']],
    ['of the closed loop is void when starved, too', closedLoop({ runDelayNs: 0.2e9 }), ['generator-starved']],
    [
      'is judged by switches where the kernel does not tell the delay',
      { ...measurement(), generators: [{ ...untold, involuntarySwitches: 5000 }] },
      ['generator-starved'],
    ],
    [
      'of a generator that never opened its window is void for want of samples only',
      measurement({ requests: 0 }, { durationNs: 0 }),
      ['no-samples'],
    ],
    [
      'shows every reason against it',
      measurement({ errors: { ...errors, timeout: 100 }, lateness: histogram([1e9, 10]) }),
      ['errors', 'generator-late'],
    ],
  ];
  for (const [name, load, expected] of cases) {
    it(name, () => {
      assert.deepEqual(verdict(load), expected);
    });
  }

  it('on a machine with one CPU may wait for it and start later', () => {
    assert.equal(verdict(measurement({ lateness: histogram([2e6, 1000]) }, { runDelayNs: 0.7e9 }), 1), 'valid');
  });

  it('says what happened, the limit, and what to do', () => {
    const load = measurement({ lateness: histogram([1e6, 1000]), queuedArrivals: 500 });
    const validity = judge(load, limitsFor(2));
    assert.ok(validity.state === 'void');
    assert.equal(
      validity.reasons[0]?.message,
      'p99 lateness is 1003 us, more than 100 us; ' +
        '50 % of the arrivals found every connection busy: raise the connections or lower the rate',
    );
  });
});
