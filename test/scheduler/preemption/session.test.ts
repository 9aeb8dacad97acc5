import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { PodGroup } from '../../../src/api/objects.ts';
import { defaultPlugins } from '../../../src/scheduler/config/default-plugins.ts';
import { planScheduler } from '../../../src/scheduler/config/read-config.ts';
import { schedulerConfigSchema } from '../../../src/scheduler/config/scheduler-config.ts';
import type { PluginFactory } from '../../../src/scheduler/framework/plugin-factory.ts';
import { defaultBinder } from '../../../src/scheduler/plugins/default-binder.ts';
import { defaultPreemption } from '../../../src/scheduler/plugins/default-preemption.ts';
import { gangScheduling } from '../../../src/scheduler/plugins/gang-scheduling.ts';
import { nodeResourcesFit } from '../../../src/scheduler/plugins/node-resources-fit.ts';
import { prioritySort } from '../../../src/scheduler/plugins/priority-sort.ts';
import { SchedulingSession } from '../../../src/scheduler/session.ts';
import { type PodWords, testNode, testPod } from '../support/objects.ts';

const factories: readonly PluginFactory[] = [
  prioritySort,
  nodeResourcesFit,
  defaultPreemption,
  defaultBinder,
  gangScheduling,
];
const gates = { GangScheduling: true };

function session(seed = 1): SchedulingSession {
  const registry = new Map(factories.map((factory) => [factory.name, factory]));
  const others = defaultPlugins('1.36', gates).filter(({ name }) => !registry.has(name));
  const config = schedulerConfigSchema.parse({
    apiVersion: 'kubescheduler.config.k8s.io/v1',
    kind: 'KubeSchedulerConfiguration',
    profiles: [{ plugins: { multiPoint: { disabled: others.map(({ name }) => ({ name })) } } }],
  });
  return new SchedulingSession({ plan: planScheduler(config, { gates }, registry), seed });
}

function put(where: SchedulingSession, words: PodWords): void {
  where.put(testPod(words));
}

/** Names of nodes by the names of the pods that have one. */
function placements({ api }: SchedulingSession): Record<string, string> {
  const bound = [...api.list('Pod')].filter(({ spec }) => spec.nodeName !== '');
  return Object.fromEntries(bound.map(({ metadata, spec }) => [metadata.name, spec.nodeName]));
}

describe('a pod that finds no room', () => {
  it('gets it from less important pods, and is tried again at once when they are gone', () => {
    const where = session();
    where.put(testNode({ name: 'a', cpu: '2' }), testNode({ name: 'b', cpu: '2' }));
    for (const name of ['low-1', 'low-2', 'low-3', 'low-4']) put(where, { name, requests: { cpu: '1' } });
    where.drain();
    put(where, { name: 'high', priority: 10, requests: { cpu: '2' } });
    const kinds: string[] = [];
    where.drain((attempt) => kinds.push(attempt.kind));
    assert.deepEqual(kinds, ['unschedulable', 'scheduled']);
    assert.equal(Object.keys(placements(where)).length, 3);
    assert.equal(where.api.deletedPodCount, 2);
    assert.equal(where.clock.nowMs(), 0);
  });

  it('keeps its place against pods that are less important while it is nominated', () => {
    const where = session();
    where.put(testNode({ cpu: '2' }));
    put(where, { name: 'low', requests: { cpu: '2' } });
    where.drain();
    put(where, { name: 'high', priority: 10, requests: { cpu: '2' } });
    where.scheduler.scheduleOne();
    put(where, { name: 'sneaky', priority: 5, requests: { cpu: '1' } });
    assert.equal(where.scheduler.scheduleOne()?.kind, 'unschedulable');
    where.drain();
    assert.deepEqual(placements(where), { high: 'node' });
  });

  it('and all others are accounted for, and no node is overcommitted, whatever comes and goes', () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ cpu: fc.integer({ min: 1, max: 3 }), priority: fc.nat(3) }) },
      { weight: 1, arbitrary: fc.record({ deletes: fc.nat(50) }) },
      { weight: 1, arbitrary: fc.record({ passes: fc.constantFrom(500, 2000, 400_000) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 40, size: 'max' }), fc.nat(), (steps, seed) => {
        const run = (): { readonly placed: unknown; readonly evicted: number } => {
          const where = session(seed);
          const { api, scheduler } = where;
          for (const [name, cpu] of [
            ['a', '3'],
            ['b', '4'],
            ['c', '2'],
          ])
            where.put(testNode({ ...(name && { name }), ...(cpu && { cpu }) }));
          let submitted = 0;
          for (const [place, step] of steps.entries()) {
            if ('cpu' in step) {
              submitted += 1;
              put(where, { name: `pod-${place}`, priority: step.priority, requests: { cpu: `${step.cpu}` } });
            } else if ('deletes' in step) {
              const pods = [...api.list('Pod')];
              const pod = pods[step.deletes % Math.max(1, pods.length)];
              if (pod !== undefined) api.deletePod(pod);
            } else where.runUntil(where.clock.nowMs() + step.passes);
            where.drain();
            const { counts } = scheduler.queue;
            const waiting = counts.active + counts.backoff + counts.unschedulable + counts.gated + counts.inFlight;
            assert.equal(waiting + Object.keys(placements(where)).length + api.deletedPodCount, submitted);
            const { cluster } = scheduler;
            const [cpu] = cluster.resources.columns;
            for (const slot of cluster.order) assert.ok((cpu?.requested[slot] ?? 0) <= (cpu?.allocatable[slot] ?? 0));
          }
          return { placed: placements(where), evicted: api.deletedPodCount };
        };
        assert.deepEqual(run(), run());
      }),
      { numRuns: 150 },
    );
  });
});

describe('a gang', () => {
  const gang = (minCount: number): PodGroup => ({
    apiVersion: 'scheduling.k8s.io/v1alpha2',
    kind: 'PodGroup',
    metadata: { name: 'gang', namespace: 'default', labels: {}, annotations: {} },
    spec: { policy: { gang: { minCount } } },
  });
  const putMember = (where: SchedulingSession, name: string): void =>
    put(where, { name, requests: { cpu: '1' }, spec: { podGroupName: 'gang' } });

  it('is tried once enough of its pods are there, and bound together', () => {
    const where = session();
    where.put(testNode({ cpu: '3' }));
    putMember(where, 'one');
    where.put(gang(3));
    putMember(where, 'two');
    assert.equal(where.drain(), 0);
    assert.equal(where.scheduler.queue.counts.gated, 2);
    putMember(where, 'three');
    const kinds: string[] = [];
    where.drain((attempt) => kinds.push(attempt.kind));
    assert.deepEqual(kinds, ['waiting', 'waiting', 'scheduled']);
    assert.deepEqual(placements(where), { one: 'node', two: 'node', three: 'node' });
  });

  it('gives its places back when it has not come together in five minutes', () => {
    const where = session();
    where.put(gang(3), testNode({ cpu: '2' }));
    for (const name of ['one', 'two', 'three']) putMember(where, name);
    where.drain();
    assert.equal(where.scheduler.heldCount, 2);
    put(where, { name: 'single', requests: { cpu: '1' } });
    where.runUntil(299_999);
    assert.deepEqual(placements(where), {});
    where.runUntil(300_000);
    assert.equal(placements(where).single, 'node');
    where.put(testNode({ name: 'more', cpu: '2' }));
    where.runUntil(700_000);
    assert.equal(Object.keys(placements(where)).length, 4);
  });

  it('goes on as soon as the room that it lacks is there', () => {
    const where = session();
    where.put(gang(2), testNode({ cpu: '1' }));
    for (const name of ['one', 'two']) putMember(where, name);
    where.drain();
    assert.equal(where.scheduler.heldCount, 1);
    where.put(testNode({ name: 'more', cpu: '1' }));
    where.settle();
    assert.equal(Object.keys(placements(where)).length, 2);
  });
});
