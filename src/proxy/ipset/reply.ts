/** What the kernel answers to an ipset message. Pure. */

const headerBytes = 16;
const errorType = 2;
/** Codes from here on are ipset's own; those below are errno values. */
const ownCodes = 4096;

const reasons: Readonly<Record<number, string>> = {
  1: 'not permitted: it takes CAP_NET_ADMIN',
  2: 'no set of this name',
  12: 'the kernel has no memory left',
  17: 'a set of this name exists already',
  4097: 'the kernel does not understand the message',
  4098: 'the kernel has no sets of this type: load its ip_set module',
  4099: 'the kernel has as many sets as it can',
  4103: 'the entry is there already, or the one to delete is not',
  4352: 'the set is full',
};

export type IpsetReply =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly code: number; readonly reason: string }
  | { readonly kind: 'malformed' };

/** Reads one answer: an acknowledgement, or an error with its reason in words. */
export function readReply(bytes: Buffer): IpsetReply {
  if (bytes.length < headerBytes + 4 || bytes.readUInt16LE(4) !== errorType) return { kind: 'malformed' };
  const code = -bytes.readInt32LE(headerBytes);
  if (code === 0) return { kind: 'done' };
  const unknown = code >= ownCodes ? `ipset error ${code}` : `errno ${code}`;
  return { kind: 'refused', code, reason: reasons[code] ?? unknown };
}
