import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ClusterEvent } from '../../../src/scheduler/framework/events.ts';
import { podUpdateActions, type QueuedPodInfo } from '../../../src/scheduler/queue/index.ts';
import { type PodWords, testNode } from '../support/objects.ts';
import { ModelQueue } from './model-queue.ts';
import { podDeleted, TestQueue, waitingPlugins } from './profile.ts';

const namespaces = ['blue', 'green'];
const refusers = ['OnNode', 'OnNodeUpdate', 'OnPodDelete', 'OnOwnUpdate', 'OnAnything', 'OnNothing'];
const node = testNode();

const events: readonly ClusterEvent[] = [
  { resource: 'Node', actions: ['add'], after: node },
  { resource: 'Node', actions: ['update-labels', 'update-taints'], before: node, after: node },
  { resource: 'Node', actions: ['update-taints'], before: node, after: node },
  { resource: 'Node', actions: ['delete'], before: node },
  { resource: 'PersistentVolume', actions: ['add'] },
  podDeleted({ namespace: 'blue' }),
  podDeleted({ namespace: 'green' }),
  podDeleted({ name: 'unreadable' }),
];

const pick = fc.nat(1000);
const operation = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('add' as const),
      namespace: fc.constantFrom(...namespaces),
      priority: fc.integer({ min: 0, max: 2 }),
      isGated: fc.integer({ min: 0, max: 4 }).map((roll) => roll === 0),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('pop' as const) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('fail' as const),
      pick,
      plugins: fc.subarray(refusers, { maxLength: 2 }),
      pending: fc.oneof(fc.constant([]), fc.subarray(refusers, { maxLength: 1 })),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('done' as const), pick }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('event' as const), event: fc.constantFrom(...events) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('door' as const), namespace: fc.constantFrom(...namespaces) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('update' as const),
      pick,
      change: fc.constantFrom('labels', 'gates', 'tolerations', 'priority', 'nothing'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('activate' as const), pick }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      ms: fc.oneof(fc.nat(300), fc.constantFrom(100, 600, 1000, 2000, 30_000, 330_000), fc.nat(60_000)),
      flushes: fc.boolean(),
    }),
  },
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

/** The queue and its model, side by side. */
class Both {
  readonly fast: TestQueue;
  readonly model: ModelQueue;
  readonly #words = new Map<string, PodWords>();
  readonly #popped = new Map<string, QueuedPodInfo>();
  #submitted = 0;

  constructor(startMs: number, popsFromBackoff: boolean) {
    this.fast = new TestQueue({ startMs, popsFromBackoff });
    this.model = new ModelQueue(waitingPlugins(this.fast.world), startMs, popsFromBackoff);
  }

  apply(operation: Operation): void {
    const { fast, model } = this;
    const { queue, nowMs } = fast;
    switch (operation.do) {
      case 'add': {
        const { namespace, priority, isGated } = operation;
        const name = `pod-${this.#submitted++}`;
        const words: PodWords = { name, namespace, priority, spec: { schedulingGates: isGated ? ['gate'] : [] } };
        this.#words.set(name, words);
        const info = fast.info(words);
        queue.add(info);
        model.add(info, nowMs);
        return;
      }
      case 'pop': {
        const popped = queue.pop();
        const expected = model.pop();
        assert.equal(popped?.info.key, expected?.info.key);
        assert.equal(popped?.attempts, expected?.attempts);
        if (popped !== undefined) this.#popped.set(popped.info.key, popped);
        return;
      }
      case 'event':
        queue.notify(operation.event);
        model.notify(operation.event, nowMs);
        return;
      case 'door': {
        const { closed } = fast.world;
        if (!closed.delete(operation.namespace)) closed.add(operation.namespace);
        return;
      }
      case 'pass':
        fast.nowMs += operation.ms;
        if (operation.flushes) this.#flush();
        return;
      case 'update':
        this.#update(operation.pick, operation.change);
        return;
      default:
        this.#toOne(operation);
    }
  }

  /** Nothing is lost, nothing is where it should not be. */
  check(): void {
    const { queue } = this.fast;
    const { model } = this;
    const places = (name: string): number => model.pods.filter(({ place }) => place === name).length;
    const gated = model.pods.filter(({ gate, place }) => gate !== undefined && place === 'unschedulable').length;
    assert.deepEqual(queue.counts, {
      active: places('active'),
      backoff: places('backoff'),
      unschedulable: places('unschedulable') - gated,
      gated,
      inFlight: places('in-flight'),
    });
    assert.equal(model.pods.length + model.deleted + model.finished, this.#submitted);
    for (const pod of model.pods) {
      if (pod.place === 'in-flight') assert.equal(queue.get(pod.info.key), undefined);
      else {
        const queued = queue.get(pod.info.key);
        assert.equal(queued?.place.replace('error-', ''), pod.place, pod.info.key);
        assert.equal(queued?.gate?.plugin, pod.gate);
        assert.equal(queued?.info, pod.info);
      }
    }
  }

  #flush(): void {
    const { queue, nowMs } = this.fast;
    const before = JSON.stringify(queue.counts);
    const isDue = queue.nextWakeMs() <= nowMs;
    queue.flush(nowMs);
    this.model.flush(nowMs);
    if (!isDue) assert.equal(JSON.stringify(queue.counts), before);
    assert.ok(queue.nextWakeMs() > nowMs);
  }

  #update(pick: number, change: string): void {
    const { fast, model } = this;
    const pod = model.pods[pick % Math.max(1, model.pods.length)];
    if (pod === undefined || pod.isDeleted) return;
    const { name } = pod.info.pod.metadata;
    const words = this.#words.get(name) ?? {};
    const next: PodWords = {
      ...words,
      ...(change === 'labels' ? { labels: { ...words.labels, [`label-${pick}`]: 'new' } } : {}),
      ...(change === 'gates' ? { spec: {} } : {}),
      ...(change === 'tolerations' ? { tolerations: [...(words.tolerations ?? []), { key: 'a' }] } : {}),
      ...(change === 'priority' ? { priority: pick % 3 } : {}),
    };
    this.#words.set(name, next);
    const before = pod.info.pod;
    const info = fast.info(next);
    fast.queue.update(before, info);
    model.update(before, info, podUpdateActions(before, info.pod), fast.nowMs);
  }

  #toOne(operation: Extract<Operation, { readonly do: 'fail' | 'done' | 'delete' | 'activate' }>): void {
    const { fast, model } = this;
    const { queue, nowMs } = fast;
    const isPopped = operation.do === 'fail' || operation.do === 'done';
    const among = model.pods.filter(({ place, isDeleted }) => (isPopped ? place === 'in-flight' : !isDeleted));
    const pod = among[operation.pick % Math.max(1, among.length)];
    if (pod === undefined) return;
    const { key } = pod.info;
    if (operation.do === 'delete') {
      queue.delete(key);
      model.delete(pod);
    } else if (operation.do === 'activate') {
      queue.activate(key);
      model.activate(pod);
    } else if (operation.do === 'done') {
      queue.done(key);
      model.done(pod);
      this.#popped.delete(key);
    } else {
      const { plugins, pending } = operation;
      const queued = this.#popped.get(key);
      assert.ok(queued !== undefined);
      queue.requeue(
        queued,
        plugins.length + pending.length === 0
          ? { kind: 'error' }
          : { kind: 'unschedulable', plugins: new Set(plugins), pendingPlugins: new Set(pending) },
      );
      model.fail(pod, plugins, pending, nowMs);
      this.#popped.delete(key);
    }
  }
}

describe('the scheduling queue, next to a plain model of it', () => {
  for (const popsFromBackoff of [true, false]) {
    it(`pops the same pods${popsFromBackoff ? '' : ' without a short cut from the backoff queue'}, and loses none`, () => {
      fc.assert(
        fc.property(
          fc.array(operation, { minLength: 1, maxLength: 250, size: 'max' }),
          fc.constantFrom(0, 400, 1_700_000_000_100),
          (operations, startMs) => {
            const both = new Both(startMs, popsFromBackoff);
            for (const operation of operations) {
              both.apply(operation);
              both.check();
            }
          },
        ),
        { numRuns: 600 },
      );
    });
  }
});
