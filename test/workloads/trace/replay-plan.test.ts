import assert from 'node:assert/strict';
import fc from 'fast-check';
import { InputError } from '../../../src/api/index.ts';
import { generateTrace } from '../../../src/workloads/trace/generate-trace.ts';
import { arrivingGpuMilli, type ReplayEvent, replayPlan } from '../../../src/workloads/trace/replay-plan.ts';
import type { PodTimes, TraceNode, TracePod } from '../../../src/workloads/trace/trace.ts';

const node: TraceNode = { name: 'n', cpuMilli: 64_000, memoryMib: 1024, gpus: 4, model: 'T4' };

function podOf(name: string, times?: PodTimes, gpus = 1): TracePod {
  const demand = { cpuMilli: 1000, memoryMib: 1, gpus, gpuMilli: gpus === 1 ? 500 : 1000 * Math.min(1, gpus) };
  return { name, ...demand, models: [], qos: '', ...(times === undefined ? {} : { times }) };
}

const refuses = (plan: () => unknown, message: RegExp) =>
  assert.throws(plan, (error) => error instanceof InputError && message.test(error.message));

describe('filling a cluster up', () => {
  const trace = generateTrace({ seed: 3, nodes: 20, pods: 500 });
  const capacity = trace.nodes.reduce((sum, { gpus }) => sum + gpus * 1000, 0);

  it('ends with the pod that reaches the wanted share of its GPUs', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 200 }), (seed, gpuPercent) => {
        const plan = replayPlan(trace, { kind: 'fill', seed, gpuPercent });
        const wanted = (capacity * gpuPercent) / 100;
        assert.ok(arrivingGpuMilli(plan) >= wanted);
        assert.ok(arrivingGpuMilli({ events: plan.events.slice(0, -1) }) < wanted);
      }),
      { numRuns: 30 },
    );
  });

  it('draws pods of the trace under names of their own, a millisecond apart, that stay', () => {
    const { events, population } = replayPlan(trace, { kind: 'fill', seed: 1 });
    assert.equal(population, trace.pods);
    const names = new Set<string>();
    for (const [place, event] of events.entries()) {
      assert.equal(event.timeNs, place * 1e6);
      assert.ok(event.kind === 'pod-arrives' && event.runsForNs === undefined && event.pod.times === undefined);
      const source = trace.pods.find(({ name }) => event.pod.name.startsWith(`${name}-`));
      assert.deepEqual({ ...event.pod, name: source?.name, times: source?.times }, source);
      names.add(event.pod.name);
    }
    assert.equal(names.size, events.length);
    assert.ok(events.length > 50);
  });

  it('is the same for the same seed', () => {
    const events = (seed: number) => replayPlan(trace, { kind: 'fill', seed }).events;
    assert.deepEqual(events(1), events(1));
    assert.notDeepEqual(events(1), events(2));
  });

  it('refuses what could never be filled up, and percentages and intervals that make no sense', () => {
    const cpuPods = [podOf('p', undefined, 0)];
    refuses(() => replayPlan({ nodes: [node], pods: cpuPods }, { kind: 'fill', seed: 1 }), /^no pod of the trace asks/);
    const cpuNodes = [{ ...node, gpus: 0, model: '' }];
    refuses(
      () => replayPlan({ nodes: cpuNodes, pods: [podOf('p')] }, { kind: 'fill', seed: 1 }),
      /^no node has a GPU, so /,
    );
    refuses(() => replayPlan(trace, { kind: 'fill', seed: 1, gpuPercent: 0 }), /demand in percent is 0; allowed: more/);
    refuses(() => replayPlan(trace, { kind: 'fill', seed: 1, intervalNs: -1 }), /between arrivals is -1; allowed: 0/);
  });
});

describe('replaying a trace in time', () => {
  const pods = [
    podOf('a', { createdS: 100, deletedS: 130, scheduledS: 110 }),
    podOf('b', { createdS: 130, deletedS: 170 }),
    podOf('c', { createdS: 130, deletedS: 130, scheduledS: 130 }),
    podOf('d', { createdS: 120, deletedS: 140, scheduledS: 120 }),
  ];
  const trace = { nodes: [node], pods };
  const words = (events: readonly ReplayEvent[]) =>
    events.map((event) => {
      const name = event.kind === 'pod-arrives' ? `+${event.pod.name}` : `-${event.name}`;
      return `${event.timeNs / 1e9} ${name}`;
    });

  it('begins at 0, and at one time lets pods go before others come; a pod that comes and goes at once comes first', () =>
    assert.deepEqual(words(replayPlan(trace, { kind: 'timed' }).events), [
      '0 +a',
      '20 +d',
      '30 -a',
      '30 +b',
      '30 +c',
      '30 -c',
      '40 -d',
      '70 -b',
    ]));

  it('lets pods arrive faster but stay as long, so that more are there at once', () =>
    assert.deepEqual(words(replayPlan(trace, { kind: 'timed', arrivalSpeedup: 10 }).events), [
      '0 +a',
      '2 +d',
      '3 +b',
      '3 +c',
      '3 -c',
      '22 -d',
      '30 -a',
      '43 -b',
    ]));

  it('is the same in less time when both are faster', () =>
    assert.deepEqual(words(replayPlan(trace, { kind: 'timed', arrivalSpeedup: 10, lifetimeSpeedup: 10 }).events), [
      '0 +a',
      '2 +d',
      '3 -a',
      '3 +b',
      '3 +c',
      '3 -c',
      '4 -d',
      '7 -b',
    ]));

  it('tells how long pods run once they are bound, where that is what decides', () => {
    const { events } = replayPlan(trace, { kind: 'timed', departures: 'after-running', lifetimeSpeedup: 2 });
    assert.deepEqual(
      events.map((event) => event.kind === 'pod-arrives' && [event.pod.name, (event.runsForNs ?? -1) / 1e9]),
      [
        ['a', 10],
        ['d', 10],
        ['b', 20],
        ['c', 0],
      ],
    );
  });

  it('lets nobody go where pods stay', () => {
    const { events } = replayPlan(trace, { kind: 'timed', departures: 'never' });
    assert.deepEqual(
      events.map(({ kind }) => kind),
      Array(4).fill('pod-arrives'),
    );
  });

  it('is in order of time, and every pod comes once and goes once after it', () => {
    const generated = generateTrace({ seed: 5, pods: 300 });
    const speedups = fc.double({ min: 0.01, max: 1000, noNaN: true });
    fc.assert(
      fc.property(speedups, speedups, (arrivalSpeedup, lifetimeSpeedup) => {
        const { events } = replayPlan(generated, { kind: 'timed', arrivalSpeedup, lifetimeSpeedup });
        const there = new Set<string>();
        let lastNs = 0;
        for (const event of events) {
          assert.ok(event.timeNs >= lastNs);
          lastNs = event.timeNs;
          if (event.kind === 'pod-arrives') there.add(event.pod.name);
          else assert.ok(there.delete(event.name));
        }
        assert.equal(there.size, 0);
        assert.equal(events.length, 600);
      }),
      { numRuns: 30 },
    );
  });

  it('refuses pods without times, and speed-ups that make no sense', () => {
    refuses(
      () => replayPlan({ nodes: [node], pods: [podOf('p')] }, { kind: 'timed' }),
      /^pod p has no times .*; take a list with creation_time and deletion_time$/,
    );
    refuses(() => replayPlan(trace, { kind: 'timed', arrivalSpeedup: 0 }), /speed-up of arrivals is 0; allowed: more/);
    refuses(() => replayPlan(trace, { kind: 'timed', lifetimeSpeedup: Number.NaN }), /of lifetimes is NaN/);
  });
});
