/** Sends a packet of a new, forwarded connection through planned iptables tables, as the kernel would. */
import type { AddressMatch, Chain, Match, Rule, Table } from '../../../native/iptables/index.ts';
import { inRange, ipv4Range } from '../../../src/api/index.ts';
import type { IptablesState } from '../../../src/proxy/iptables/plan.ts';
import { arrival, type Continue, type Outcome, outcomeOf, type Packet, type Way } from './packet.ts';

/** What a rule that ends a table does with the packet. */
interface Ends {
  readonly accept: Continue;
  readonly drop: Continue;
  readonly reject: Continue;
  readonly masquerade: Continue;
}

export function traceIptables({ filter, nat }: IptablesState, sent: Packet): Outcome {
  const drop: Continue = (_packet, probability) => [['dropped', probability]];
  const reject: Continue = (_packet, probability) => [['rejected', probability]];
  const leave: Continue = (packet, probability) => [[arrival(sent, packet, false), probability]];
  const masquerade: Continue = (packet, probability) => [[arrival(sent, packet, true), probability]];
  const postrouting: Continue = (packet, probability) =>
    walkChain(nat, 'POSTROUTING', packet, probability, { accept: leave, drop, reject, masquerade });
  const forward: Continue = (packet, probability) =>
    walkChain(filter, 'FORWARD', packet, probability, { accept: postrouting, drop, reject, masquerade: postrouting });
  return outcomeOf(walkChain(nat, 'PREROUTING', sent, 1, { accept: forward, drop, reject, masquerade: forward }));
}

function chainOf({ chains }: Table, name: string): Chain {
  const chain = chains.find((candidate) => candidate.name === name);
  if (chain === undefined) throw new Error(`a rule leads to the chain ${name}, which does not exist`);
  return chain;
}

/** A packet that comes to the end of a built-in chain is accepted: all policies are ACCEPT. */
function walkChain(table: Table, name: string, packet: Packet, probability: number, ends: Ends): readonly Way[] {
  return walk(table, chainOf(table, name).rules, packet, probability, ends, ends.accept);
}

function walk(
  table: Table,
  rules: readonly Rule[],
  packet: Packet,
  probability: number,
  ends: Ends,
  fallThrough: Continue,
): readonly Way[] {
  const [rule, ...rest] = rules;
  if (rule === undefined) return fallThrough(packet, probability);
  const share = matchProbability(rule, packet);
  const next: Continue = (later, left) => walk(table, rest, later, left, ends, fallThrough);
  return [
    ...(share > 0 ? carryOut(table, rule, packet, probability * share, ends, next, fallThrough) : []),
    ...(share < 1 ? next(packet, probability * (1 - share)) : []),
  ];
}

function carryOut(
  table: Table,
  { target }: Rule,
  packet: Packet,
  probability: number,
  ends: Ends,
  next: Continue,
  fallThrough: Continue,
): readonly Way[] {
  switch (target.target) {
    case 'ACCEPT':
      return ends.accept(packet, probability);
    case 'DROP':
      return ends.drop(packet, probability);
    case 'REJECT':
      return ends.reject(packet, probability);
    case 'MASQUERADE':
      return ends.masquerade(packet, probability);
    case 'RETURN':
      return fallThrough(packet, probability);
    case 'DNAT':
      return ends.accept({ ...packet, destination: target.ip, port: target.port ?? packet.port }, probability);
    case 'MARK': {
      const mark = target.operation === 'or' ? packet.mark | target.value : packet.mark ^ target.value;
      return next({ ...packet, mark }, probability);
    }
    case 'jump':
      return walk(table, chainOf(table, target.chain).rules, packet, probability, ends, next);
    default:
      throw new Error(`the tracer does not know the target ${target.target}`);
  }
}

function matchProbability(rule: Rule, packet: Packet): number {
  if (rule.protocol !== undefined && rule.protocol !== packet.protocol) return 0;
  if (!matchesAddress(rule.source, packet.source)) return 0;
  if (!matchesAddress(rule.destination, packet.destination)) return 0;
  return rule.matches.reduce((share, match) => share * extensionProbability(match, packet), 1);
}

function matchesAddress(match: AddressMatch | undefined, ip: string): boolean {
  if (match === undefined) return true;
  if ('mask' in match) throw new Error('the tracer does not know masks with holes');
  return inRange(ipv4Range(`${match.ip}/${match.prefix}`), ip) !== (match.invert === true);
}

function extensionProbability(match: Match, packet: Packet): number {
  switch (match.match) {
    case 'comment':
      return 1;
    case 'tcp':
    case 'udp':
    case 'sctp': {
      const ports = match.destinationPorts;
      const fits = ports === undefined || (packet.port >= ports.from && packet.port <= ports.to);
      return match.match === packet.protocol && fits ? 1 : 0;
    }
    case 'mark':
      return ((packet.mark & match.mask) === match.value) !== (match.invert === true) ? 1 : 0;
    case 'statistic':
      if (match.mode === 'nth') throw new Error('the tracer does not count packets');
      return match.probability;
    case 'conntrack':
      return match.states.includes('NEW') !== (match.invert === true) ? 1 : 0;
    case 'addrtype':
      // The packet is forwarded, so its destination is not this node.
      return match.destinationType === 'LOCAL' ? 0 : 1;
    case 'recent':
      // The client has not called before.
      return match.action === 'set' ? 1 : 0;
    default:
      throw new Error(`the tracer does not know the match ${match.match}`);
  }
}
