/** The built-in chains of each table and the netfilter hooks they hang on (uapi/linux/netfilter.h). */
import { iptablesErrors } from './errors.ts';
import { sortedByName } from './name-order.ts';
import type { Chain, Table, TableName } from './table.ts';

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

export interface OrderedChains {
  readonly builtins: readonly { readonly builtin: Builtin; readonly chain: Chain }[];
  readonly users: readonly Chain[];
}

/**
 * The chains in the order in which iptables keeps and prints them: built-in ones by hook, then the others by the
 * bytes of their names. libiptc falls back to a linear search per jump on a table that is not in this order.
 * @throws IptablesError `invalid` for two chains of the same name
 */
export function orderChains(table: Table): OrderedChains {
  const given = new Map<string, Chain>();
  const users: Chain[] = [];
  const names = new Set(builtinsOf[table.name].map(({ name }) => name));
  let sorted = true;
  for (const chain of table.chains) {
    if (names.has(chain.name)) {
      if (given.has(chain.name)) throw iptablesErrors.duplicateChain(chain.name);
      given.set(chain.name, chain);
      continue;
    }
    const last = users.at(-1);
    if (last !== undefined && last.name >= chain.name) sorted = false;
    users.push(chain);
  }
  const builtins = builtinsOf[table.name].flatMap((builtin) => {
    const chain = given.get(builtin.name);
    return chain === undefined ? [] : [{ builtin, chain }];
  });
  return { builtins, users: sorted ? users : sortedUsers(users) };
}

function sortedUsers(chains: readonly Chain[]): Chain[] {
  const sorted = sortedByName(chains);
  for (const [index, { name }] of sorted.entries()) {
    if (sorted[index + 1]?.name === name) throw iptablesErrors.duplicateChain(name);
  }
  return sorted;
}
