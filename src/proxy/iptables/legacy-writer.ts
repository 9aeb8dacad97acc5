/** Writes through the kernel's own iptables interface, which knows only one operation: replace the whole table. */
import { replaceTable, type Table } from '../../../native/iptables/index.ts';
import type { Netns } from '../../../native/netns/index.ts';
import { monotonicNs } from '../clock.ts';
import { readForeign, withForeign } from './ownership.ts';
import type { IptablesState } from './plan.ts';
import type { TablesWriter } from './writer.ts';

/** What others have in each table, read when a namespace is first written to. */
type Foreign = { readonly filter: Table; readonly nat: Table };

/**
 * A table that is the same as before is not replaced; one that differs in a single rule is, all of it. What others
 * wrote is read once, at the first write to a namespace: a lane is nobody else's afterwards.
 */
export function createLegacyWriter(): TablesWriter {
  const foreignByNode = new WeakMap<Netns, Foreign>();
  return {
    write: async (node, previous, desired) => {
      const startNs = monotonicNs();
      const known = previous === undefined ? undefined : foreignByNode.get(node);
      const foreign = known ?? { filter: readForeign(node, 'filter'), nat: readForeign(node, 'nat') };
      foreignByNode.set(node, foreign);
      let kernelNs = 0;
      let bytes = 0;
      let operations = 0;
      for (const name of ['filter', 'nat'] as const) {
        if (previous !== undefined && isSameTable(previous[name], desired[name])) continue;
        const stats = replaceTable(withForeign(desired[name], foreign[name]), node);
        kernelNs += stats.kernelNs + stats.lockNs;
        bytes += stats.bytes;
        operations += ruleCount(desired[name]);
      }
      // Whatever did not pass in the kernel passed here: comparing, merging and encoding.
      return { encodeNs: monotonicNs() - startNs - kernelNs, kernelNs, bytes, operations };
    },
  };
}

/** Unchanged rules are mostly the same objects, remembered by the planner; a false negative only costs time. */
function isSameTable(a: Table, b: Table): boolean {
  return (
    a.chains.length === b.chains.length &&
    a.chains.every((chain, index) => {
      const other = b.chains[index];
      if (chain === other) return true;
      if (chain.name !== other?.name || chain.rules.length !== other.rules.length) return false;
      return chain.rules.every((rule, place) => rule === other.rules[place]);
    })
  );
}

function ruleCount({ chains }: IptablesState['nat']): number {
  return chains.reduce((sum, chain) => sum + chain.rules.length, 0);
}
