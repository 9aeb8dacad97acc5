/** Layer-4 protocols by number, named as iptables names them without asking /etc/protocols. */
import { checkNumber } from './names.ts';
import type { Rule } from './table.ts';

type Protocol = NonNullable<Rule['protocol']>;
const named = { icmp: 1, tcp: 6, udp: 17, sctp: 132 } as const;
/** Further names that iptables-save prints, but that a rule gives by number. */
const printed: Readonly<Record<number, string>> = {
  50: 'esp',
  51: 'ah',
  58: 'ipv6-icmp',
  135: 'mobility-header',
  136: 'udplite',
};

const nameOf = new Map<number, keyof typeof named>(
  Object.entries(named).map(([name, number]) => [number, name as keyof typeof named]),
);

/** 0: any protocol. */
export function protocolNumber(protocol: Protocol | undefined): number {
  if (protocol === undefined) return 0;
  if (typeof protocol === 'string') return named[protocol];
  return checkNumber('protocol', protocol, 1, 255);
}

export function toProtocol(number: number): Protocol {
  return nameOf.get(number) ?? number;
}

export function formatProtocol(protocol: Protocol): string {
  const number = protocolNumber(protocol);
  return nameOf.get(number) ?? printed[number] ?? String(number);
}
