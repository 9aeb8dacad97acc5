/**
 * Sends ipset messages through a netlink socket of the C library. kube-proxy starts the command ipset once per entry; a
 * guest kernel takes a tenth of a second to start a program, and that would be all that programming one Service costs.
 */
import koffi from 'koffi';
import { type Netns, withNetns } from '../../../native/netns/index.ts';
import { proxyErrors } from '../errors.ts';
import type { IpsetMessage } from './messages.ts';
import { readReply } from './reply.ts';

const netlinkFamily = 16;
const rawCloseOnExec = 3 | 0o2000000;
const netfilterProtocol = 12;
const doNotWait = 0x40;
/** An error answer may quote the message it answers. */
const replyBytes = 128 * 1024;

interface SocketCalls {
  readonly socket: (domain: number, type: number, protocol: number) => number;
  readonly send: (fd: number, bytes: Buffer, length: number, flags: number) => number;
  readonly receive: (fd: number, bytes: Buffer, length: number, flags: number) => number;
  readonly close: (fd: number) => number;
}

let loaded: SocketCalls | undefined;

function calls(): SocketCalls {
  if (loaded === undefined) {
    const libc = koffi.load('libc.so.6');
    loaded = {
      socket: libc.func('int socket(int domain, int type, int protocol)'),
      send: libc.func('long send(int fd, const void *bytes, size_t length, int flags)'),
      receive: libc.func('long recv(int fd, _Out_ void *bytes, size_t length, int flags)'),
      close: libc.func('int close(int fd)'),
    };
  }
  return loaded;
}

/**
 * Carries out the messages in order in `netns`.
 * @throws DataPlaneError for the first that the kernel refuses, naming what it was about; of its entries those before
 * the refused one are in the set.
 */
export function sendIpsetMessages(netns: Netns, messages: readonly IpsetMessage[]): void {
  if (messages.length === 0) return;
  const { socket, close } = calls();
  const fd = withNetns(netns, () => socket(netlinkFamily, rawCloseOnExec, netfilterProtocol));
  if (fd < 0) throw proxyErrors.ipsetRefused('open a netlink socket', `errno ${koffi.errno()}`);
  try {
    const reply = Buffer.alloc(replyBytes);
    for (const message of messages) exchange(fd, message, reply);
  } finally {
    close(fd);
  }
}

function exchange(fd: number, { bytes, about }: IpsetMessage, buffer: Buffer): void {
  const { send, receive } = calls();
  if (send(fd, bytes, bytes.length, 0) !== bytes.length)
    throw proxyErrors.ipsetRefused(about, `errno ${koffi.errno()}`);
  // The kernel works while it takes the message, so its answer is there; waiting could only mean waiting for ever.
  const length = receive(fd, buffer, buffer.length, doNotWait);
  if (length < 0) throw proxyErrors.ipsetRefused(about, `no answer, errno ${koffi.errno()}`);
  const reply = readReply(buffer.subarray(0, length));
  if (reply.kind === 'malformed') throw proxyErrors.ipsetRefused(about, 'the answer is none that ipset gives');
  if (reply.kind === 'refused') throw proxyErrors.ipsetRefused(about, reply.reason);
}
