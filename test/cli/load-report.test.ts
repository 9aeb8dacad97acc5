import assert from 'node:assert/strict';
import type { LoadPlan } from '../../src/cli/load-plan.ts';
import { exitStatus, jsonReport, textReport } from '../../src/cli/load-report.ts';
import type { SliceLoad } from '../../src/load/index.ts';
import { bucketIndex, createHistogram, type HistogramCounts } from '../../src/stats/index.ts';

function histogram(...samples: readonly (readonly [valueNs: number, count: number])[]): HistogramCounts {
  const counts = createHistogram();
  for (const [valueNs, count] of samples) counts[bucketIndex(valueNs)] = count;
  return counts;
}

const plan: LoadPlan = {
  target: { protocol: 'http', host: 'fd00::1', port: 8080, path: '/x' },
  slice: {
    mode: 'crr',
    sources: [],
    connections: 16,
    framing: { kind: 'http', path: '/x' },
    arrivals: { kind: 'poisson', ratePerSec: 1000, seed: 4 },
    warmupNs: 0,
    durationNs: 2e9,
    timeoutNs: 1e9,
  },
};

const load: SliceLoad = {
  requests: 2000,
  errors: { connect: 0, reset: 1, timeout: 1, short: 0, status: 0 },
  queuedArrivals: 7,
  droppedArrivals: 0,
  startedAtNs: 5,
  durationNs: 2e9,
  ratePerSec: 1000,
  response: histogram([100, 1000], [200_000, 990], [3e6, 10]),
  service: histogram([100, 500]),
  lateness: histogram([0, 2000]),
  generators: [],
  stealShare: 0,
  validity: {
    state: 'void',
    reasons: [
      { code: 'errors', message: 'too many failed' },
      { code: 'generator-late', message: 'it was late' },
    ],
  },
};

describe('kubedyno load prints', () => {
  it('a table whose every figure has its unit, and no percentile without a sample behind it', () => {
    assert.equal(
      textReport(plan, load),
      [
        'http://[fd00::1]:8080/x   crr, 16 connections, open loop, poisson arrivals at 1,000/s, seed 4',
        '',
        'requests   2,000 in 2.000 s = 1,000/s',
        'errors     2 (reset 1, timeout 1)',
        'arrivals   7 queued, 0 never started',
        '',
        '                 p50      p90      p99    p99.9      max   samples',
        'response      100 ns   201 us   201 us  3.01 ms  3.01 ms   2,000',
        'service       100 ns   100 ns   100 ns        -   100 ns   500',
        'lateness        0 ns     0 ns     0 ns     0 ns     0 ns   2,000',
        '',
        'verdict    void: too many failed',
        '                 it was late',
      ].join('\n'),
    );
  });

  it('no lateness of a closed loop', () => {
    const closed: LoadPlan = { ...plan, slice: { ...plan.slice, arrivals: { kind: 'closed' } } };
    const text = textReport(closed, { ...load, validity: { state: 'valid' } });
    assert.match(text, /closed loop\n/);
    assert.doesNotMatch(text, /lateness|arrivals/);
    assert.match(text, /\nverdict {4}valid$/);
  });

  it('JSON with times in ns and the sample count of each histogram', () => {
    const report = JSON.parse(JSON.stringify(jsonReport(plan, load))) as Record<string, unknown>;
    assert.deepEqual(report.service, {
      samples: 500,
      meanNs: 100,
      p50Ns: 100,
      p90Ns: 100,
      p99Ns: 100,
      p999Ns: 100,
      maxNs: 100,
    });
    assert.equal(report.ratePerSec, 1000);
    assert.deepEqual(report.validity, load.validity);
  });

  it('and ends with 0 when valid, 2 when void, 1 when nothing was answered', () => {
    assert.equal(exitStatus({ ...load, validity: { state: 'valid' } }), 0);
    assert.equal(exitStatus(load), 2);
    assert.equal(exitStatus({ ...load, requests: 0 }), 1);
  });
});
