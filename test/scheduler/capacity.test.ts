import assert from 'node:assert/strict';
import fc from 'fast-check';
import { howManyMoreFit, howManyNodesAreNeeded } from '../../src/scheduler/capacity.ts';
import { readSchedulerPlan } from '../../src/scheduler/config/read-config.ts';
import { pluginRegistry } from '../../src/scheduler/plugins/registry.ts';
import { SchedulingSession } from '../../src/scheduler/session.ts';
import { testNode, testPod } from './support/objects.ts';

const plan = await readSchedulerPlan(undefined, { registry: pluginRegistry });
const cpus = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });

function sessionWith(nodeCpus: readonly number[]): SchedulingSession {
  const session = new SchedulingSession({ plan });
  session.put(...nodeCpus.map((cpu, place) => testNode({ name: `n${place}`, cpu: String(cpu) })));
  return session;
}

describe('how many more of a pod fit', () => {
  it('is what arithmetic says where cpu alone decides', () => {
    fc.assert(
      fc.property(cpus, fc.integer({ min: 1, max: 4 }), (nodeCpus, cpu) => {
        const session = sessionWith(nodeCpus);
        const { count, message } = howManyMoreFit(session, testPod({ requests: { cpu: String(cpu) } }), 1000);
        assert.equal(
          count,
          nodeCpus.reduce((sum, have) => sum + Math.floor(have / cpu), 0),
        );
        assert.match(message ?? '', /Insufficient cpu/);
      }),
      { numRuns: 100 },
    );
  });

  it('heeds what is more than arithmetic: ports, and pods that keep apart', () => {
    const session = sessionWith([9, 9, 9]);
    const { count, message } = howManyMoreFit(session, testPod({ hostPorts: [80] }), 100);
    assert.equal(count, 3);
    assert.match(message ?? '', /3 node\(s\) didn't have free ports for the requested pod ports/);
  });

  it('preempts nobody, however important the pod', () => {
    const session = sessionWith([2]);
    session.put(testPod({ name: 'low', requests: { cpu: '2' } }));
    session.settle();
    assert.equal(howManyMoreFit(session, testPod({ name: 'high', priority: 9, requests: { cpu: '1' } }), 10).count, 0);
    assert.equal(session.api.deletedPodCount, 0);
  });

  it('ends at the limit without a reason', () => {
    for (const limit of [1, 64, 65]) {
      assert.deepEqual(howManyMoreFit(sessionWith([9, 9]), testPod(), limit), { count: limit });
    }
  });

  it('takes a pod that runs already, or is gated, as its example', () => {
    const gated = testPod({ requests: { cpu: '1' }, spec: { schedulingGates: ['later'] } });
    assert.equal(howManyMoreFit(sessionWith([3]), gated, 100).count, 3);
    const running = testPod({ requests: { cpu: '1' }, nodeName: 'n0' });
    const session = sessionWith([3]);
    session.put(running);
    assert.equal(howManyMoreFit(session, running, 100).count, 2);
  });
});

describe('how many more nodes are needed', () => {
  it('is the fewest with which no pod waits', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.integer({ min: 1, max: 100 }), (needed, limit) => {
        const asked: number[] = [];
        const answer = howManyNodesAreNeeded(testNode(), limit, (extra) => {
          asked.push(extra.length);
          return Math.max(0, needed - extra.length);
        });
        if (needed <= limit) assert.deepEqual(answer, { count: needed, tried: needed, stillPending: 0 });
        else assert.deepEqual(answer, { count: undefined, tried: limit, stillPending: needed - limit });
        assert.ok(asked.every((count) => count <= limit));
        assert.ok(asked.length <= 2 + 2 * Math.ceil(Math.log2(limit + 1)));
      }),
    );
  });

  it('asks with nodes that have names and host names of their own', () => {
    let seen: (readonly [name: string, hostname: string | undefined])[] = [];
    howManyNodesAreNeeded(testNode({ name: 'a', labels: { 'kubernetes.io/hostname': 'a', zone: 'z' } }), 2, (extra) => {
      seen = extra.map(({ metadata }) => [metadata.name, metadata.labels['kubernetes.io/hostname']]);
      return 1;
    });
    assert.deepEqual(seen, [
      ['a-copy-0', 'a-copy-0'],
      ['a-copy-1', 'a-copy-1'],
    ]);
  });
});
