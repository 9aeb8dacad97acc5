/** The binding cycle of one pod: Permit's waiting, PreBind, Bind, PostBind. Runs at once where no plugin takes time. */

import type { PodInfo } from './cluster/pod-info.ts';
import type { Cycle } from './framework/cycle.ts';
import { allOf, pluginErrors } from './framework/errors.ts';
import type { MaybePromise, WaitingPod } from './framework/plugin.ts';
import type { Profile } from './framework/profile.ts';
import type { Status } from './framework/status.ts';
import { goDuration } from './go-duration.ts';

/** Something that can be called off: a timer. */
export type Cancel = () => void;
export type SetTimer = (delayMs: number, callback: () => void) => Cancel;

/** Permit plugins wait at most so long, whatever they ask for (framework/runtime/framework.go, maxTimeout). */
const maxPermitWaitMs = 15 * 60_000;

/** A pod that plugins hold in Permit until each of them has allowed it, one rejects it, or time is up. */
export class HeldPod implements WaitingPod {
  readonly info: PodInfo;
  readonly #pending = new Map<string, Cancel>();
  readonly #settled: (refusal: Status | undefined) => void;
  #isSettled = false;

  constructor(
    info: PodInfo,
    waits: ReadonlyMap<string, number>,
    setTimer: SetTimer,
    settled: (refusal: Status | undefined) => void,
  ) {
    this.info = info;
    this.#settled = settled;
    for (const [plugin, timeoutMs] of waits) {
      const waitMs = Math.min(timeoutMs, maxPermitWaitMs);
      const expire = (): void =>
        this.reject(plugin, `rejected due to timeout after waiting ${goDuration(waitMs)} at plugin ${plugin}`);
      this.#pending.set(plugin, setTimer(waitMs, expire));
    }
  }

  allow(plugin: string): void {
    this.#pending.get(plugin)?.();
    this.#pending.delete(plugin);
    if (this.#pending.size === 0) this.#settle(undefined);
  }

  reject(plugin: string, message: string): void {
    this.#settle({ code: 'unschedulable', plugin, reasons: [message] });
  }

  #settle(refusal: Status | undefined): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    for (const cancel of this.#pending.values()) cancel();
    this.#settled(refusal);
  }
}

/** Takes for the pod what plugins keep besides room on nodes. A status is why it cannot have it. @throws PluginError */
export function reserve(profile: Profile, cycle: Cycle, slot: number): Status | undefined {
  for (const plugin of profile.reserve) {
    const status = guarded(plugin.name, 'reserve', () => plugin.reserve(cycle, slot));
    if (status !== undefined) return status;
  }
  return undefined;
}

/** Gives it back, in reverse, whatever some plugins throw. @throws PluginError, the first of them */
export function unreserve(profile: Profile, cycle: Cycle, slot: number): void {
  allOf([...profile.reserve].reverse(), (plugin) =>
    guarded(plugin.name, 'unreserve', () => plugin.unreserve?.(cycle, slot)),
  );
}

/** What Permit says of a pod: nothing, a refusal, or for how long which plugins hold it. */
export function permit(profile: Profile, cycle: Cycle, slot: number): Status | ReadonlyMap<string, number> {
  const waits = new Map<string, number>();
  for (const plugin of profile.permit) {
    const verdict = guarded(plugin.name, 'permit', () => plugin.permit(cycle, slot));
    if (verdict === undefined) continue;
    if ('code' in verdict) return verdict;
    waits.set(plugin.name, verdict.timeoutMs);
  }
  return waits;
}

/**
 * PreBind and Bind; a promise only where a plugin gives one. A status is why it failed.
 * @param binder takes the place of the Bind plugins
 */
export function bind(
  profile: Profile,
  cycle: Cycle,
  slot: number,
  binder?: () => void,
): MaybePromise<Status | undefined> {
  const steps: (() => MaybePromise<Status | 'skip' | undefined>)[] = [
    ...profile.preBind.map((plugin) => () => guarded(plugin.name, 'preBind', () => plugin.preBind(cycle, slot))),
    () => (binder === undefined ? bindWithFirst(profile, cycle, slot, 0) : (binder() as undefined)),
  ];
  return inTurn(steps, 0);
}

/** Tells everyone that the pod is bound, which nothing can undo. @throws PluginError, the first of them */
export function postBind(profile: Profile, cycle: Cycle, slot: number): void {
  allOf(profile.postBind, (plugin) => guarded(plugin.name, 'postBind', () => plugin.postBind(cycle, slot)));
}

function inTurn(
  steps: readonly (() => MaybePromise<Status | 'skip' | undefined>)[],
  from: number,
): MaybePromise<Status | undefined> {
  for (let place = from; place < steps.length; place += 1) {
    const outcome = steps[place]?.();
    if (outcome instanceof Promise) {
      return outcome.then((status) => (isFailure(status) ? status : inTurn(steps, place + 1)));
    }
    if (isFailure(outcome)) return outcome;
  }
  return undefined;
}

/** Binders are asked in turn until one does not skip. */
function bindWithFirst(profile: Profile, cycle: Cycle, slot: number, from: number): MaybePromise<Status | undefined> {
  for (let place = from; place < profile.bind.length; place += 1) {
    const plugin = profile.bind[place];
    if (plugin === undefined) break;
    const outcome = guarded(plugin.name, 'bind', () => plugin.bind(cycle, slot));
    if (outcome instanceof Promise) {
      return outcome.then((status) => (status === 'skip' ? bindWithFirst(profile, cycle, slot, place + 1) : status));
    }
    if (outcome !== 'skip') return outcome;
  }
  return { code: 'error', plugin: '', reasons: ['all bind plugins skipped the pod'] };
}

function isFailure(status: Status | 'skip' | undefined): status is Status {
  return status !== undefined && status !== 'skip';
}

/** @throws PluginError, or gives a promise that is rejected with one */
export function guarded<T>(plugin: string, point: string, what: () => T): T {
  const threw = (error: unknown): never => {
    throw pluginErrors.threw(plugin, point, error);
  };
  let outcome: T;
  try {
    outcome = what();
  } catch (error) {
    return threw(error);
  }
  return outcome instanceof Promise ? (outcome.catch(threw) as T) : outcome;
}
