import assert from 'node:assert/strict';
import fc from 'fast-check';
import { quantityMilliValue, quantityValue } from '../../src/api/index.ts';
import { readSchedulerPlan } from '../../src/scheduler/config/read-config.ts';
import { type TieBreak, tieBreaks } from '../../src/scheduler/framework/tie-break.ts';
import { placementReport } from '../../src/scheduler/placement-report.ts';
import { pluginRegistry } from '../../src/scheduler/plugins/registry.ts';
import { SchedulingSession } from '../../src/scheduler/session.ts';
import { testNode, testPod } from './support/objects.ts';

const plan = await readSchedulerPlan(undefined, { registry: pluginRegistry });

type Step =
  | { readonly kind: 'submit'; readonly cpu: number; readonly priority: number; readonly app: number }
  | { readonly kind: 'delete-pod'; readonly place: number }
  | { readonly kind: 'add-node'; readonly cpu: number; readonly zone: number }
  | { readonly kind: 'delete-node'; readonly place: number }
  | { readonly kind: 'drain' }
  | { readonly kind: 'wait'; readonly ms: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('submit' as const),
        cpu: fc.integer({ min: 1, max: 4 }),
        priority: fc.constantFrom(0, 0, 10, 100),
        app: fc.nat(2),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete-pod' as const), place: fc.nat(50) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('add-node' as const),
        cpu: fc.integer({ min: 1, max: 6 }),
        zone: fc.nat(1),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete-node' as const), place: fc.nat(50) }) },
    { weight: 3, arbitrary: fc.constant({ kind: 'drain' } as const) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(20_000) }) },
  ),
  { minLength: 5, maxLength: 80, size: 'max' },
);

/** Pods of one of the apps spread over zones. */
function pod(name: string, { cpu, priority, app }: Extract<Step, { kind: 'submit' }>) {
  const labels = { app: `app-${app}` };
  const labelSelector = { matchLabels: labels, matchExpressions: [] };
  const spread = { maxSkew: 1, topologyKey: 'topology.kubernetes.io/zone', minDomains: 1, labelSelector };
  return testPod({
    name,
    labels,
    priority,
    requests: { cpu: String(cpu), memory: '1Gi' },
    spec: {
      topologySpreadConstraints:
        app === 1
          ? [
              {
                ...spread,
                whenUnsatisfiable: 'ScheduleAnyway',
                nodeAffinityPolicy: 'Honor',
                nodeTaintsPolicy: 'Ignore',
                matchLabelKeys: [],
              },
            ]
          : [],
    },
    metadata: { uid: name, creationTimestamp: '2026-01-01T00:00:00Z' },
  });
}

class History {
  readonly session: SchedulingSession;
  submitted = 0;
  #nodes = 0;

  constructor(seed: number, tieBreak: TieBreak) {
    this.session = new SchedulingSession({ plan, seed, tieBreak });
  }

  happen(step: Step): void {
    const { session } = this;
    const { api, clock } = session;
    switch (step.kind) {
      case 'submit':
        this.submitted += 1;
        session.put(pod(`p${this.submitted}`, step));
        return;
      case 'add-node': {
        const labels = { 'topology.kubernetes.io/zone': `z${step.zone}` };
        this.#nodes += 1;
        session.put(testNode({ name: `n${this.#nodes}`, cpu: String(step.cpu), memory: '4Gi', labels }));
        return;
      }
      case 'delete-pod': {
        const pods = [...api.list('Pod')];
        const chosen = pods[step.place % pods.length];
        if (chosen !== undefined) api.deletePod(chosen);
        return;
      }
      case 'delete-node': {
        const nodes = [...api.list('Node')];
        const chosen = nodes[step.place % nodes.length];
        if (chosen === undefined) return;
        // As the node controller does: the pods of a node that has gone are deleted.
        api.deleteNode(chosen);
        for (const one of [...api.list('Pod')]) if (one.spec.nodeName === chosen.metadata.name) api.deletePod(one);
        return;
      }
      case 'drain':
        session.drain();
        return;
      case 'wait':
        session.runUntil(clock.nowMs() + step.ms);
    }
  }

  get placements(): (readonly [pod: string, node: string])[] {
    return [...this.session.api.list('Pod')].map(({ metadata, spec }) => [metadata.name, spec.nodeName]);
  }
}

function checkBooks({ session: { api }, submitted }: History): void {
  const pods = [...api.list('Pod')];
  const bound = pods.filter(({ spec }) => spec.nodeName !== '').length;
  assert.equal(submitted, bound + (pods.length - bound) + api.deletedPodCount);
  assert.ok(api.boundCount >= bound);
  for (const { metadata, status } of api.list('Node')) {
    const here = pods.filter(({ spec }) => spec.nodeName === metadata.name);
    const asked = (resource: string, value: (text: string) => number | bigint): number =>
      here.reduce((sum, { spec }) => sum + Number(value(spec.containers[0]?.resources.requests[resource] ?? '0')), 0);
    assert.ok(asked('cpu', quantityMilliValue) <= Number(quantityMilliValue(status.allocatable.cpu ?? '0')));
    assert.ok(asked('memory', quantityValue) <= Number(quantityValue(status.allocatable.memory ?? '0')));
    assert.ok(here.length <= Number(status.allocatable.pods));
  }
}

describe('a session', () => {
  it('never gives out more than there is, and keeps account of every pod, whatever happens', () => {
    fc.assert(
      fc.property(steps, fc.constantFrom(...tieBreaks), (all, tieBreak) => {
        const history = new History(1, tieBreak);
        for (const step of all) {
          history.happen(step);
          checkBooks(history);
        }
      }),
      { numRuns: 150 },
    );
  }).timeout(120_000);

  it('forgets no waiting pod: once there is room, all have a node', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const history = new History(1, 'seeded');
        for (const step of all) history.happen(step);
        history.session.put(testNode({ name: 'large', cpu: '1000', memory: '1000Gi', pods: '1000' }));
        history.session.settle();
        checkBooks(history);
        assert.deepEqual(
          history.placements.filter(([, node]) => node === ''),
          [],
        );
      }),
      { numRuns: 150 },
    );
  }).timeout(120_000);

  it('does the same again for the same seed, to the bit', () => {
    fc.assert(
      fc.property(steps, fc.nat(), fc.constantFrom(...tieBreaks), (all, seed, tieBreak) => {
        const run = (): unknown => {
          const history = new History(seed, tieBreak);
          for (const step of all) history.happen(step);
          history.session.settle();
          const { api, clock, scheduler } = history.session;
          return [history.placements, clock.nowMs(), placementReport(api, scheduler.cluster)];
        };
        assert.deepEqual(run(), run());
      }),
      { numRuns: 60 },
    );
  }).timeout(120_000);

  it('chooses otherwise among equal nodes for another seed', () => {
    const run = (seed: number): unknown => {
      const history = new History(seed, 'seeded');
      for (let place = 0; place < 8; place += 1) history.happen({ kind: 'add-node', cpu: 4, zone: 0 });
      for (let place = 0; place < 8; place += 1) history.happen({ kind: 'submit', cpu: 1, priority: 0, app: 0 });
      history.session.settle();
      return history.placements;
    };
    assert.notDeepEqual(run(1), run(2));
  });
});

describe('the report of placements', () => {
  it('counts what is asked for on each node, and leaves out pods that are not asked about', () => {
    const session = new SchedulingSession({ plan });
    session.put(testNode({ name: 'a', cpu: '2', resources: { 'example.com/gpu': '2' } }));
    session.put(testPod({ name: 'old', nodeName: 'a', requests: { cpu: '500m' } }));
    session.put(testPod({ name: 'new', requests: { cpu: '1', memory: '1Gi', 'example.com/gpu': '1' } }));
    session.put(testPod({ name: 'big', requests: { cpu: '3' } }));
    session.settle();
    const report = placementReport(session.api, session.scheduler.cluster, (key) => key !== 'default/old');
    assert.deepEqual(report.bindings, [{ namespace: 'default', name: 'new', nodeName: 'a' }]);
    assert.deepEqual(
      report.pending.map(({ name }) => name),
      ['big'],
    );
    const [node] = report.nodes;
    assert.deepEqual([node?.pods, node?.allowedPods], [2, 110]);
    assert.deepEqual(
      node?.resources.map(({ resource, requested, allocatable }) => [resource, requested, allocatable]),
      [
        ['cpu', 1500, 2000],
        ['memory', 2 ** 30, 32 * 2 ** 30],
        ['example.com/gpu', 1, 2],
      ],
    );
  });

  it('names the node that preemption has promised to a pod', () => {
    const session = new SchedulingSession({ plan });
    session.put(testNode({ name: 'a', cpu: '2' }));
    session.put(testPod({ name: 'low', requests: { cpu: '2' } }));
    session.drain();
    session.put(testPod({ name: 'high', priority: 9, requests: { cpu: '2' } }));
    session.scheduler.scheduleOne();
    const { pending } = placementReport(session.api, session.scheduler.cluster);
    assert.deepEqual(
      pending.map(({ name, nominatedNodeName }) => [name, nominatedNodeName]),
      [['high', 'a']],
    );
  });
});
