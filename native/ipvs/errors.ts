/** What can go wrong with IPVS: one error class, one code per remedy, and every message says the next step. */
import { constants } from 'node:os';
import type { IpvsOperation } from './types.ts';

export type IpvsErrorCode =
  /** The kernel has no IPVS: neither built in nor as a module that it can load. */
  | 'no-ipvs'
  | 'unknown-scheduler'
  | 'exists'
  | 'not-permitted'
  | 'not-found'
  /** A value that cannot be sent, or that the kernel does not accept. */
  | 'invalid'
  /** The kernel's answer breaks the netlink format. */
  | 'malformed-reply'
  /** The kernel dropped answers because the socket's queue was full: what it carried out is unknown. */
  | 'overrun'
  | 'unanswered'
  /** The tables kept changing while they were listed. */
  | 'interrupted'
  | 'closed'
  /** Any other failure of a system call; `errno` says which. */
  | 'system';

export interface RefusedOperation {
  /** Position in the list that was applied, from 0. */
  readonly index: number;
  readonly code: IpvsErrorCode;
  readonly errno: number;
}

interface Details {
  readonly errno?: number;
  readonly operationIndex?: number;
  readonly accepted?: number;
  readonly refused?: readonly RefusedOperation[];
}

export class IpvsError extends Error {
  override readonly name = 'IpvsError';
  readonly code: IpvsErrorCode;
  /** The kernel's positive errno, where there is one. */
  readonly errno: number | undefined;
  /** The first operation that was refused or invalid, from 0. */
  readonly operationIndex: number | undefined;
  /** How many operations of the list the kernel carried out, later ones included. */
  readonly accepted: number | undefined;
  /** Every refused operation of the list. */
  readonly refused: readonly RefusedOperation[];

  constructor(code: IpvsErrorCode, message: string, details: Details = {}) {
    super(message);
    this.code = code;
    this.errno = details.errno;
    this.operationIndex = details.operationIndex;
    this.accepted = details.accepted;
    this.refused = details.refused ?? [];
  }
}

const { EPERM, EACCES, EEXIST, ESRCH, ENOENT, EINVAL, ERANGE, EAFNOSUPPORT, EPROTONOSUPPORT, EOPNOTSUPP } =
  constants.errno;

const errnoName = (errno: number): string =>
  Object.entries(constants.errno).find(([, value]) => value === errno)?.[0] ?? `errno ${errno}`;

function codeOf(errno: number, op: IpvsOperation['op'] | 'read'): IpvsErrorCode {
  switch (errno) {
    case EPERM:
    case EACCES:
      return 'not-permitted';
    case EEXIST:
      return 'exists';
    case ESRCH:
      return 'not-found';
    case ENOENT:
      // A service's scheduler or persistence engine, a destination itself, or (on reads) the whole module.
      if (op === 'add-service' || op === 'edit-service') return 'unknown-scheduler';
      return op === 'read' ? 'no-ipvs' : 'not-found';
    case EINVAL:
    case ERANGE:
    case EAFNOSUPPORT:
    case EPROTONOSUPPORT:
    case EOPNOTSUPP:
      return 'invalid';
    default:
      return 'system';
  }
}

const noIpvs =
  'this kernel has no IPVS (generic-netlink family IPVS): load it with `modprobe ip_vs`, use a kernel built with ' +
  'CONFIG_IP_VS, or measure in the User-Mode Linux guest';
const notPermitted =
  'not permitted: IPVS needs CAP_NET_ADMIN, which many kernels count only in the initial user namespace; run as ' +
  'root, or in the User-Mode Linux guest';

/** `TCP 10.96.0.1:80` or `fwmark 7`, for messages. */
function describe(operation: IpvsOperation): string {
  if (operation.op === 'flush' || operation.service === undefined) return operation.op;
  const { id } = operation.service;
  const bracket = (ip: string): string => (ip.includes(':') ? `[${ip}]` : ip);
  const service =
    id.kind === 'fwmark'
      ? `fwmark ${id.mark} (${operation.service.family})`
      : `${id.protocol} ${bracket(id.ip)}:${id.port}`;
  if (!('destination' in operation)) return `${operation.op} ${service}`;
  return `${operation.op} ${bracket(operation.destination.ip)}:${operation.destination.port} of ${service}`;
}

function remedy(code: IpvsErrorCode, operation: IpvsOperation): string {
  switch (code) {
    case 'unknown-scheduler': {
      if (operation.op !== 'add-service' && operation.op !== 'edit-service') return '';
      const { scheduler, persistenceEngine } = operation.service;
      const engine = persistenceEngine === undefined ? '' : ` or no persistence engine "${persistenceEngine}"`;
      return `this kernel has no scheduler "${scheduler}"${engine}: check the name, or load its module ip_vs_${scheduler}`;
    }
    case 'exists':
      return `it already exists: use ${operation.op.replace('add-', 'edit-')}, or delete it first`;
    case 'not-found':
      return operation.op === 'edit-destination' || operation.op === 'delete-destination'
        ? 'there is no such service, or it has no such destination: add it first'
        : 'there is no such service: add it first';
    case 'not-permitted':
      return notPermitted;
    case 'invalid':
      return (
        "the kernel does not accept these values: a destination must be reachable and of its service's address " +
        'family (except with tunnel forwarding), and scheduler and persistence engine must suit the protocol'
      );
    default:
      return 'the kernel could not carry it out';
  }
}

/** Errors of the IPVS client; every factory makes a fresh one. */
export const ipvsErrors = {
  /** A value that does not fit the wire format; found before anything is sent. */
  invalidField(field: string, value: string | number, expected: string): IpvsError {
    return new IpvsError(
      'invalid',
      `${field} is ${typeof value === 'string' ? JSON.stringify(value) : value}; expected ${expected}`,
    );
  },
  /** The same, as part of a list of operations. */
  invalidOperation(cause: IpvsError, operationIndex: number): IpvsError {
    return new IpvsError('invalid', `operation ${operationIndex}: ${cause.message}; nothing was sent`, {
      operationIndex,
      accepted: 0,
    });
  },
  refused(
    operations: readonly IpvsOperation[],
    accepted: number,
    failures: readonly { readonly index: number; readonly errno: number; readonly message: string }[],
  ): IpvsError {
    const refused = failures.map(({ index, errno }) => ({
      index,
      errno,
      code: codeOf(errno, operations[index]?.op ?? 'flush'),
    }));
    const [first] = refused;
    const operation = operations[first?.index ?? 0];
    if (first === undefined || operation === undefined) {
      return new IpvsError('malformed-reply', 'the kernel refused an operation that was never sent');
    }
    const kernelText = failures[0]?.message === '' ? '' : `, "${failures[0]?.message}"`;
    return new IpvsError(
      first.code,
      `operation ${first.index} (${describe(operation)}) refused (${errnoName(first.errno)}${kernelText}): ` +
        `${remedy(first.code, operation)}; ${accepted} of ${operations.length} operations were accepted`,
      { errno: first.errno, operationIndex: first.index, accepted, refused },
    );
  },
  malformedReply(what: string): IpvsError {
    return new IpvsError('malformed-reply', `${what}; this kernel speaks an IPVS that this program does not know`);
  },
  closed(): IpvsError {
    return new IpvsError('closed', 'the IPVS client is closed: open another one');
  },
  noIpvs(): IpvsError {
    return new IpvsError('no-ipvs', noIpvs);
  },
  /** A request other than a list of operations that the kernel refused. */
  refusedRequest(errno: number, kernelText: string): IpvsError {
    const code = codeOf(errno, 'read');
    const reason = kernelText === '' ? errnoName(errno) : `${errnoName(errno)}, "${kernelText}"`;
    if (code === 'no-ipvs') return new IpvsError(code, `${noIpvs} (${reason})`, { errno });
    if (code === 'not-permitted') return new IpvsError(code, `${notPermitted} (${reason})`, { errno });
    if (code === 'not-found')
      return new IpvsError(code, `there is no such service (${reason}): add it first`, { errno });
    return new IpvsError(code, `the kernel refused an IPVS request (${reason})`, { errno });
  },
  /** A failure of the netlink exchange itself. */
  exchange(code: IpvsErrorCode, message: string, errno: number): IpvsError {
    const next =
      code === 'overrun'
        ? '; list the services to learn what was carried out'
        : code === 'not-permitted'
          ? `; ${notPermitted}`
          : '';
    return new IpvsError(code, `${message}${next}`, { errno });
  },
};
