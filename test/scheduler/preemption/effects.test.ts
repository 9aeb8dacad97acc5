import assert from 'node:assert/strict';
import type { Pod } from '../../../src/api/objects.ts';
import type { PodInfo } from '../../../src/scheduler/cluster/pod-info.ts';
import { type Extender, ExtenderError } from '../../../src/scheduler/extenders/extender.ts';
import { defaultPreemption } from '../../../src/scheduler/plugins/default-preemption.ts';
import { testCluster } from '../support/cluster.ts';
import { type PodWords, testNode, testPod } from '../support/objects.ts';
import { outcomeOf, PreemptionBench } from './preemption-bench.ts';

const preemptor = testPod({ name: 'preemptor', priority: 10, requests: { cpu: '2' } });

function fullNode(name: string, words: PodWords = {}): { node: ReturnType<typeof testNode>; pods: Pod[] } {
  const pod = (which: string): Pod =>
    testPod({ name: `${name}-${which}`, nodeName: name, requests: { cpu: '1' }, ...words });
  return { node: testNode({ name, cpu: '2' }), pods: [pod('1'), pod('2')] };
}

function benchOf(names: readonly string[], options: ConstructorParameters<typeof PreemptionBench>[1] = {}) {
  const full = names.map((name) => fullNode(name));
  const cluster = testCluster(
    full.map(({ node }) => node),
    full.flatMap(({ pods }) => pods),
  );
  return new PreemptionBench(cluster, options);
}

describe('a preemption that is carried out', () => {
  it('withdraws the nominations of less important pods to the node', () => {
    const bench = benchOf(['a']);
    const nominate = (name: string, priority: number, nominatedNodeName: string): void =>
      bench.nominated.set(bench.cluster.info(testPod({ name, priority, status: { nominatedNodeName } })), 'a');
    nominate('lower', 9, 'a');
    nominate('in-memory', 9, '');
    nominate('equal', 10, 'a');
    const small = testPod({ name: 'preemptor', priority: 10, requests: { cpu: '1' } });
    assert.equal(outcomeOf(bench.preempt(small)), 'a');
    assert.deepEqual(bench.nominations, ['lower -> ']);
  });

  it('does that first in the background, and last otherwise', () => {
    for (const isAsync of [true, false]) {
      const bench = benchOf(['a'], { isAsync });
      const info = bench.cluster.info(testPod({ name: 'lower', status: { nominatedNodeName: 'a' } }));
      bench.nominated.set(info, 'a');
      const before: number[] = [];
      bench.evict = () => before.push(bench.nominations.length);
      bench.preempt(preemptor);
      assert.deepEqual(before, isAsync ? [1, 1] : [0, 0]);
    }
  });

  it('sends pods that wait for their binding back instead of deleting them', () => {
    const bench = benchOf(['a']);
    const [slot = -1] = bench.cluster.order;
    const [first] = bench.cluster.podsOn(slot);
    assert.ok(first !== undefined);
    const rejections: string[] = [];
    bench.waiting.push({
      info: first,
      allow: () => undefined,
      reject: (plugin, message) => {
        rejections.push(`${plugin}: ${message}`);
      },
    });
    bench.preempt(preemptor);
    assert.deepEqual(rejections, ['DefaultPreemption: preempted']);
    assert.deepEqual(bench.evicted, ['a-2']);
  });

  it('leaves victims alone that are leaving already', () => {
    const { node, pods } = fullNode('a');
    const leaving = fullNode('a', { metadata: { deletionTimestamp: '2024-01-01T00:00:00Z' } }).pods[0] as Pod;
    const bench = new PreemptionBench(testCluster([node], [leaving, pods[1] as Pod]));
    assert.equal(outcomeOf(bench.preempt(preemptor)), 'a');
    assert.deepEqual(bench.evicted, ['a-2']);
  });
});

describe('a pod that has preempted others', () => {
  const gateOf = (bench: PreemptionBench): string | undefined =>
    bench.preemption.preEnqueue?.(bench.cluster.info(preemptor))?.reasons.join();

  it('is held back until the deletion of every victim has begun', () => {
    const bench = benchOf(['a']);
    bench.evict = () => undefined;
    assert.equal(gateOf(bench), undefined);
    bench.preempt(preemptor);
    assert.equal(gateOf(bench), 'waiting for the preemption for this pod to be finished');
    const [slot = -1] = bench.cluster.order;
    const victims: readonly PodInfo[] = [...bench.cluster.podsOn(slot)];
    bench.cluster.unassign(victims[0] as PodInfo);
    assert.match(gateOf(bench) ?? '', /waiting/);
    // The other one is being deleted: its object has changed.
    bench.cluster.unassign(victims[1] as PodInfo);
    bench.place(testPod({ name: 'a-2', nodeName: 'a', metadata: { deletionTimestamp: '2024-01-01T00:00:00Z' } }));
    assert.equal(gateOf(bench), undefined);
  });

  it('is looked at again when a pod is deleted, but comes back only when another plugin says so', () => {
    const [interest] = benchOf(['a']).preemption.events ?? [];
    assert.equal(interest?.resource, 'AssignedPod');
    assert.deepEqual(interest?.actions, ['delete']);
    const info = testCluster([]).info(preemptor);
    assert.equal(interest?.hint?.(info, { resource: 'AssignedPod', actions: ['delete'] }), 'skip');
  });

  it('is not held back where preemption does not go on in the background', () => {
    const { preemption } = benchOf(['a'], { isAsync: false });
    assert.equal(preemption.preEnqueue, undefined);
    assert.deepEqual(preemption.events, []);
  });
});

describe('extenders that preempt', () => {
  const extender = (words: Partial<Extender>): Extender => ({
    name: 'http://extender',
    ignorable: false,
    weight: 1,
    isInterested: () => true,
    ...words,
  });
  const preemptWith = (...extenders: readonly Extender[]): PreemptionBench & { readonly outcome: string } => {
    const bench = benchOf(['a', 'b'], { context: { extenders } });
    return Object.assign(bench, { outcome: outcomeOf(bench.preempt(preemptor)) });
  };

  it('leave out nodes, and name other victims', () => {
    const { outcome, evicted } = preemptWith(
      extender({ preempt: () => new Map([['b', { podUids: ['default/b-2'], pdbViolations: 0 }]]) }),
    );
    assert.equal(outcome, 'b');
    assert.deepEqual(evicted, ['b-2']);
  });

  it('are asked one after the other, each about what the one before has left', () => {
    const asked: string[][] = [];
    const leaveOut = (nodeName: string): Extender =>
      extender({
        preempt: (_pod, candidates) => {
          asked.push([...candidates.keys()]);
          return new Map([...candidates].filter(([name]) => name !== nodeName));
        },
      });
    const { outcome } = preemptWith(leaveOut('a'), extender({}), leaveOut('b'), leaveOut('a'));
    assert.equal(outcome, 'preemption: no candidate node for preemption');
    assert.deepEqual(asked, [['a', 'b'], ['b']]);
  });

  it('fail the preemption when they fail, unless they may', () => {
    const broken = {
      preempt: () => {
        throw new ExtenderError('http://extender', 'connection refused');
      },
    };
    assert.match(preemptWith(extender(broken)).outcome, /^preemption: .*connection refused/);
    assert.equal(preemptWith(extender({ ...broken, ignorable: true })).outcome, 'a');
  });

  it('must name victims', () => {
    const preempt: Extender['preempt'] = (_pod, candidates) =>
      new Map([...candidates].map(([name, victims]) => [name, name === 'a' ? { ...victims, podUids: [] } : victims]));
    assert.match(preemptWith(extender({ preempt })).outcome, /expected at least one victim pod on node "a"/);
    assert.equal(preemptWith(extender({ preempt, ignorable: true })).outcome, 'b');
  });
});

describe('the arguments of DefaultPreemption', () => {
  const read = (args: unknown): boolean => defaultPreemption.args?.safeParse(args).success === true;

  it('have defaults', () => {
    assert.deepEqual(defaultPreemption.args?.parse({}), {
      minCandidateNodesPercentage: 10,
      minCandidateNodesAbsolute: 100,
    });
  });

  it('are refused when they make no sense', () => {
    assert.equal(read({ minCandidateNodesPercentage: 101 }), false);
    assert.equal(read({ minCandidateNodesAbsolute: -1 }), false);
    assert.equal(read({ minCandidateNodesPercentage: 0, minCandidateNodesAbsolute: 0 }), false);
    assert.equal(read({ minCandidates: 1 }), false);
  });
});
