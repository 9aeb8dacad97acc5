import assert from 'node:assert/strict';
import type { SchedulingRecord } from '../../src/lab/records.ts';
import type { SchedulingSummary } from '../../src/report/summary.ts';
import { summaryOf } from '../support/summaries.ts';
import { syntheticRun } from '../support/synthetic-run.ts';
import {
  type SyntheticScheduling,
  schedulingTruth,
  syntheticScheduling,
  withScheduling,
} from '../support/synthetic-scheduling.ts';

const kernelRun = [
  ...syntheticRun({ kernels: ['host'], services: [1], rounds: 1, requests: 5, measures: ['new-flow'] }),
];

async function scheduling(
  options: SyntheticScheduling = {},
  change: (slices: SchedulingRecord[]) => readonly SchedulingRecord[] = (slices) => slices,
): Promise<SchedulingSummary> {
  const { scheduling: found } = await summaryOf(withScheduling(kernelRun, change(syntheticScheduling(options))));
  assert.ok(found !== undefined);
  return found;
}

function rowOf({ profiles }: SchedulingSummary, name: string) {
  const row = profiles.find(({ profile }) => profile === name);
  assert.ok(row !== undefined, name);
  return row;
}

describe('the scheduler in a summary', () => {
  it('recovers the ratio to the default, which drift does not touch', async () => {
    const summary = await scheduling({ rounds: 12 });
    for (const [name, truth] of [
      ['no-scoring', 2.5],
      ['most-allocated', 0.95],
    ] as const) {
      const ratio = rowOf(summary, name).overDefault;
      assert.ok(ratio !== undefined && ratio.low <= truth && truth <= ratio.high, JSON.stringify(ratio));
      assert.ok(ratio.high - ratio.low < 0.2);
    }
    assert.equal(rowOf(summary, 'default').overDefault, undefined);
  });

  it('has pods per second and percentiles with intervals, and counts over all slices', async () => {
    const summary = await scheduling();
    assert.deepEqual([summary.nodes, summary.pods, summary.slices], [100, 1000, 24]);
    for (const row of summary.profiles) {
      const { podsPerSec, latency, pendingShare } = row;
      const truth = schedulingTruth[row.profile];
      assert.ok(podsPerSec !== undefined && truth !== undefined);
      // Rounds are up to a third slower than the truth.
      assert.ok(podsPerSec.estimate <= 1.04 * truth.podsPerSec && podsPerSec.estimate > truth.podsPerSec / 1.35);
      assert.deepEqual([podsPerSec.n, podsPerSec.unit], [8, '1/s']);
      const [p50, p90, p99] = [latency.p50Ns, latency.p90Ns, latency.p99Ns].map((figure) => figure?.estimate ?? 0);
      assert.ok(p50 !== undefined && p90 !== undefined && p99 !== undefined);
      assert.ok(p50 > 0 && p50 < p90 && p90 < p99, `${p50} ${p90} ${p99}`);
      assert.deepEqual([row.attempts, row.bound + row.pending, row.pending], [8000, 8000, 8 * truth.pending]);
      assert.equal(pendingShare?.estimate, truth.pending / 1000);
    }
  });

  it('lists profiles in the order of the lab, whatever the order of the slices, and unknown ones last', async () => {
    const truth = { later: { podsPerSec: 1, pending: 0 }, ...schedulingTruth };
    const { profiles } = await scheduling({ truth }, (slices) => slices.reverse());
    assert.deepEqual(
      profiles.map(({ profile }) => profile),
      ['default', 'most-allocated', 'no-scoring', 'later'],
    );
  });

  it('counts a round once that a resumed run has measured twice', async () => {
    const once = await scheduling();
    const twice = await scheduling({}, (slices) => [...slices, ...slices.slice(-3)]);
    assert.deepEqual(rowOf(twice, 'no-scoring').podsPerSec, rowOf(once, 'no-scoring').podsPerSec);
    assert.deepEqual(rowOf(twice, 'no-scoring').overDefault, rowOf(once, 'no-scoring').overDefault);
  });

  it('stands a slice in which no pod got a node', async () => {
    const truth = { ...schedulingTruth, 'gpu-fgd': { podsPerSec: 1000, pending: 1000 } };
    const summary = await scheduling({ truth }, (slices) => slices.map(withTime));
    const row = rowOf(summary, 'gpu-fgd');
    assert.match(summary.findings[0]?.text ?? '', /^no-scoring is the fastest scheduler profile/);
    assert.match(summary.findings[1]?.text ?? '', /gpu-fgd most, 100\.00 %\.$/);
    assert.deepEqual([row.podsPerSec?.estimate, row.overDefault, row.pendingShare?.estimate], [0, undefined, 1]);
  });

  it('is absent without slices', async () => {
    assert.equal((await summaryOf(kernelRun)).scheduling, undefined);
  });
});

/** Nothing bound in no time has no rate. */
function withTime(slice: SchedulingRecord): SchedulingRecord {
  return { ...slice, durationNs: Math.max(1e6, slice.durationNs) };
}

describe('findings about scheduler profiles', () => {
  const told = async (options: SyntheticScheduling, topic: 'profiles' | 'placement') =>
    (await scheduling(options)).findings.filter((finding) => finding.topic === topic);

  it('name the fastest, and by how much against the default', async () => {
    const [finding] = await told({}, 'profiles');
    assert.equal(finding?.state, 'shown');
    assert.match(
      finding?.text ?? '',
      /^no-scoring is the fastest scheduler profile: 4\d,\d{3} pods per second on 100 nodes, ×2\.\d+ \[×2\.\d+ to ×2\.\d+\] what default places\.$/,
    );
    assert.match(
      finding?.detail ?? '',
      /The slowest is most-allocated: .* ×0\.9\d .* of default\. One attempt of default takes/,
    );
  });

  it('say when that is the default itself', async () => {
    const truth = { default: { podsPerSec: 9000, pending: 0 }, 'gpu-fgd': { podsPerSec: 3000, pending: 0 } };
    const [finding] = await told({ truth }, 'profiles');
    assert.equal(finding?.state, 'shown');
    assert.match(
      finding?.text ?? '',
      /^default is the fastest scheduler profile: \d,\d{3} pods per second on 100 nodes\.$/,
    );
  });

  it('say that it is undecided: too close, or too few rounds', async () => {
    const level = { default: { podsPerSec: 9000, pending: 0 }, 'no-scoring': { podsPerSec: 9000, pending: 0 } };
    const [close] = await told({ truth: level, noise: 0.2, rounds: 12 }, 'profiles');
    assert.equal(close?.state, 'undecided');
    assert.match(
      close?.text ?? '',
      /it is undecided whether .* is slower: .* of that, and the interval of their ratio holds 1\.$/,
    );
    const [few] = await told({ rounds: 3 }, 'profiles');
    assert.equal(few?.state, 'undecided');
    assert.match(
      few?.text ?? '',
      /^no-scoring places .* undecided whether default is slower: .* too few rounds for an interval\.$/,
    );
  });

  it('call nobody the fastest while another may be as fast', async () => {
    const truth = { ...schedulingTruth, 'resources-only': { podsPerSec: 40_000, pending: 0 } };
    const [apart] = await told({ truth }, 'profiles');
    assert.match(apart?.detail ?? '', /^Next is resources-only with ×0\.\d+ \[×0\.\d+ to ×0\.\d+\] of that\./);
    const [close] = await told(
      { truth: { ...truth, 'resources-only': { podsPerSec: 50_000, pending: 0 } }, noise: 0.2 },
      'profiles',
    );
    assert.equal(close?.state, 'shown');
    assert.match(
      close?.text ?? '',
      /^(no-scoring|resources-only) places .* what default places; (resources-only|no-scoring) may be as fast\.$/,
    );
  });

  it('claim no comparison for a lone profile', async () => {
    const truth = { 'no-scoring': { podsPerSec: 9000, pending: 0 } };
    const [finding] = await told({ truth }, 'profiles');
    assert.match(
      finding?.text ?? '',
      /^The scheduler profile no-scoring places \d,\d{3} pods per second on 100 nodes\.$/,
    );
    assert.deepEqual(await told({ truth }, 'placement'), []);
  });

  it('name who leaves fewest and most pods without a node, and nobody when nobody does', async () => {
    const [finding] = await told({}, 'placement');
    assert.equal(finding?.state, 'shown');
    assert.match(
      finding?.text ?? '',
      /^Of the same 1,000 pods, most-allocated leaves fewest without a node, 0\.00 %; no-scoring most, 4\.00 %\.$/,
    );
    assert.equal((await told({ rounds: 3 }, 'placement'))[0]?.state, 'undecided');
    const full = { default: { podsPerSec: 9000, pending: 0 }, 'gpu-fgd': { podsPerSec: 3000, pending: 0 } };
    assert.deepEqual(await told({ truth: full }, 'placement'), []);
  });
});
