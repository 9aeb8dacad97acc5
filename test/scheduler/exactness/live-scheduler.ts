/** A scheduler at work in a cluster that follows its decisions; each attempt is held against the reference. */
import assert from 'node:assert/strict';
import type { AccessMode, Pod } from '../../../src/api/objects.ts';
import { type AnyObject, MemoryCluster } from '../../../src/cluster/memory-cluster.ts';
import { VolumeController } from '../../../src/cluster/volume-controller.ts';
import type { Attempt } from '../../../src/scheduler/attempt.ts';
import { VirtualClock } from '../../../src/scheduler/clock/index.ts';
import { Scheduler } from '../../../src/scheduler/scheduler.ts';
import type { ClusterEvent } from '../arbitraries/index.ts';
import {
  fitErrorMessage,
  podKey,
  type ReferenceCluster,
  type ReferenceOptions,
  referencePreempt,
  referenceSchedule,
} from '../reference/index.ts';
import { ClusterMirror, happen } from './cluster-mirror.ts';
import { potentialCount } from './compare-preemption.ts';
import { planFor } from './fast-scheduler.ts';

export interface LiveWords {
  readonly start: ReferenceCluster;
  readonly options: ReferenceOptions;
  /** All that the scheduler draws, for where its search for victims begins. */
  readonly drawn: number;
}

/**
 * The scheduler takes a volume that is kept for a claim whatever its access modes, but the volume controller never binds
 * the two where these do not match: such a pod would wait for its binding for ever. Here all such volumes match.
 */
class BindableCluster extends MemoryCluster {
  override put(object: AnyObject): void {
    const isKept = object.kind === 'PersistentVolume' && object.spec.claimRef !== undefined;
    super.put(isKept ? { ...object, spec: { ...object.spec, accessModes: allModes } } : object);
  }
}

const allModes: readonly AccessMode[] = ['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod'];

export class LiveScheduler {
  readonly seen = { scheduled: 0, nominated: 0, refused: 0, fault: 0 };
  readonly #api = new BindableCluster();
  readonly #clock = new VirtualClock();
  readonly #mirror = new ClusterMirror(this.#api);
  readonly #scheduler: Scheduler;
  readonly #words: LiveWords;
  #startIndex = 0;
  #lastStartMs: number;

  constructor(words: LiveWords) {
    this.#words = words;
    this.#lastStartMs = words.options.nowMs;
    this.#scheduler = new Scheduler({
      plan: planFor(words.options),
      client: this.#api,
      nowMs: () => words.options.nowMs + this.#clock.nowMs(),
      setTimer: (delayMs, callback) => this.#clock.schedule(this.#clock.nowMs() + delayMs, callback),
      random: { next: () => words.drawn },
      tieBreak: 'first',
    });
    this.#api.watch(this.#scheduler.change);
    new VolumeController(this.#api);
    const { objects, nodes, pods, nominated } = words.start;
    for (const object of [...objects, ...nodes, ...pods, ...nominated]) this.#api.put(object);
  }

  happen(...events: readonly ClusterEvent[]): void {
    for (const event of events) happen(this.#api, event);
  }

  /** Makes attempts until no pod is ready, or so many have been made. */
  drain(most: number): void {
    for (let attempts = 0; attempts < most; attempts += 1) {
      const { cluster, waiting } = this.#mirror;
      const attempt = this.#scheduler.scheduleOne();
      if (attempt === undefined) return;
      if (attempt.kind === 'dropped') continue;
      const pod = waiting.get(attempt.info.key);
      assert.ok(pod !== undefined, `${attempt.info.key} waits`);
      const others = cluster.nominated.filter((other) => podKey(other) !== podKey(pod));
      this.#check(attempt, { ...cluster, nominated: others }, pod);
      if (attempt.kind === 'scheduled') this.#started(pod);
    }
  }

  /** The kubelet's part. No two pods start at the same time: which of them is more important would be left to chance. */
  #started({ metadata }: Pod): void {
    const bound = this.#api.get('Pod', metadata.namespace ?? 'default', metadata.name);
    assert.ok(bound !== undefined);
    this.#lastStartMs += 1000;
    const startTime = new Date(this.#lastStartMs).toISOString();
    this.#api.put({ ...bound, status: { ...bound.status, phase: 'Running', startTime } });
  }

  #check(attempt: Attempt, cluster: ReferenceCluster, pod: Pod): void {
    const options = { ...this.#words.options, startIndex: this.#startIndex };
    const expected = referenceSchedule(cluster, pod, options);
    const { name } = pod.metadata;
    if (expected.error !== undefined) {
      this.seen.fault += 1;
      assert.equal(attempt.kind, 'error', name);
      this.#startIndex = this.#scheduler.rotation.start;
      return;
    }
    this.#startIndex = expected.nextStartIndex;
    if (cluster.nodes.length > 0) assert.equal(this.#scheduler.rotation.start, this.#startIndex, 'next start index');
    if (expected.feasible.length > 0) {
      this.seen.scheduled += 1;
      assert.deepEqual(
        { kind: attempt.kind, node: 'nodeName' in attempt ? attempt.nodeName : undefined },
        { kind: 'scheduled', node: expected.chosen },
        name,
      );
      return;
    }
    assert.equal(attempt.kind, 'unschedulable', name);
    if (attempt.kind !== 'unschedulable') return;
    const preemption = referencePreempt(expected, Math.floor(this.#words.drawn * potentialCount(expected)));
    const { chosen } = preemption;
    this.seen[chosen === undefined ? 'refused' : 'nominated'] += 1;
    assert.equal(attempt.nominatedNodeName || 'none', chosen?.node ?? 'none', name);
    assert.equal(attempt.message, fitErrorMessage(expected.diagnosis, preemption.message), name);
    const left = new Set(this.#mirror.cluster.pods.map(podKey));
    const gone = cluster.pods.filter((other) => !left.has(podKey(other))).map(podKey);
    const victims = chosen?.victims.filter(({ metadata }) => metadata.deletionTimestamp === undefined) ?? [];
    assert.deepEqual(gone.sort(), victims.map(podKey).sort(), `victims of ${name}`);
  }
}
