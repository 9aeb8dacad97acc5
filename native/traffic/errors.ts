/** Errors of echo backends and the injector: what the kernel refused, and what to do about it. */
import { constants } from 'node:os';

export type TrafficErrorCode =
  | 'not-permitted'
  | 'address-in-use'
  | 'address-not-here'
  | 'too-many-descriptors'
  | 'no-such-device'
  | 'device-down'
  | 'system';

export class TrafficError extends Error {
  override readonly name = 'TrafficError';
  readonly code: TrafficErrorCode;

  constructor(code: TrafficErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

const { errno } = constants;

const kinds: ReadonlyMap<number, readonly [code: TrafficErrorCode, remedy: string]> = new Map([
  [errno.EPERM, ['not-permitted', 'run as root, or inside user, mount and network namespaces of your own']],
  [errno.EACCES, ['not-permitted', 'run as root, or inside user, mount and network namespaces of your own']],
  [errno.EADDRINUSE, ['address-in-use', 'close the socket that has it, or choose another port']],
  [errno.EADDRNOTAVAIL, ['address-not-here', 'give the address to an interface of the namespace first']],
  [errno.EMFILE, ['too-many-descriptors', "raise the limit of this process with 'ulimit -n'"]],
  [errno.ENFILE, ['too-many-descriptors', 'raise the limit of this machine, /proc/sys/fs/file-max']],
  [errno.ENODEV, ['no-such-device', 'check the interface name and that it was created in this namespace']],
  [errno.ENXIO, ['no-such-device', 'check the interface name and that it was created in this namespace']],
  [errno.ENETDOWN, ['device-down', 'bring the interface and its peer up first']],
]);

function errnoOf(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error && 'errno' in thrown)) return undefined;
  return typeof thrown.errno === 'number' ? thrown.errno : undefined;
}

/** Turns a failed system call into a `TrafficError` with a remedy; anything else, such as a bad option, passes unchanged. */
export function trafficError(thrown: unknown): unknown {
  const failed = errnoOf(thrown);
  if (failed === undefined || !(thrown instanceof Error)) return thrown;
  const [code, remedy] = kinds.get(failed) ?? ['system', undefined];
  const message = remedy === undefined ? thrown.message : `${thrown.message}; ${remedy}`;
  return new TrafficError(code, message, { cause: thrown });
}
