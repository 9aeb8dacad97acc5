/**
 * A scheduler with a cluster of its own on virtual time: as fast as the CPU goes, and the same each time for the same
 * seed. What the verbs run, and what a program that uses kubedyno as a library starts from.
 */
import type { Pod } from '../api/objects.ts';
import { DisruptionController } from '../cluster/disruption-controller.ts';
import { EphemeralVolumeController } from '../cluster/ephemeral-volume-controller.ts';
import { type AnyObject, MemoryCluster } from '../cluster/memory-cluster.ts';
import { ResourceClaimController } from '../cluster/resource-claim-controller.ts';
import { VolumeController } from '../cluster/volume-controller.ts';
import { createLabelledRandom } from '../stats/random.ts';
import type { Attempt, SchedulerObserver } from './attempt.ts';
import { VirtualClock } from './clock/index.ts';
import type { SchedulerPlan } from './config/read-config.ts';
import { httpExtender } from './extenders/http-extender.ts';
import { SyncHttp } from './extenders/sync-http.ts';
import { called } from './framework/errors.ts';
import type { TieBreak } from './framework/tie-break.ts';
import { Scheduler } from './scheduler.ts';

export interface SessionOptions {
  readonly plan: SchedulerPlan;
  /** @default 1 */
  readonly seed?: number;
  readonly tieBreak?: TieBreak;
  readonly observer?: SchedulerObserver;
}

/** Virtual time without any change after which waiting pods are left waiting: longer than any backoff. */
const patienceMs = 60_000;

export class SchedulingSession {
  readonly api = new MemoryCluster();
  readonly clock = new VirtualClock();
  readonly scheduler: Scheduler;
  readonly disruptions: DisruptionController;
  readonly #http: SyncHttp | undefined;
  /** Nodes of pods that a plugin holds there before they are bound, by the pods' keys. */
  readonly #reserved = new Map<string, string>();
  #lastChangeMs = 0;

  /** @throws InputError when a plugin of the plan cannot be made. */
  constructor({ plan, seed = 1, tieBreak, observer }: SessionOptions) {
    const { extenders } = plan.config;
    const http = extenders.length > 0 ? new SyncHttp() : undefined;
    this.#http = http;
    this.scheduler = new Scheduler({
      plan,
      client: this.api,
      nowMs: () => this.clock.nowMs(),
      setTimer: (delayMs, callback) => this.clock.schedule(this.clock.nowMs() + delayMs, callback),
      random: createLabelledRandom(seed, 'scheduler'),
      ...(tieBreak === undefined ? {} : { tieBreak }),
      observer: this.#following(observer ?? {}),
      extenders:
        http === undefined
          ? []
          : extenders.map((config) =>
              httpExtender(config, {
                post: (request) => http.post(request),
                node: (name) => this.api.get('Node', '', name),
              }),
            ),
    });
    this.api.watch(this.scheduler.change);
    this.api.watch(() => {
      this.#lastChangeMs = this.clock.nowMs();
    });
    new EphemeralVolumeController(this.api);
    new ResourceClaimController(this.api);
    new VolumeController(this.api);
    this.disruptions = new DisruptionController(this.api);
  }

  /** Objects that pods refer to should come before them. */
  put(...objects: readonly AnyObject[]): void {
    for (const object of objects) this.api.put(object);
  }

  /** Makes attempts until no pod is ready at this moment. Returns how many. */
  drain(onAttempt?: (attempt: Attempt) => void): number {
    let attempts = 0;
    for (;;) {
      const attempt = this.scheduler.scheduleOne();
      if (attempt === undefined) return attempts;
      attempts += 1;
      onAttempt?.(attempt);
    }
  }

  /** Goes on, from one moment at which something is due to the next, until `untilMs`. */
  runUntil(untilMs: number): void {
    for (;;) {
      this.drain();
      const next = this.#nextMs();
      if (next === undefined || next > untilMs) break;
      this.#advance(next);
    }
    this.#advance(untilMs);
    this.drain();
  }

  /** Goes on until every pod has a node, or nothing has changed for longer than any backoff lasts. */
  settle(): void {
    this.#lastChangeMs = this.clock.nowMs();
    for (;;) {
      this.drain();
      const next = this.#nextMs();
      if (next === undefined || next > this.#lastChangeMs + patienceMs) return;
      this.#advance(next);
    }
  }

  /** What a plugin says of a pod that it keeps out of the queue; where one waits to be bound. */
  readonly heldBack = (pod: Pod): string | undefined => {
    const info = this.scheduler.cluster.info(pod);
    const nodeName = this.#reserved.get(info.key);
    // On virtual time nobody waits for a promise.
    if (nodeName !== undefined) {
      return `reserved on ${nodeName}, but not bound: a plugin holds it in Permit, or answers later in PreBind or Bind`;
    }
    for (const plugin of this.scheduler.frameworks.get(pod.spec.schedulerName)?.profile.preEnqueue ?? []) {
      try {
        const status = called(plugin.name, 'preEnqueue', () => plugin.preEnqueue(info));
        if (status !== undefined) return status.reasons.join(', ');
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    }
    return undefined;
  };

  /** Ends what extenders have needed. */
  close(): void {
    this.#http?.close();
  }

  #following(observer: SchedulerObserver): SchedulerObserver {
    return {
      attempted: (attempt) => {
        if (attempt.kind === 'waiting') this.#reserved.set(attempt.info.key, attempt.nodeName);
        observer.attempted?.(attempt);
      },
      bound: (info, nodeName) => {
        this.#reserved.delete(info.key);
        observer.bound?.(info, nodeName);
      },
      bindingFailed: (info, error) => {
        this.#reserved.delete(info.key);
        observer.bindingFailed?.(info, error);
      },
      postBindFailed: (info, error) => observer.postBindFailed?.(info, error),
    };
  }

  #nextMs(): number | undefined {
    const due = [this.clock.nextEventMs(), this.scheduler.queue.nextWakeMs()].filter((ms) => ms !== undefined);
    return due.length === 0 ? undefined : Math.min(...due);
  }

  #advance(toMs: number): void {
    this.clock.advanceTo(toMs);
    this.scheduler.queue.flush(toMs);
  }
}
