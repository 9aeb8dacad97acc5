/** A packet that a tracer sends through rules, and what became of it. */
import type { LowerProtocol } from '../../../src/proxy/names.ts';

export interface Packet {
  readonly source: string;
  readonly destination: string;
  readonly protocol: LowerProtocol;
  readonly port: number;
  readonly mark: number;
}

export function packet(source: string, destination: string, port: number, protocol: LowerProtocol = 'tcp'): Packet {
  return { source, destination, protocol, port, mark: 0 };
}

/**
 * Where a new connection ends, with the probability of each end: `10.2.1.1:80`, `10.2.1.1:80 masqueraded`, `rejected`,
 * `dropped`, or `untouched` when no rule cared.
 */
export type Outcome = Readonly<Record<string, number>>;

/** One way that a packet may take: its end and how probable it is. */
export type Way = readonly [end: string, probability: number];

/** Goes on with a packet that has got so far with this probability. */
export type Continue = (packet: Packet, probability: number) => readonly Way[];

/** Adds up the ways that lead to the same end. */
export function outcomeOf(ways: readonly Way[]): Outcome {
  const ends = new Map<string, number>();
  for (const [end, probability] of ways) ends.set(end, (ends.get(end) ?? 0) + probability);
  return Object.fromEntries([...ends].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The end of a packet that was let through. */
export function arrival(before: Packet, after: Packet, isMasqueraded: boolean): string {
  if (before.destination === after.destination && before.port === after.port && !isMasqueraded) return 'untouched';
  return `${after.destination}:${after.port}${isMasqueraded ? ' masqueraded' : ''}`;
}
