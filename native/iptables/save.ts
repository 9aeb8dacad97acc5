/** A table as iptables-save prints it and iptables-restore and iptables-nft-restore read it. Pure. */
import { formatAddressMatch, parseAddressMatch } from './address.ts';
import { orderChains } from './builtins.ts';
import { IptablesError, iptablesErrors } from './errors.ts';
import { matchCodecs, targetCodecs } from './extensions/registry.ts';
import { checkChainName, checkInterfaceName } from './names.ts';
import { formatProtocol } from './protocols.ts';
import type { AddressMatch, Chain, Counters, Match, Rule, Table, Target } from './table.ts';

export interface SaveOptions {
  /** Puts `[packets:bytes]` before every rule, as `iptables-save --counters` does. Default: false. */
  readonly counters?: boolean;
}

const bang = (inverted: boolean | undefined): string => (inverted ? ' !' : '');

function saveAddress(option: '-s' | '-d', match: AddressMatch | undefined): string {
  if (match === undefined) return '';
  const { address, mask } = parseAddressMatch(match);
  if (address === 0 && mask === 0 && !match.invert) return '';
  return `${bang(match.invert)} ${option} ${formatAddressMatch(match)}`;
}

function saveInterface(option: '-i' | '-o', name: string | undefined, inverted: boolean | undefined): string {
  if (name === undefined) return '';
  checkInterfaceName(name);
  return `${bang(inverted)} ${option} ${name}`;
}

function saveMatch(match: Match): string {
  if (match.match === 'opaque') throw iptablesErrors.notInText('match', match.name, match.revision);
  return ` -m ${match.match}${matchCodecs[match.match].save(match)}`;
}

function saveTarget(target: Target): string {
  switch (target.target) {
    case 'none':
      return '';
    case 'jump':
    case 'goto':
      checkChainName(target.chain);
      return ` -${target.target === 'jump' ? 'j' : 'g'} ${target.chain}`;
    case 'ACCEPT':
    case 'DROP':
    case 'RETURN':
      return ` -j ${target.target}`;
    case 'opaque':
      throw iptablesErrors.notInText('target', target.name, target.revision);
    default:
      return ` -j ${target.target}${targetCodecs[target.target].save(target)}`;
  }
}

/** One rule's conditions and target, with a leading blank, as they follow `-A CHAIN`. */
export function formatRule(rule: Rule): string {
  const { invert } = rule;
  return [
    saveAddress('-s', rule.source),
    saveAddress('-d', rule.destination),
    saveInterface('-i', rule.inInterface, invert?.inInterface),
    saveInterface('-o', rule.outInterface, invert?.outInterface),
    rule.protocol === undefined ? '' : `${bang(invert?.protocol)} -p ${formatProtocol(rule.protocol)}`,
    rule.fragments === undefined ? '' : `${bang(invert?.fragments)} -f`,
    ...rule.matches.map(saveMatch),
    saveTarget(rule.target),
  ].join('');
}

function saveCounters(counters: Counters | undefined): string {
  return `[${counters?.packets ?? 0n}:${counters?.bytes ?? 0n}]`;
}

function saveRules(chain: Chain, options: SaveOptions): string[] {
  return chain.rules.map((rule, index) => {
    try {
      const counters = options.counters ? `${saveCounters(rule.counters)} ` : '';
      return `${counters}-A ${chain.name}${formatRule(rule)}`;
    } catch (error) {
      throw error instanceof IptablesError ? error.at({ chain: chain.name, rule: index + 1 }) : error;
    }
  });
}

/**
 * The table as text, from `*name` to `COMMIT` with a final newline, without the two dated comment lines of
 * iptables-save. Chains come in iptables' own order; built-in chains only if the table has them, so that the text
 * also suits `iptables-restore --noflush`, which leaves alone what is not mentioned.
 * @throws IptablesError `unknown-extension` for an opaque match or target, `invalid` for a value out of range
 */
export function formatSave(table: Table, options: SaveOptions = {}): string {
  const { builtins, users } = orderChains(table.name, table.chains);
  const lines = [`*${table.name}`];
  for (const chain of builtins) {
    lines.push(`:${chain.name} ${chain.policy ?? 'ACCEPT'} ${saveCounters(chain.counters)}`);
  }
  for (const { name } of users) {
    checkChainName(name);
    lines.push(`:${name} - [0:0]`);
  }
  for (const chain of [...builtins, ...users]) {
    for (const line of saveRules(chain, options)) lines.push(line);
  }
  lines.push('COMMIT', '');
  return lines.join('\n');
}
