/** The IPVS client: values in, records to the addon, records back, kernel errors as `IpvsError`. */
import { constants } from 'node:os';
import { loadAddon } from '../load.ts';
import type { Netns } from '../netns/index.ts';
import { decodeDestinations, decodeServices } from './decode.ts';
import { checkTimeouts, encodeOperations, encodeServiceKey } from './encode.ts';
import { IpvsError, ipvsErrors } from './errors.ts';
import type {
  IpvsClient,
  IpvsDestination,
  IpvsOperation,
  IpvsService,
  IpvsServiceKey,
  IpvsTimeouts,
  OpenIpvs,
} from './types.ts';

/** The addon's class; buffers hold the records of `records.ts`. */
interface IpvsSocket {
  apply(operations: ArrayBuffer): {
    readonly bytes: number;
    readonly systemCalls: number;
    readonly accepted: number;
    readonly failures: readonly { readonly index: number; readonly errno: number; readonly message: string }[];
  };
  services(): ArrayBuffer;
  service(key: ArrayBuffer): ArrayBuffer;
  destinations(key: ArrayBuffer): ArrayBuffer;
  timeouts(): IpvsTimeouts;
  setTimeouts(tcpSeconds: number, tcpFinSeconds: number, udpSeconds: number): void;
  info(): { readonly version: number; readonly connectionTableSize: number };
  close(): void;
}
interface IpvsAddon {
  readonly IpvsSocket: new (netnsFd?: number) => IpvsSocket;
}

/** An error that the addon threw on purpose carries a `kind`; anything else is a bug and stays as it is. */
function typedError(error: unknown): unknown {
  if (!(error instanceof Error) || !('kind' in error) || !('errno' in error)) return error;
  const { message, kind, errno } = error;
  if (typeof errno !== 'number') return error;
  switch (kind) {
    case 'no-ipvs':
      return ipvsErrors.noIpvs();
    case 'closed':
      return ipvsErrors.closed();
    case 'refused':
      return ipvsErrors.refusedRequest(errno, message);
    case 'malformed':
    case 'truncated':
      return ipvsErrors.malformedReply(message);
    case 'overrun':
    case 'unanswered':
    case 'interrupted':
      return ipvsErrors.exchange(kind, message, errno);
    case 'request':
      return new IpvsError('invalid', message);
    default:
      return ipvsErrors.exchange(errno === constants.errno.EPERM ? 'not-permitted' : 'system', message, errno);
  }
}

function typed<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw typedError(error);
  }
}

/** Three bytes of major, minor and patch level. */
const versionText = (version: number): string => `${(version >> 16) & 0xff}.${(version >> 8) & 0xff}.${version & 0xff}`;

class NetlinkIpvsClient implements IpvsClient {
  readonly #socket: IpvsSocket;

  constructor(socket: IpvsSocket) {
    this.#socket = socket;
  }

  apply(operations: readonly IpvsOperation[]): { readonly bytes: number; readonly systemCalls: number } {
    const records = encodeOperations(operations);
    const { bytes, systemCalls, accepted, failures } = typed(() => this.#socket.apply(records));
    if (failures.length > 0) throw ipvsErrors.refused(operations, accepted, failures);
    return { bytes, systemCalls };
  }

  services(): IpvsService[] {
    return decodeServices(typed(() => this.#socket.services()));
  }

  service(key: IpvsServiceKey): IpvsService {
    const record = encodeServiceKey(key);
    const [service] = decodeServices(typed(() => this.#socket.service(record)));
    if (service === undefined) throw ipvsErrors.malformedReply('no service in the answer for one');
    return service;
  }

  destinations(service: IpvsServiceKey): IpvsDestination[] {
    const record = encodeServiceKey(service);
    return decodeDestinations(typed(() => this.#socket.destinations(record)));
  }

  timeouts(): IpvsTimeouts {
    return typed(() => this.#socket.timeouts());
  }

  setTimeouts(timeouts: IpvsTimeouts): void {
    checkTimeouts(timeouts);
    typed(() => this.#socket.setTimeouts(timeouts.tcpSeconds, timeouts.tcpFinSeconds, timeouts.udpSeconds));
  }

  info(): { readonly version: string; readonly connectionTableSize: number } {
    const { version, connectionTableSize } = typed(() => this.#socket.info());
    return { version: versionText(version), connectionTableSize };
  }

  close(): void {
    this.#socket.close();
  }
}

/**
 * Opens a client of the IPVS in `netns`, or in the calling thread's namespace; the kernel loads its module for it.
 * @throws IpvsError `no-ipvs`, `not-permitted`
 */
export const openIpvs: OpenIpvs = (netns?: Netns) => {
  const addon = loadAddon<IpvsAddon>('ipvs');
  return typed(() => new NetlinkIpvsClient(new addon.IpvsSocket(netns?.fd)));
};
