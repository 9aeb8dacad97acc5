/** ipset commands as netlink messages (uapi/linux/netfilter/ipset/ip_set.h). Pure. */
import { ipv4ToNumber } from '../../api/ipv4.ts';
import type { LowerProtocol } from '../names.ts';
import { NetlinkWriter } from './netlink-writer.ts';

export interface IpsetEntry {
  readonly set: string;
  readonly ip: string;
  /** Of `hash:ip,port` and `hash:ip,port,ip`. */
  readonly port?: { readonly protocol: LowerProtocol; readonly number: number };
  /** Of `hash:ip,port,ip`. */
  readonly ip2?: string;
}

export type IpsetDefinition = { readonly name: string } & (
  | {
      readonly type: 'hash:ip' | 'hash:ip,port' | 'hash:ip,port,ip';
      readonly hashSize: number;
      readonly maxEntries: number;
    }
  | { readonly type: 'bitmap:port'; readonly from: number; readonly to: number }
);

/** A message and, for errors, what it is about. */
export interface IpsetMessage {
  readonly bytes: Buffer;
  readonly about: string;
}

const subsystem = 6;
const commands = { create: 2, add: 9, del: 10 } as const;
const requestWithAck = 0x1 | 0x4;
const creating = 0x400;
/** Makes an error of adding what is there already and of deleting what is not. */
const exclusively = 0x200;
const protocolVersion = 7;
const nested = 0x8000;
const networkOrder = 0x4000;

const attributes = {
  protocol: 1,
  setName: 2,
  typeName: 3,
  revision: 4,
  family: 5,
  data: 7,
  entries: 8,
  line: 9,
} as const;
const dataAttributes = {
  ip: 1,
  port: 4,
  portTo: 5,
  protocol: 7,
  line: 9,
  hashSize: 18,
  maxEntries: 19,
  ip2: 20,
} as const;
const ipv4Attribute = 1;
const addressFamilies = { unspecified: 0, ipv4: 2 } as const;
const protocolNumbers: Readonly<Record<LowerProtocol, number>> = { tcp: 6, udp: 17, sctp: 132 };

/** An attribute's length is a 16-bit number; each entry takes at most 60 bytes of the list that holds them. */
const entriesPerMessage = 1000;

function message(command: number, flags: number, set: string, writeRest: (writer: NetlinkWriter) => void): Buffer {
  const writer = new NetlinkWriter();
  writer.message((subsystem << 8) | command, requestWithAck | flags, 1, () => {
    writer.u8(addressFamilies.ipv4);
    writer.u8(0);
    writer.u16(0);
    writer.attribute(attributes.protocol, () => writer.u8(protocolVersion));
    writer.attribute(attributes.setName, () => writer.string(set));
    writeRest(writer);
  });
  return writer.bytes();
}

/** Revisions of the types that kernels since 3.19 and the command ipset since 6.24 (both 2014) know. */
const revisions = { 'hash:ip': 4, 'hash:ip,port': 5, 'hash:ip,port,ip': 5, 'bitmap:port': 3 } as const;

export function createMessage(definition: IpsetDefinition): IpsetMessage {
  const bytes = message(commands.create, creating | exclusively, definition.name, (writer) => {
    const isBitmap = definition.type === 'bitmap:port';
    const family = isBitmap ? addressFamilies.unspecified : addressFamilies.ipv4;
    writer.attribute(attributes.typeName, () => writer.string(definition.type));
    writer.attribute(attributes.revision, () => writer.u8(revisions[definition.type]));
    writer.attribute(attributes.family, () => writer.u8(family));
    writer.attribute(attributes.data | nested, () => {
      if (definition.type === 'bitmap:port') {
        writer.attribute(dataAttributes.port | networkOrder, () => writer.be16(definition.from));
        writer.attribute(dataAttributes.portTo | networkOrder, () => writer.be16(definition.to));
      } else {
        writer.attribute(dataAttributes.hashSize | networkOrder, () => writer.be32(definition.hashSize));
        writer.attribute(dataAttributes.maxEntries | networkOrder, () => writer.be32(definition.maxEntries));
      }
    });
  });
  return { bytes, about: `create ${definition.name} ${definition.type}` };
}

/** Changes of several sets, in messages of many entries of one set each. */
export function entryMessages(verb: 'add' | 'del', entries: readonly IpsetEntry[]): IpsetMessage[] {
  const messages: IpsetMessage[] = [];
  for (const set of new Set(entries.map((entry) => entry.set))) {
    const ofSet = entries.filter((entry) => entry.set === set);
    for (let start = 0; start < ofSet.length; start += entriesPerMessage) {
      const batch = ofSet.slice(start, start + entriesPerMessage);
      messages.push({ bytes: entriesMessage(verb, set, batch), about: aboutEntries(verb, set, batch) });
    }
  }
  return messages;
}

function aboutEntries(verb: string, set: string, [first, ...others]: readonly IpsetEntry[]): string {
  const text = first === undefined ? '' : formatEntry(first);
  return `${verb} ${set} ${text}${others.length === 0 ? '' : ` and ${others.length} more`}`;
}

/** The numbers of lines let the kernel say in its answer which entry it refused; it wants them for lists. */
function entriesMessage(verb: 'add' | 'del', set: string, entries: readonly IpsetEntry[]): Buffer {
  return message(commands[verb], exclusively, set, (writer) => {
    writer.attribute(attributes.line, () => writer.u32(0));
    writer.attribute(attributes.entries | nested, () => {
      for (const [line, entry] of entries.entries()) {
        writer.attribute(attributes.data | nested, () => writeEntry(writer, entry, line + 1));
      }
    });
  });
}

function writeEntry(writer: NetlinkWriter, { ip, port, ip2 }: IpsetEntry, line: number): void {
  const address = (type: number, text: string): void =>
    writer.attribute(type | nested, () =>
      writer.attribute(ipv4Attribute | networkOrder, () => writer.be32(ipv4ToNumber(text))),
    );
  address(dataAttributes.ip, ip);
  if (port !== undefined) {
    writer.attribute(dataAttributes.port | networkOrder, () => writer.be16(port.number));
    writer.attribute(dataAttributes.protocol, () => writer.u8(protocolNumbers[port.protocol]));
  }
  if (ip2 !== undefined) address(dataAttributes.ip2, ip2);
  writer.attribute(dataAttributes.line, () => writer.u32(line));
}

/** As `ipset save` prints an entry, without the set: `10.96.0.1,tcp:80`. */
export function formatEntry({ ip, port, ip2 }: IpsetEntry): string {
  const parts = [
    ip,
    ...(port === undefined ? [] : [`${port.protocol}:${port.number}`]),
    ...(ip2 === undefined ? [] : [ip2]),
  ];
  return parts.join(',');
}

/** As `ipset save` prints a set. */
export function formatDefinition(definition: IpsetDefinition): string {
  const head = `create ${definition.name} ${definition.type}`;
  return definition.type === 'bitmap:port'
    ? `${head} range ${definition.from}-${definition.to}`
    : `${head} family inet hashsize ${definition.hashSize} maxelem ${definition.maxEntries}`;
}
