/** Errors of namespaces and rtnetlink: what was refused, and what to do about it. */
import { constants } from 'node:os';

export type NetnsErrorCode =
  | 'not-permitted'
  | 'not-supported'
  | 'no-such-device'
  | 'not-found'
  | 'already-exists'
  | 'invalid-argument'
  | 'limit-reached'
  | 'unexpected-namespace-visit'
  | 'system';

export class NetnsError extends Error {
  override readonly name = 'NetnsError';
  readonly code: NetnsErrorCode;
  /** What was refused and why: the message without its remedy. */
  readonly reason: string;
  /** Place in the list of operations of the one that the kernel refused. */
  readonly index: number | undefined;

  constructor(
    code: NetnsErrorCode,
    reason: string,
    details: {
      readonly remedy?: string | undefined;
      readonly cause?: unknown;
      readonly index?: number | undefined;
    } = {},
  ) {
    super(
      details.remedy === undefined ? reason : `${reason}; ${details.remedy}`,
      details.cause === undefined ? undefined : { cause: details.cause },
    );
    this.code = code;
    this.reason = reason;
    this.index = details.index;
  }
}

/** What the addon attaches to the errors it throws for a refused system call or netlink request. */
interface KernelRefusal extends Error {
  readonly errno: number;
  readonly index?: number;
}

function isKernelRefusal(error: unknown): error is KernelRefusal {
  return error instanceof Error && 'errno' in error && typeof error.errno === 'number';
}

const { errno } = constants;

const codeByErrno: ReadonlyMap<number, NetnsErrorCode> = new Map([
  [errno.EPERM, 'not-permitted'],
  [errno.EACCES, 'not-permitted'],
  [errno.EOPNOTSUPP, 'not-supported'],
  [errno.EAFNOSUPPORT, 'not-supported'],
  [errno.ENOSYS, 'not-supported'],
  [errno.ENODEV, 'no-such-device'],
  [errno.ENXIO, 'no-such-device'],
  [errno.ENOENT, 'not-found'],
  [errno.ESRCH, 'not-found'],
  [errno.EADDRNOTAVAIL, 'not-found'],
  [errno.EEXIST, 'already-exists'],
  [errno.EINVAL, 'invalid-argument'],
  [errno.ERANGE, 'invalid-argument'],
  [errno.EBADF, 'invalid-argument'],
  [errno.ENETUNREACH, 'invalid-argument'],
  [errno.EMFILE, 'limit-reached'],
  [errno.ENFILE, 'limit-reached'],
  [errno.ENOSPC, 'limit-reached'],
  [errno.ENOMEM, 'limit-reached'],
  [errno.ENOBUFS, 'limit-reached'],
]);

const remedies: Partial<Record<NetnsErrorCode, string>> = {
  'not-permitted': "run as root, or inside user namespaces: 'unshare --user --map-root-user --net'",
  'not-supported': "this kernel lacks the feature; 'kubedyno doctor' shows which kernel has it",
  'no-such-device': 'check the interface name and that it was created in this namespace',
  'not-found': 'nothing of that kind exists in this namespace; check the address, name or destination',
  'already-exists': 'delete the old one first, or use another name or address',
  'invalid-argument': 'check the value named above; a gateway must be reachable through a device that is up',
  'limit-reached':
    "raise the limit: 'ulimit -n' for descriptors, /proc/sys/user/max_net_namespaces for namespaces, or free memory",
};

/**
 * Turns what the addon threw into a `NetnsError`; anything that is not the kernel's refusal passes unchanged.
 * @param describe names what was asked for, given the index of the refused operation where there is one
 */
export function netnsError(thrown: unknown, describe?: (index: number | undefined) => string): unknown {
  if (!isKernelRefusal(thrown)) return thrown;
  const { index } = thrown;
  const code = codeByErrno.get(thrown.errno) ?? 'system';
  const reason = describe === undefined ? thrown.message : `${describe(index)}: ${thrown.message}`;
  return new NetnsError(code, reason, { remedy: remedies[code], cause: thrown, index });
}

/** A visit to a namespace ends when its function returns; a promise would go on in another namespace. */
export function asynchronousVisit(): NetnsError {
  return new NetnsError(
    'unexpected-namespace-visit',
    'withNetns was given a function that returns a promise; its work would go on in the wrong namespace',
    { remedy: 'create the sockets or processes synchronously inside, and wait for them outside' },
  );
}
