/** Sends a packet of a new, forwarded connection through the modelled nftables table, as the kernel would. */
import { inRange, ipv4Range } from '../../../src/api/index.ts';
import type { NftModel } from './nft-model.ts';
import { arrival, type Continue, type Outcome, outcomeOf, type Packet, type Way } from './packet.ts';

export function traceNft(model: NftModel, sent: Packet): Outcome {
  const end =
    (name: string): Continue =>
    (_packet, probability) => [[name, probability]];
  const leave =
    (isMasqueraded: boolean): Continue =>
    (packet, probability) => [[arrival(sent, packet, isMasqueraded), probability]];
  const ends = { drop: end('dropped'), reject: end('rejected') };
  const hook =
    (chain: string, accept: Continue, masquerade: Continue): Continue =>
    (packet, probability) =>
      new Walk(model, { ...ends, accept, masquerade }).chain(chain, packet, probability, accept);
  const postrouting = hook('nat-postrouting', leave(false), leave(true));
  const forward = hook('filter-forward', postrouting, postrouting);
  const translate = hook('nat-prerouting', forward, forward);
  return outcomeOf(hook('filter-prerouting-pre-dnat', translate, translate)(sent, 1));
}

interface Ends {
  readonly accept: Continue;
  readonly drop: Continue;
  readonly reject: Continue;
  readonly masquerade: Continue;
}

class Walk {
  readonly #model: NftModel;
  readonly #ends: Ends;

  constructor(model: NftModel, ends: Ends) {
    this.#model = model;
    this.#ends = ends;
  }

  chain(name: string, packet: Packet, probability: number, fallThrough: Continue): readonly Way[] {
    const rules = this.#model.chains.get(name);
    if (rules === undefined) throw new Error(`a rule leads to the chain ${name}, which does not exist`);
    return this.#rules(rules, packet, probability, fallThrough);
  }

  #rules(rules: readonly string[], packet: Packet, probability: number, fallThrough: Continue): readonly Way[] {
    const [rule, ...rest] = rules;
    if (rule === undefined) return fallThrough(packet, probability);
    const next: Continue = (later, left) => this.#rules(rest, later, left, fallThrough);
    return this.#statements(rule.replace(/ comment ".*"$/, ''), packet, probability, next, fallThrough);
  }

  /** Reads one expression off the rule and goes on with the rest of it as long as the packet fits. */
  #statements(
    rule: string,
    packet: Packet,
    probability: number,
    next: Continue,
    fallThrough: Continue,
  ): readonly Way[] {
    if (rule === '') return next(packet, probability);
    for (const [pattern, fits] of conditions) {
      const found = pattern.exec(rule);
      if (found === null) continue;
      if (!fits(packet, found[1] ?? '', this.#model)) return next(packet, probability);
      return this.#statements(rule.slice(found[0].length).trimStart(), packet, probability, next, fallThrough);
    }
    return this.#verdict(rule, packet, probability, next, fallThrough);
  }

  #verdict(rule: string, packet: Packet, probability: number, next: Continue, fallThrough: Continue): readonly Way[] {
    const numgen = /^numgen random mod (\d+) vmap \{ (.*) \}$/.exec(rule);
    if (numgen !== null) {
      const count = Number(numgen[1]);
      const verdicts = (numgen[2] ?? '').split(', ').map((entry) => entry.split(' : ')[1] ?? '');
      return verdicts.flatMap((verdict) => this.#verdict(verdict, packet, probability / count, next, fallThrough));
    }
    const vmap = /^(ip daddr \. )?meta l4proto \. th dport vmap @(\S+)$/.exec(rule);
    if (vmap !== null) {
      const key = `${vmap[1] === undefined ? '' : `${packet.destination} . `}${packet.protocol} . ${packet.port}`;
      const verdict = this.#model.containers.get(vmap[2] ?? '')?.get(key);
      return verdict === undefined
        ? next(packet, probability)
        : this.#verdict(verdict, packet, probability, next, fallThrough);
    }
    const [word = '', ...rest] = rule.split(' ');
    switch (word) {
      case 'jump':
        return this.chain(rest.join(' '), packet, probability, next);
      case 'goto':
        return this.chain(rest.join(' '), packet, probability, fallThrough);
      case 'return':
        return fallThrough(packet, probability);
      case 'drop':
        return this.#ends.drop(packet, probability);
      case 'reject':
        return this.#ends.reject(packet, probability);
      case 'masquerade':
        return this.#ends.masquerade(packet, probability);
      case 'update':
        return next(packet, probability);
      case 'mark': {
        const [, operation, value] = /^mark set mark (or|xor) (\S+)$/.exec(rule) ?? [];
        const mark = operation === 'or' ? packet.mark | Number(value) : packet.mark ^ Number(value);
        return next({ ...packet, mark }, probability);
      }
      case 'dnat': {
        const [destination = '', port] = (rest[1] ?? '').split(':');
        return this.#ends.accept({ ...packet, destination, port: Number(port) }, probability);
      }
      default:
        throw new Error(`the tracer does not know: ${rule}`);
    }
  }
}

const within = (cidr: string, ip: string): boolean => inRange(ipv4Range(cidr), ip);
const contains = (model: NftModel, set: string, key: string): boolean => model.containers.get(set)?.has(key) === true;

/** Conditions that a rule may begin with, and whether the packet fits. The client has not called before. */
const conditions: readonly (readonly [RegExp, (packet: Packet, value: string, model: NftModel) => boolean])[] = [
  [/^ct state new/, () => true],
  [/^ip daddr @(\S+)/, ({ destination }, set, model) => contains(model, set, destination)],
  [/^ip daddr \{ (\S+) \}/, ({ destination }, cidr) => within(cidr, destination)],
  [/^ip daddr ([\d.]+\d)/, ({ destination }, ip) => destination === ip],
  [/^ip saddr @(\S+)/, ({ source }, set, model) => contains(model, set, source)],
  [/^ip saddr != (\S+)/, ({ source }, cidr) => !within(cidr, source)],
  [/^ip saddr ([\d.]+)/, ({ source }, ip) => source === ip],
  [/^meta l4proto (tcp|udp|sctp)/, ({ protocol }, wanted) => protocol === wanted],
  [/^mark and (\S+) == 0/, ({ mark }, mask) => (mark & Number(mask)) === 0],
];
