/** First pass over a table: how large every chain is, and where it will lie in the kernel's format. Pure. */
import { type Builtin, builtinsOf, orderChains } from './builtins.ts';
import { iptablesErrors } from './errors.ts';
import { matchCodecs, targetCodecs } from './extensions/registry.ts';
import {
  chainFootBytes,
  chainHeadBytes,
  entry,
  extensionHeader,
  maxTableBytes,
  standardTargetBytes,
} from './layout.ts';
import { checkChainName } from './names.ts';
import type { Chain, Match, Rule, Table, Target } from './table.ts';

export interface PlacedChain {
  readonly name: string;
  readonly chain: Chain;
  /** Absent: a user-defined chain, which begins with a head entry that holds its name. */
  readonly builtin: Builtin | undefined;
  /** Head, rules and foot. */
  readonly bytes: number;
  readonly entries: number;
  /** Bytes and entries of the chains that lie before it. */
  offset: number;
  firstEntry: number;
}

export interface TableLayout {
  /** In the order of the table, not in that of the format: rules that were made together lie together in memory. */
  readonly chains: readonly PlacedChain[];
  /** Of all chains and the end mark. */
  readonly entries: number;
  readonly bytes: number;
  /** Offset of the first rule of each user-defined chain: what a jump holds. */
  readonly firstRules: ReadonlyMap<string, number>;
}

function matchBytes(match: Match): number {
  return match.match === 'opaque' ? extensionHeader.bytes + match.data.length : matchCodecs[match.match].totalBytes;
}

function targetBytes(target: Target): number {
  switch (target.target) {
    case 'opaque':
      return extensionHeader.bytes + target.data.length;
    case 'DNAT':
    case 'MASQUERADE':
    case 'MARK':
    case 'REJECT':
      return targetCodecs[target.target].totalBytes;
    default:
      return standardTargetBytes;
  }
}

function ruleBytes({ matches, target }: Rule): number {
  let bytes = entry.bytes + targetBytes(target);
  for (const match of matches) bytes += matchBytes(match);
  return bytes;
}

function checkUserChain({ name, policy, counters }: Chain): void {
  checkChainName(name);
  if (policy === undefined && counters === undefined) return;
  const what = policy === undefined ? 'counters of its own' : `policy ${policy}`;
  throw iptablesErrors.misuse(`user-defined chain ${name} has ${what}`, 'only built-in chains can have them');
}

function measure(chain: Chain, builtin: Builtin | undefined): PlacedChain {
  if (builtin === undefined) checkUserChain(chain);
  let bytes = builtin === undefined ? chainHeadBytes + chainFootBytes : chainFootBytes;
  for (const rule of chain.rules) bytes += ruleBytes(rule);
  const entries = chain.rules.length + (builtin === undefined ? 2 : 1);
  return { name: chain.name, chain, builtin, bytes, entries, offset: 0, firstEntry: 0 };
}

/** The table's chains, and those built-in ones that it leaves out, as empty. */
function measureAll(table: Table): PlacedChain[] {
  const missing = new Map(builtinsOf[table.name].map((builtin) => [builtin.name, builtin]));
  const builtins = new Map(missing);
  const chains: PlacedChain[] = [];
  for (const chain of table.chains) {
    missing.delete(chain.name);
    chains.push(measure(chain, builtins.get(chain.name)));
  }
  for (const builtin of missing.values()) chains.push(measure({ name: builtin.name, rules: [] }, builtin));
  return chains;
}

/** @throws IptablesError for chains that cannot be, or a table beyond the kernel's limit */
export function planLayout(table: Table): TableLayout {
  const chains = measureAll(table);
  const firstRules = new Map<string, number>();
  let bytes = 0;
  let entries = 0;
  const { builtins, users } = orderChains(table.name, chains);
  for (const group of [builtins, users]) {
    for (const placed of group) {
      placed.offset = bytes;
      placed.firstEntry = entries;
      bytes += placed.bytes;
      entries += placed.entries;
      if (placed.builtin === undefined) firstRules.set(placed.name, placed.offset + chainHeadBytes);
    }
  }
  bytes += chainHeadBytes;
  if (bytes > maxTableBytes) throw iptablesErrors.tooLarge(`table ${table.name}`, bytes, maxTableBytes);
  return { chains, entries: entries + 1, bytes, firstRules };
}
