/** First pass over a table: where every chain will lie in the kernel's format, and how large the whole becomes. */
import { type Builtin, builtinsOfTable, orderedChains } from './builtins.ts';
import { ruleBytes } from './encode-rule.ts';
import { iptablesErrors } from './errors.ts';
import { chainFootBytes, chainHeadBytes, maxTableBytes } from './layout.ts';
import { checkChainName } from './names.ts';
import type { Chain, Table } from './table.ts';

export interface PlacedChain {
  readonly chain: Chain;
  /** Absent: a user-defined chain, which begins with a head entry that holds its name. */
  readonly builtin?: Builtin;
  /** Offset of the head, or of the first rule of a built-in chain. */
  readonly offset: number;
}

export interface TableLayout {
  readonly chains: readonly PlacedChain[];
  readonly entryCount: number;
  readonly entryBytes: number;
  /** Offset of the first rule of each user-defined chain: what a jump holds. */
  readonly chainOffsets: ReadonlyMap<string, number>;
}

function checkUserChain({ name, policy, counters }: Chain): void {
  checkChainName(name);
  if (policy === undefined && counters === undefined) return;
  const what = policy === undefined ? 'counters of its own' : `policy ${policy}`;
  throw iptablesErrors.misuse(`user-defined chain ${name} has ${what}`, 'only built-in chains can have them');
}

/** @throws IptablesError for chain names that cannot be, or a table beyond the kernel's limit */
export function planLayout(table: Table): TableLayout {
  const builtins = new Map(builtinsOfTable(table.name).map((builtin) => [builtin.name, builtin]));
  const given = new Set(table.chains.map((chain) => chain.name));
  const missing = [...builtins.keys()].filter((name) => !given.has(name)).map((name) => ({ name, rules: [] }));
  const all = missing.length === 0 ? table : { ...table, chains: [...table.chains, ...missing] };

  const chains: PlacedChain[] = [];
  const chainOffsets = new Map<string, number>();
  const seen = new Set<string>();
  let offset = 0;
  let entryCount = 0;
  for (const chain of orderedChains(all)) {
    if (seen.has(chain.name)) throw iptablesErrors.duplicateChain(chain.name);
    seen.add(chain.name);
    const builtin = builtins.get(chain.name);
    const chainAt = offset;
    if (builtin === undefined) {
      checkUserChain(chain);
      offset += chainHeadBytes;
      chainOffsets.set(chain.name, offset);
      entryCount++;
    }
    for (const rule of chain.rules) offset += ruleBytes(rule);
    offset += chainFootBytes;
    entryCount += chain.rules.length + 1;
    chains.push({ chain, offset: chainAt, ...(builtin === undefined ? {} : { builtin }) });
  }
  const entryBytes = offset + chainHeadBytes;
  if (entryBytes > maxTableBytes) throw iptablesErrors.tooLarge(`table ${table.name}`, entryBytes, maxTableBytes);
  return { chains, entryCount: entryCount + 1, entryBytes, chainOffsets };
}
