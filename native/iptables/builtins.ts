/** The built-in chains of each table and the netfilter hooks they hang on (uapi/linux/netfilter.h). */
import type { Chain, Table, TableName } from './table.ts';

/** Hook number (NF_INET_*) of each built-in chain name. */
const hooks = { PREROUTING: 0, INPUT: 1, FORWARD: 2, OUTPUT: 3, POSTROUTING: 4 } as const;
export const hookCount = 5;
type BuiltinName = keyof typeof hooks;

const builtinsOf: Readonly<Record<TableName, readonly BuiltinName[]>> = {
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  raw: ['PREROUTING', 'OUTPUT'],
};

export const tableNames = Object.keys(builtinsOf) as readonly TableName[];

export interface Builtin {
  readonly name: string;
  readonly hook: number;
}

/** In hook order, which is the order of the chains in the kernel's copy of the table. */
export function builtinsOfTable(table: TableName): readonly Builtin[] {
  return builtinsOf[table].map((name) => ({ name, hook: hooks[name] }));
}

export function isBuiltin(table: TableName, chain: string): boolean {
  return (builtinsOf[table] as readonly string[]).includes(chain);
}

/**
 * The chains in the order in which iptables keeps and prints them: built-in ones by hook, then the others by the
 * bytes of their names. libiptc falls back to a linear search per jump on a table that is not in this order.
 */
export function orderedChains(table: Table): Chain[] {
  const builtins: Chain[] = [];
  for (const name of builtinsOf[table.name]) builtins.push(...table.chains.filter((chain) => chain.name === name));
  const others = table.chains.filter((chain) => !isBuiltin(table.name, chain.name));
  const sorted = others.every((chain, index) => index === 0 || (others[index - 1]?.name ?? '') <= chain.name);
  if (!sorted) others.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return [...builtins, ...others];
}
