/** The addon's functions with typed errors, and visits to a namespace. */
import { loadAddon } from '../load.ts';
import { asynchronousVisit, netnsError } from './errors.ts';
import type { LinkOperation, Netns, NetnsAddon } from './types.ts';

let loaded: NetnsAddon | undefined;

/** The addon is loaded at first use, so that importing this module needs no compiled code. */
function call<T>(body: (addon: NetnsAddon) => T): T {
  loaded ??= loadAddon<NetnsAddon>('netns');
  try {
    return body(loaded);
  } catch (error) {
    throw netnsError(error);
  }
}

/**
 * A new network namespace with its loopback up; the caller closes it with `closeNetns`.
 * @throws NetnsError `not-permitted` without CAP_SYS_ADMIN in the current user namespace.
 */
export function createNetns(): Netns {
  return call((addon) => addon.createNetns());
}

/** The calling thread's namespace, as a new descriptor that the caller closes. */
export function currentNetns(): Netns {
  return call((addon) => addon.currentNetns());
}

/** Closes the descriptor; the namespace ends with the last process, socket or descriptor in it. */
export function closeNetns(netns: Netns): void {
  call((addon) => addon.closeNetns(netns));
}

/** Moves the calling thread for good: for a worker that lives in one namespace. */
export function enterNetns(netns: Netns): void {
  call((addon) => addon.enterNetns(netns));
}

/** Keeps the calling thread on CPU `cpu`, counted from 0. */
export function pinThread(cpu: number): void {
  call((addon) => addon.pinThread(cpu));
}

/**
 * Applies rtnetlink changes in order, many per system call.
 * @throws NetnsError at the first change that the kernel refuses; `index` says which. The changes before it stay.
 */
export function applyLinks(netns: Netns, operations: readonly LinkOperation[]): void {
  call((addon) => addon.applyLinks(netns, operations));
}

/** Link-layer address of an interface, as `02:00:00:00:00:01`. */
export function macOf(netns: Netns, name: string): string {
  return call((addon) => addon.macOf(netns, name));
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
