/** A profile of plugins that do nothing but wait for events, and pods for it. */
import type { Pod } from '../../../src/api/objects.ts';
import { ClusterState } from '../../../src/scheduler/cluster/cluster-state.ts';
import type { PodInfo } from '../../../src/scheduler/cluster/pod-info.ts';
import type { ClusterEvent } from '../../../src/scheduler/framework/events.ts';
import type { Plugin } from '../../../src/scheduler/framework/plugin.ts';
import type { Profile } from '../../../src/scheduler/framework/profile.ts';
import { SchedulingQueue } from '../../../src/scheduler/queue/index.ts';
import { Nominator } from '../../../src/scheduler/queue/nominator.ts';
import { type PodWords, testNode, testPod } from '../support/objects.ts';

const idle = (): void => undefined;

const prioritySort = {
  name: 'PrioritySort',
  compare: (a, b) => b.info.priority - a.info.priority || a.timestampMs - b.timestampMs,
} satisfies Plugin;

/** What the gates of a test go by; shared by the queue and its model. */
export interface World {
  /** Namespaces whose pods may not be tried. */
  readonly closed: Set<string>;
}

/** Plugins by what brings back the pods that they refuse. */
export function waitingPlugins(world: World): readonly Plugin[] {
  return [
    {
      name: 'Gates',
      events: [{ resource: 'UnscheduledPod', actions: ['update-gates-eliminated'] }],
      preEnqueue: ({ pod }) =>
        pod.spec.schedulingGates.length === 0
          ? undefined
          : { code: 'unresolvable', plugin: 'Gates', reasons: ['waiting for scheduling gates'] },
    },
    {
      name: 'Opening',
      events: [{ resource: 'PersistentVolume', actions: ['add'] }],
      preEnqueue: ({ pod }) =>
        world.closed.has(pod.metadata.namespace ?? '')
          ? { code: 'unresolvable', plugin: 'Opening', reasons: ['closed'] }
          : undefined,
    },
    { name: 'OnNode', filter: idle, events: [{ resource: 'Node', actions: ['add', 'update-labels'] }] },
    { name: 'OnNodeUpdate', filter: idle, events: [{ resource: 'Node', actions: ['update'] }] },
    {
      name: 'OnPodDelete',
      filter: idle,
      events: [
        {
          resource: 'AssignedPod',
          actions: ['delete'],
          hint: (pod, { before }) => {
            if (before?.metadata.name === 'unreadable') throw new Error('no such pod');
            return before?.metadata.namespace === pod.pod.metadata.namespace ? 'queue' : 'skip';
          },
        },
      ],
    },
    {
      name: 'OnOwnUpdate',
      filter: idle,
      events: [{ resource: 'UnscheduledPod', actions: ['update-labels', 'update-tolerations'] }],
    },
    { name: 'OnAnything', filter: idle },
    { name: 'OnNothing', filter: idle, events: [] },
  ];
}

export function testProfile(world: World = { closed: new Set() }): Profile {
  const plugins = waitingPlugins(world);
  return {
    schedulerName: 'default-scheduler',
    percentageOfNodesToScore: 0,
    preEnqueue: plugins.filter(({ preEnqueue }) => preEnqueue !== undefined) as Profile['preEnqueue'],
    queueSort: prioritySort,
    preFilter: [],
    filter: plugins.filter(({ filter }) => filter !== undefined) as Profile['filter'],
    postFilter: [],
    preScore: [],
    score: [],
    reserve: [],
    permit: [],
    preBind: [],
    bind: [],
    postBind: [],
    placementGenerate: [],
    placementScore: [],
  };
}

/** A queue with its time, and short words for what one does to it. */
export class TestQueue {
  readonly world: World = { closed: new Set() };
  readonly queue: SchedulingQueue;
  readonly #cluster = new ClusterState();
  nowMs = 0;

  constructor(
    options: { readonly startMs?: number; readonly maxBackoffMs?: number; readonly popsFromBackoff?: boolean } = {},
  ) {
    this.nowMs = options.startMs ?? 0;
    this.queue = new SchedulingQueue({
      profiles: [testProfile(this.world)],
      nowMs: () => this.nowMs,
      nominated: new Nominator(this.#cluster),
      podInitialBackoffMs: 1000,
      podMaxBackoffMs: options.maxBackoffMs ?? 10_000,
      ...(options.popsFromBackoff === undefined ? {} : { popsFromBackoff: options.popsFromBackoff }),
    });
  }

  info(words: PodWords = {}): PodInfo {
    return this.#cluster.info(testPod(words));
  }

  removeNode(name: string): void {
    this.#cluster.removeNode(name);
  }

  version(slot: number): number | undefined {
    return this.#cluster.versions[slot];
  }

  /** The slot of a node that is there from now on. */
  node(name: string): number {
    return this.#cluster.setNode(testNode({ name }));
  }

  add(words: PodWords = {}): PodInfo {
    const info = this.info(words);
    this.queue.add(info);
    return info;
  }

  update(before: Pod, words: PodWords): PodInfo {
    const info = this.info(words);
    this.queue.update(before, info);
    return info;
  }

  /** Pops a pod and gives it back, refused by these plugins; without any it was a fault. */
  fail(plugins: readonly string[] = [], pendingPlugins: readonly string[] = []): string {
    const queued = this.queue.pop();
    if (queued === undefined) throw new Error('no pod is ready');
    this.queue.requeue(
      queued,
      plugins.length + pendingPlugins.length === 0
        ? { kind: 'error' }
        : { kind: 'unschedulable', plugins: new Set(plugins), pendingPlugins: new Set(pendingPlugins) },
    );
    return queued.info.pod.metadata.name;
  }

  /** The name of the pod that is popped. */
  pop(): string | undefined {
    return this.queue.pop()?.info.pod.metadata.name;
  }

  flushAt(nowMs: number): void {
    this.nowMs = nowMs;
    this.queue.flush(nowMs);
  }

  /** Where a pod waits. */
  placeOf(name: string, namespace = 'default'): string | undefined {
    const queued = this.queue.get(`${namespace}/${name}`);
    return queued?.gate === undefined ? queued?.place : 'gated';
  }
}

export const nodeAdded: ClusterEvent = { resource: 'Node', actions: ['add'], after: testNode() };

export function podDeleted(words: PodWords = {}): ClusterEvent {
  return { resource: 'AssignedPod', actions: ['delete'], before: testPod({ nodeName: 'node', ...words }) };
}
