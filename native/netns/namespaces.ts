/** Namespaces as descriptors, and visits to them. */
import { readdirSync } from 'node:fs';
import { addonCall } from './addon.ts';
import { asynchronousVisit } from './errors.ts';
import type { Netns } from './types.ts';

/**
 * A new network namespace with its loopback up; the caller closes it with `closeNetns`.
 * @throws NetnsError `not-permitted` without CAP_SYS_ADMIN in the current user namespace.
 */
export function createNetns(): Netns {
  return addonCall((addon) => addon.createNetns());
}

/** The calling thread's namespace, as a new descriptor that the caller closes. */
export function currentNetns(): Netns {
  return addonCall((addon) => addon.currentNetns());
}

/** Closes the descriptor; the namespace ends with the last process, socket or descriptor in it. */
export function closeNetns(netns: Netns): void {
  addonCall((addon) => addon.closeNetns(netns));
}

/** Moves the calling thread for good: for a worker that lives in one namespace. */
export function enterNetns(netns: Netns): void {
  addonCall((addon) => addon.enterNetns(netns));
}

/** Keeps the calling thread, and those that it starts from now on, on `cpus`, counted from 0. */
export function pinThread(cpus: readonly number[]): void {
  addonCall((addon) => addon.pinThread(cpus));
}

/** Keeps every thread of this process that there is now, and those that they start, on `cpus`. */
export function pinProcess(cpus: readonly number[]): void {
  for (const thread of readdirSync('/proc/self/task')) addonCall((addon) => addon.pinThread(cpus, Number(thread)));
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/**
 * Runs `visit` with the calling thread inside `netns` and always returns to where it was. Sockets opened and
 * processes spawned by `visit` belong to `netns` and stay there.
 * @throws NetnsError when `visit` returns a promise: what it awaits would run in the wrong namespace.
 */
export function withNetns<T>(netns: Netns, visit: () => T): T {
  const home = currentNetns();
  try {
    enterNetns(netns);
    try {
      const result = visit();
      if (isPromise(result)) {
        // The work is already under way; its failure must not end the process on top of the error thrown here.
        result.then(undefined, () => undefined);
        throw asynchronousVisit();
      }
      return result;
    } finally {
      enterNetns(home);
    }
  } finally {
    closeNetns(home);
  }
}
