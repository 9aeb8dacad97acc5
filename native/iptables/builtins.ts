/** The built-in chains of each table and the netfilter hooks they hang on (uapi/linux/netfilter.h). */
import { iptablesErrors } from './errors.ts';
import { sortedByName } from './name-order.ts';
import type { TableName } from './table.ts';

export interface Builtin {
  readonly name: string;
  /** NF_INET_*. */
  readonly hook: number;
}

const prerouting: Builtin = { name: 'PREROUTING', hook: 0 };
const input: Builtin = { name: 'INPUT', hook: 1 };
const forward: Builtin = { name: 'FORWARD', hook: 2 };
const output: Builtin = { name: 'OUTPUT', hook: 3 };
const postrouting: Builtin = { name: 'POSTROUTING', hook: 4 };

/** In hook order, which is the order of the chains in the kernel's copy of the table. */
export const builtinsOf: Readonly<Record<TableName, readonly Builtin[]>> = {
  filter: [input, forward, output],
  nat: [prerouting, input, output, postrouting],
  mangle: [prerouting, input, forward, output, postrouting],
  raw: [prerouting, output],
};

export const tableNames = Object.keys(builtinsOf) as readonly TableName[];

interface Named {
  readonly name: string;
}

/**
 * Chains in the order in which iptables keeps and prints them: built-in ones by hook, then the others by the bytes of
 * their names. libiptc falls back to a linear search per jump on a table that is not in this order.
 * @throws IptablesError `invalid` for two chains of the same name
 */
export function orderChains<T extends Named>(
  table: TableName,
  chains: readonly T[],
): { readonly builtins: readonly T[]; readonly users: readonly T[] } {
  const names = builtinsOf[table].map(({ name }) => name);
  const isBuiltin = new Set(names);
  const given = new Map<string, T>();
  const users: T[] = [];
  let sorted = true;
  for (const chain of chains) {
    if (isBuiltin.has(chain.name)) {
      if (given.has(chain.name)) throw iptablesErrors.duplicateChain(chain.name);
      given.set(chain.name, chain);
      continue;
    }
    const last = users.at(-1);
    if (last !== undefined && last.name >= chain.name) sorted = false;
    users.push(chain);
  }
  const builtins = names.flatMap((name) => given.get(name) ?? []);
  return { builtins, users: sorted ? users : sortedUsers(users) };
}

function sortedUsers<T extends Named>(chains: readonly T[]): T[] {
  const sorted = sortedByName(chains);
  for (const [index, { name }] of sorted.entries()) {
    if (sorted[index + 1]?.name === name) throw iptablesErrors.duplicateChain(name);
  }
  return sorted;
}
