import assert from 'node:assert/strict';
import { planScheduler } from '../../../src/scheduler/config/read-config.ts';
import {
  type GpuPolicy,
  gpuPolicies,
  policyConfig,
  targetWorkload,
} from '../../../src/scheduler/plugins/gpu-sharing/index.ts';
import { pluginRegistry } from '../../../src/scheduler/plugins/registry.ts';
import { type ReplayLog, runReplay, waitingOf } from '../../../src/scheduler/replay/index.ts';
import { Ledger } from '../../../src/scheduler/replay/ledger.ts';
import {
  generateTrace,
  type PodTimes,
  type ReplayPlan,
  replayPlan,
  type TracePod,
} from '../../../src/workloads/trace/index.ts';
import { traceNode } from './logs.ts';

const planFor = (policy: GpuPolicy, replay: ReplayPlan) =>
  planScheduler(policyConfig(policy, targetWorkload(replay.population)), {}, pluginRegistry);

function podOf(name: string, times: PodTimes, words: Partial<TracePod> = {}): TracePod {
  const demand = { cpuMilli: 1000, memoryMib: 1, gpus: 1, gpuMilli: 1000 };
  return { name, ...demand, models: [], qos: '', times, ...words };
}

/** Reads the whole log; at every moment what is on a node and a GPU must fit there. */
function checkLog({ nodes, records }: ReplayLog): Ledger {
  const ledger = new Ledger(nodes);
  let lastNs = 0;
  for (const record of records) {
    assert.ok(record.timeNs >= lastNs);
    lastNs = record.timeNs;
    const place = ledger.apply(record);
    const node = place === undefined ? undefined : ledger.nodes[place];
    if (node === undefined) continue;
    assert.ok(node.cpuMilliFree >= 0 && node.memoryMibFree >= 0);
    assert.ok(Array.from(node.gpuMilliFree).every((free) => free >= 0 && free <= 1000));
    const pod = ledger.pod(record.pod);
    if (record.kind !== 'bound' || pod === undefined) continue;
    assert.equal(record.gpus.length, pod.task.gpus);
    assert.ok(pod.task.models.length === 0 || pod.task.models.includes(node.model));
  }
  return ledger;
}

const words = ({ records }: ReplayLog) =>
  records.map((record) => {
    const where = record.kind === 'bound' ? ` ${record.node}/${record.gpus.join('-')}` : '';
    return `${record.timeNs / 1e9} ${record.kind} ${record.pod}${where}`;
  });

describe('a replay', () => {
  for (const policy of gpuPolicies) {
    it(`under ${policy} loses no pod and never gives a GPU out twice`, () => {
      const trace = generateTrace({ seed: 4, nodes: 12, pods: 300, modelShare: 0.3, cpuNodes: true });
      const replay = replayPlan(trace, { kind: 'fill', seed: 7 });
      const log = runReplay(replay, { plan: planFor(policy, replay) });
      const ledger = checkLog(log);
      assert.equal(ledger.boundPods + ledger.waitingPods, replay.events.length);
      assert.ok(ledger.allocated.gpuMilli > 0.75 * ledger.capacity.gpuMilli);
      // Who did not fit has nowhere to go: nothing of what it needs is free on one node.
      assert.ok(ledger.waitingPods > 0);
    });
  }

  it('with arrivals and departures ends with an empty cluster', () => {
    const trace = generateTrace({ seed: 4, nodes: 5, pods: 400 });
    for (const departures of ['at-trace-time', 'after-running'] as const) {
      const replay = replayPlan(trace, { kind: 'timed', arrivalSpeedup: 1000, departures });
      const log = runReplay(replay, { plan: planFor('FGD', replay) });
      const ledger = checkLog(log);
      assert.deepEqual([ledger.boundPods, ledger.allocated.gpuMilli], [0, 0]);
      const { waitsNs, gaveUp, stillWaiting } = waitingOf(log);
      assert.equal(waitsNs.length + gaveUp + stillWaiting, 400);
      assert.ok(waitsNs.some((waitNs) => waitNs > 0));
    }
  });

  it('is the same for the same seed', () => {
    const replay = replayPlan(generateTrace({ seed: 4, nodes: 6, pods: 100 }), { kind: 'fill', seed: 1 });
    const run = (seed: number) => runReplay(replay, { plan: planFor('Random', replay), seed });
    assert.deepEqual(run(1), run(1));
    assert.notDeepEqual(run(1), run(2));
  });

  const pods = [
    podOf('first', { createdS: 0, deletedS: 10, scheduledS: 0 }),
    podOf('second', { createdS: 2, deletedS: 12, scheduledS: 8 }),
  ];
  const oneGpu = { nodes: [traceNode('n', 1)], pods };

  it('lets a pod go at the time of the trace, bound or not', () => {
    const replay = replayPlan(oneGpu, { kind: 'timed' });
    assert.deepEqual(words(runReplay(replay, { plan: planFor('BestFit', replay) })), [
      '0 arrived first',
      '0 bound first n/0',
      '2 arrived second',
      '10 departed first',
      '10 bound second n/0',
      '12 departed second',
    ]);
  });

  it('lets a pod run as long as in the trace where that is wanted', () => {
    const replay = replayPlan(oneGpu, { kind: 'timed', departures: 'after-running' });
    assert.deepEqual(words(runReplay(replay, { plan: planFor('BestFit', replay) })), [
      '0 arrived first',
      '0 bound first n/0',
      '2 arrived second',
      '10 departed first',
      '10 bound second n/0',
      '14 departed second',
    ]);
  });

  it('runs on until pods that run for days have gone', () => {
    const long = [podOf('long', { createdS: 0, deletedS: 1e6, scheduledS: 0 })];
    const replay = replayPlan({ nodes: oneGpu.nodes, pods: long }, { kind: 'timed', departures: 'after-running' });
    const log = runReplay(replay, { plan: planFor('BestFit', replay) });
    assert.equal(words(log).at(-1), '1000000 departed long');
    assert.equal(log.endNs, 1e15);
  });

  it('lets pods of a higher class preempt others, which come back', () => {
    const urgent = podOf('urgent', { createdS: 3, deletedS: 6, scheduledS: 3 }, { qos: 'LS' });
    const [slow] = pods;
    assert.ok(slow !== undefined);
    const replay = replayPlan(
      { nodes: oneGpu.nodes, pods: [slow, urgent] },
      { kind: 'timed', departures: 'after-running' },
    );
    const plan = planFor('BestFit', replay);
    assert.deepEqual(words(runReplay(replay, { plan, priorities: { LS: 1000 } })), [
      '0 arrived first',
      '0 bound first n/0',
      '3 arrived urgent',
      '3 preempted first',
      '3 bound urgent n/0',
      '3 arrived first',
      '6 departed urgent',
      '6 bound first n/0',
      '16 departed first',
    ]);
    const gone = words(runReplay(replay, { plan, priorities: { LS: 1000 }, replacePreempted: false }));
    assert.deepEqual(
      gone.filter((line) => line.includes('first')),
      ['0 arrived first', '0 bound first n/0', '3 preempted first'],
    );
  });

  it('tells how far it is', () => {
    const replay = replayPlan(oneGpu, { kind: 'timed' });
    const told: number[][] = [];
    runReplay(replay, { plan: planFor('BestFit', replay), onProgress: (done, total) => told.push([done, total]) });
    assert.deepEqual(told, [
      [1, 4],
      [2, 4],
      [3, 4],
      [4, 4],
    ]);
  });
});
