import assert from 'node:assert/strict';
import type { ResultRecord } from '../../src/lab/records.ts';
import type { Finding, KernelSummary } from '../../src/report/summary.ts';
import { kernelOf, summaryOf } from '../support/summaries.ts';
import { type SyntheticOptions, syntheticRun } from '../support/synthetic-run.ts';

const lean = { requests: 40, services: [1, 1000, 10_000], voidShare: 0 };
const newFlow = { measures: ['new-flow'] } as const;

async function findings(
  name: KernelSummary['kernel'],
  changes: Partial<SyntheticOptions> = {},
  change: (record: ResultRecord) => ResultRecord | undefined = (record) => record,
): Promise<readonly Finding[]> {
  const records = [...syntheticRun({ ...lean, kernels: [name], ...changes })].flatMap((record) => change(record) ?? []);
  return kernelOf(await summaryOf(records), name).findings;
}

function told(list: readonly Finding[], topic: Finding['topic']): string {
  return list
    .filter((finding) => finding.topic === topic)
    .map(({ text }) => text)
    .join('\n');
}

/** Scales the cost of an arm's new flows. */
const dearer =
  (arm: string, factor: number) =>
  (record: ResultRecord): ResultRecord =>
    record.type === 'slice' && record.arm === arm && record.measure === 'new-flow'
      ? { ...record, values: { nsPerPacket: (record.values.nsPerPacket ?? 0) * factor } }
      : record;

describe('findings in words', () => {
  it('name the crossover of IPVS and iptables on the guest kernel, with its interval', async () => {
    const list = await findings('uml', newFlow);
    assert.match(
      told(list, 'crossover'),
      /^On this kernel \(6\.1\.176, User-Mode Linux\) IPVS rr overtakes iptables-legacy from about \d+ Services \[\d+ to \d+\]\.$/,
    );
    assert.equal(list[0]?.topic, 'crossover');
    assert.match(list[0]?.detail ?? '', /to the last one from about \d+ .* and to the first one never/);
    assert.match(list[0]?.detail ?? '', /At 10,000 Services the difference is −8\d %/);
  });

  it('name that of nftables and iptables on the host kernel', async () => {
    assert.match(
      told(await findings('host', newFlow), 'crossover'),
      /\(6\.18\.44, host\) nftables overtakes iptables-legacy from about/,
    );
  });

  it('say never within the sweep, and at every size', async () => {
    const never = told(await findings('uml', newFlow, dearer('ipvs-rr', 20)), 'crossover');
    assert.match(never, /IPVS rr never overtakes iptables-legacy within the sweep, 1 to 10,000 Services\./);
    const always = told(await findings('uml', newFlow, dearer('ipvs-rr', 0.1)), 'crossover');
    assert.match(always, /IPVS rr is cheaper than iptables-legacy at every size measured, 1 to 10,000 Services\./);
  });

  it('say that a question is undecided, and why', async () => {
    const few = (await findings('uml', { ...newFlow, rounds: 3 })).filter(({ topic }) => topic === 'crossover');
    assert.equal(few[0]?.state, 'undecided');
    assert.match(
      few[0]?.text ?? '',
      /it is undecided whether IPVS rr overtakes iptables-legacy: there are too few rounds/,
    );
    const one = (await findings('uml', { ...newFlow, services: [1000] })).filter(({ topic }) => topic === 'crossover');
    assert.match(one[0]?.text ?? '', /undecided.*measured at fewer than two Service counts/);
    const same = (
      await findings('uml', newFlow, (record) => {
        if (record.type !== 'slice') return record;
        const wobble = 1 + ((record.round * 7 + record.order * 5 + (record.point.services % 7)) % 11) / 100;
        return { ...record, values: { nsPerPacket: 5000 * wobble } };
      })
    ).filter(({ topic }) => topic === 'crossover');
    assert.match(same[0]?.text ?? '', /undecided|at the latest/);
  });

  it('name the cheapest mode for each range of sizes', async () => {
    assert.match(
      told(await findings('uml', newFlow), 'cheapest'),
      /by number of Services: at 1 iptables-legacy \(5\.\d+ µs\); from 1,000 to 10,000 IPVS rr \((5\.9\d|6\.\d+) µs/,
    );
  });

  it('say which arms a client can tell from the direct path', async () => {
    const text = told(
      await findings('host', { measures: ['crr', 'rr'], services: [10_000], requests: 200 }),
      'latency',
    );
    assert.match(text, /A new connection with one request \(CRR\) takes 9\d\.\d µs directly \(p50\)/);
    assert.match(text, /With 10,000 Services, to the last Service: .*iptables-legacy \+\d+ %/);
  });

  it('name the best balancer under equal and unequal backends', async () => {
    const text = told(await findings('uml', { measures: ['balance'], requests: 300 }), 'balance');
    assert.match(text, /Over equal backends the lowest p99 is that of IPVS (nq|lc|wlc|sed) \(/);
    assert.match(text, /Over backends of unequal speed the lowest p99 is that of IPVS nq \(.*; the highest is that of/);
  });

  it('do not name a best balancer on two rounds', async () => {
    const list = (await findings('uml', { measures: ['balance'], requests: 600, rounds: 2 })).filter(
      ({ topic }) => topic === 'balance',
    );
    assert.deepEqual(
      list.map(({ state }) => state),
      ['undecided', 'undecided'],
    );
    assert.match(list[0]?.text ?? '', /too few slices to name the best algorithm; the lowest p99 seen is that of/);
  });

  it('tell programming times and how they grow', async () => {
    const list = (await findings('uml', { measures: ['program-cold', 'program-add'] })).filter(
      ({ topic }) => topic === 'programming',
    );
    assert.match(
      list[0]?.text ?? '',
      /^Programming 10,000 Services into an empty node takes .* with IPVS rr and .* with iptables-legacy\.$/,
    );
    assert.match(
      list[1]?.text ?? '',
      /^Adding one Service to a node that has 10,000 Services takes \d+\.\d µs .* with IPVS rr and \d+\.\d ms/,
    );
    assert.match(
      list[1]?.detail ?? '',
      /From 1,000 to 10,000 Services \(×10\.0\) the time changes by ×1\.\d with IPVS rr/,
    );
  });

  it('warn when an arm differs from its own twin', async () => {
    const off = (await findings('host', newFlow, dearer('direct-control', 1.2))).filter(
      ({ topic }) => topic === 'control',
    );
    assert.equal(off[0]?.state, 'undecided');
    assert.match(
      off[0]?.text ?? '',
      /The control does not agree: direct measured against itself differs in new flow by \+(19|20|21)/,
    );
    const agreeing = told(await findings('host', newFlow), 'control');
    assert.match(agreeing, /The control agrees/);
  });

  it('are silent about what was not measured', async () => {
    const only = await findings('uml', { measures: ['program-cold'] });
    assert.deepEqual(
      only.map(({ topic }) => topic),
      ['programming'],
    );
    assert.deepEqual(await findings('uml', newFlow, (record) => (record.type === 'slice' ? undefined : record)), []);
  });
});
