/** The scheduling queue once more, as plain as can be: one list, looked through and sorted each time. */
import type { Pod } from '../../../src/api/objects.ts';
import type { PodInfo } from '../../../src/scheduler/cluster/pod-info.ts';
import type { ClusterEvent, EventAction } from '../../../src/scheduler/framework/events.ts';
import type { Plugin } from '../../../src/scheduler/framework/plugin.ts';

export interface ModelPod {
  info: PodInfo;
  timestampMs: number;
  attempts: number;
  refusals: number;
  errors: number;
  plugins: Set<string>;
  pending: Set<string>;
  gate: string | undefined;
  place: 'active' | 'backoff' | 'unschedulable' | 'in-flight';
  /** When it came to its place, as a number. */
  arrival: number;
  /** How many events there had been when it was popped. */
  poppedAt: number;
  isForced: boolean;
  isDeleted: boolean;
  own: ClusterEvent[];
}

type Worth = 0 | 1 | 2;
const [never, afterBackoff, atOnce] = [0, 1, 2] as const;

export class ModelQueue {
  pods: ModelPod[] = [];
  deleted = 0;
  finished = 0;
  readonly #plugins: readonly Plugin[];
  readonly #popsFromBackoff: boolean;
  readonly #startMs: number;
  readonly #events: ClusterEvent[] = [];
  #arrivals = 0;
  #lookedMs: number;

  constructor(plugins: readonly Plugin[], startMs: number, popsFromBackoff: boolean) {
    this.#plugins = plugins;
    this.#popsFromBackoff = popsFromBackoff;
    this.#startMs = startMs;
    this.#lookedMs = startMs;
  }

  find(key: string): ModelPod | undefined {
    return this.pods.find(({ info }) => info.key === key);
  }

  add(info: PodInfo, nowMs: number): void {
    const pod: ModelPod = {
      info,
      timestampMs: nowMs,
      attempts: 0,
      refusals: 0,
      errors: 0,
      plugins: new Set(),
      pending: new Set(),
      gate: undefined,
      place: 'active',
      arrival: 0,
      poppedAt: 0,
      isForced: false,
      isDeleted: false,
      own: [],
    };
    this.pods.push(pod);
    this.#toActive(pod);
  }

  pop(): ModelPod | undefined {
    const byPriority = (a: ModelPod, b: ModelPod): number =>
      b.info.priority - a.info.priority || a.timestampMs - b.timestampMs || a.arrival - b.arrival;
    const [active] = this.pods.filter(({ place }) => place === 'active').sort(byPriority);
    const [early] = this.pods
      .filter((pod) => pod.place === 'backoff' && pod.plugins.size + pod.pending.size > 0)
      .sort((a, b) => this.#expiry(a) - this.#expiry(b) || byPriority(a, b));
    const pod = active ?? (this.#popsFromBackoff ? early : undefined);
    if (pod === undefined) return undefined;
    this.#arrive(pod, 'in-flight');
    pod.attempts += 1;
    pod.plugins = new Set();
    pod.pending = new Set();
    pod.poppedAt = this.#events.length;
    pod.isForced = false;
    pod.own = [];
    return pod;
  }

  /** Without plugins: a fault. */
  fail(pod: ModelPod, plugins: readonly string[], pending: readonly string[], nowMs: number): void {
    if (pod.isDeleted) {
      this.pods = this.pods.filter((other) => other !== pod);
      this.deleted += 1;
      return;
    }
    pod.plugins = new Set(plugins);
    pod.pending = new Set(pending);
    pod.timestampMs = nowMs;
    let worth: Worth = pod.isForced ? afterBackoff : never;
    if (plugins.length + pending.length === 0) {
      pod.errors += 1;
      worth = afterBackoff;
    } else {
      pod.errors = 0;
      pod.refusals += 1;
      const events = [...pod.own, ...this.#events.slice(pod.poppedAt)];
      worth = Math.max(worth, ...events.map((event) => this.#worth(pod, event))) as Worth;
    }
    this.#put(pod, worth, nowMs);
  }

  done(pod: ModelPod): void {
    this.pods = this.pods.filter((other) => other !== pod);
    if (pod.isDeleted) this.deleted += 1;
    else this.finished += 1;
  }

  notify(event: ClusterEvent, nowMs: number, mayReturn: (pod: ModelPod) => boolean = () => true): void {
    const woken = this.pods
      .filter((pod) => pod.place === 'unschedulable' && mayReturn(pod) && this.#gateMayOpen(pod, event))
      .sort((a, b) => a.arrival - b.arrival)
      .map((pod) => ({ pod, worth: this.#worth(pod, event) }));
    for (const { pod, worth } of woken) if (worth !== never) this.#put(pod, worth, nowMs);
    this.#events.push(event);
  }

  update(before: Pod, info: PodInfo, actions: readonly EventAction[], nowMs: number): void {
    const pod = this.find(info.key);
    if (pod === undefined) {
      this.add(info, nowMs);
      return;
    }
    pod.info = info;
    const event: ClusterEvent = { resource: 'UnscheduledPod', actions, before, after: info.pod };
    if (pod.place === 'in-flight') pod.own.push(event);
    if (pod.place !== 'unschedulable') return;
    const worth = this.#worth(pod, event);
    if (worth !== never) this.#put(pod, worth, nowMs);
  }

  delete(pod: ModelPod): void {
    if (pod.place === 'in-flight') pod.isDeleted = true;
    else {
      this.pods = this.pods.filter((other) => other !== pod);
      this.deleted += 1;
    }
  }

  activate(pod: ModelPod): void {
    if (pod.place === 'in-flight') pod.isForced = true;
    else if (pod.place === 'unschedulable') this.#toActive(pod);
    else if (pod.place === 'backoff') this.#toActive(pod, this.#popsFromBackoff);
  }

  flush(nowMs: number): void {
    const over = this.pods
      .filter((pod) => pod.place === 'backoff' && !this.#isBackingOff(pod, nowMs - (nowMs % 1000)))
      .sort((a, b) => a.arrival - b.arrival);
    const refused = over.filter((pod) => pod.plugins.size + pod.pending.size > 0);
    const failed = over.filter((pod) => pod.plugins.size + pod.pending.size === 0);
    const order = (a: ModelPod, b: ModelPod): number => this.#expiry(a) - this.#expiry(b);
    const inWindow = (a: ModelPod, b: ModelPod): number =>
      this.#popsFromBackoff ? b.info.priority - a.info.priority || a.timestampMs - b.timestampMs : 0;
    for (const pod of refused.sort((a, b) => order(a, b) || inWindow(a, b))) this.#toActive(pod, this.#popsFromBackoff);
    for (const pod of failed.sort(order)) this.#toActive(pod, this.#popsFromBackoff);
    const mark = this.#startMs + Math.floor((nowMs - this.#startMs) / 30_000) * 30_000;
    if (mark <= this.#lookedMs) return;
    this.#lookedMs = mark;
    const old = this.pods
      .filter((pod) => pod.place === 'unschedulable' && pod.timestampMs + 300_000 < mark)
      .filter(({ gate }) => gate === undefined || this.#plugin(gate).events === undefined)
      .sort((a, b) => a.arrival - b.arrival);
    for (const pod of old) this.#put(pod, afterBackoff, nowMs);
    if (old.length > 0) for (const pod of this.pods) if (pod.place === 'in-flight') pod.isForced = true;
  }

  #put(pod: ModelPod, worth: Worth, nowMs: number): void {
    if (worth === never) this.#arrive(pod, 'unschedulable');
    else if (worth === afterBackoff && this.#isBackingOff(pod, nowMs)) {
      if (this.#popsFromBackoff) this.#askGates(pod);
      this.#arrive(pod, pod.gate === undefined ? 'backoff' : 'unschedulable');
    } else this.#toActive(pod);
  }

  #toActive(pod: ModelPod, gatesAsked = false): void {
    if (!gatesAsked) this.#askGates(pod);
    this.#arrive(pod, pod.gate === undefined ? 'active' : 'unschedulable');
  }

  #arrive(pod: ModelPod, place: ModelPod['place']): void {
    pod.place = place;
    pod.arrival = this.#arrivals++;
  }

  #askGates(pod: ModelPod): void {
    const gates = this.#plugins.filter(({ preEnqueue }) => preEnqueue !== undefined);
    const own = gates.filter(({ name }) => name === pod.gate);
    pod.gate = [...own, ...gates].find((plugin) => plugin.preEnqueue?.(pod.info) !== undefined)?.name;
    if (pod.gate !== undefined) pod.plugins.add(pod.gate);
  }

  #gateMayOpen(pod: ModelPod, event: ClusterEvent): boolean {
    if (pod.gate === undefined) return true;
    const { events } = this.#plugin(pod.gate);
    return events === undefined || events.some((interest) => isOf(interest, event));
  }

  #worth(pod: ModelPod, event: ClusterEvent): Worth {
    const worths = [...pod.plugins, ...pod.pending].map((name) => {
      if (!this.#queues(this.#plugin(name), pod, event)) return never;
      return pod.pending.has(name) ? atOnce : afterBackoff;
    });
    return Math.max(never, ...worths) as Worth;
  }

  #queues({ events }: Plugin, pod: ModelPod, event: ClusterEvent): boolean {
    if (events === undefined) return true;
    return events.some((interest) => {
      if (!isOf(interest, event)) return false;
      try {
        return interest.hint === undefined || interest.hint(pod.info, event) === 'queue';
      } catch {
        return true;
      }
    });
  }

  #plugin(name: string): Plugin {
    return this.#plugins.find((plugin) => plugin.name === name) ?? { name };
  }

  #expiry(pod: ModelPod): number {
    const failures = pod.errors > 0 ? pod.errors : pod.refusals;
    const durationMs = Math.min(1000 * 2 ** (failures - 1), 10_000);
    return failures === 0 ? 0 : this.#window(pod.timestampMs + durationMs);
  }

  #isBackingOff(pod: ModelPod, nowMs: number): boolean {
    const expiry = this.#expiry(pod);
    return expiry > 0 && expiry >= this.#window(nowMs);
  }

  #window(timeMs: number): number {
    return this.#popsFromBackoff ? timeMs - (timeMs % 1000) : timeMs;
  }
}

function isOf(
  interest: { readonly resource: string; readonly actions: readonly EventAction[] },
  event: ClusterEvent,
): boolean {
  if (interest.resource !== event.resource) return false;
  const updates = event.actions.some((action) => action.startsWith('update')) && interest.actions.includes('update');
  return updates || event.actions.some((action) => interest.actions.includes(action));
}
