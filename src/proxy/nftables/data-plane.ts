/** The nftables mode: one transaction per change, in which only what changed is mentioned. */
import type { Netns } from '../../../native/netns/index.ts';
import { monotonicNs } from '../clock.ts';
import type { ApplyStats, DataPlane } from '../types.ts';
import { type NftChange, nftChange } from './change.ts';
import { deleteChain } from './commands.ts';
import { runNftCommands } from './libnftables.ts';
import { createNftablesPlanner, type NftablesPlanOptions, type NftablesState } from './plan.ts';

/** kube-proxy waits this long before it deletes a chain that nothing refers to any more. */
const staleAfterNs = 1e9;

export interface NftablesOptions extends NftablesPlanOptions {
  /** Nanoseconds of a monotonic clock; tests pass their own. */
  readonly nowNs?: () => number;
}

export function createNftablesDataPlane(options: NftablesOptions = {}): DataPlane<NftablesState> {
  const nowNs = options.nowNs ?? monotonicNs;
  const staleByNode = new WeakMap<Netns, StaleChains>();
  return {
    mode: 'nftables',
    plan: createNftablesPlanner(options),
    apply: async (node, previous, desired): Promise<ApplyStats> => {
      const stale = staleByNode.get(node) ?? new StaleChains();
      staleByNode.set(node, stale);
      const startNs = nowNs();
      const change = nftChange(previous, desired);
      const removals = stale.takeRipe(startNs).map(deleteChain);
      // As in kube-proxy a transaction of their own: a chain that an old kernel still holds must not spoil the change.
      const transactions = [removals, change.commands].filter((list) => list.length > 0).map(asScript);
      const encodedNs = nowNs();
      for (const script of transactions) runNftCommands(node, script);
      const doneNs = nowNs();
      stale.note(change, doneNs);
      return {
        encodeNs: encodedNs - startNs,
        kernelNs: doneNs - encodedNs,
        bytes: transactions.reduce((sum, script) => sum + Buffer.byteLength(script), 0),
        operations: change.operations + removals.length,
      };
    },
  };
}

function asScript(commands: readonly string[]): string {
  return `${commands.join('\n')}\n`;
}

/** Emptied chains of one namespace that wait to be deleted, and since when. */
class StaleChains {
  readonly #since = new Map<string, number>();

  /** Those that have waited long enough; they are no longer kept here. */
  takeRipe(nowNs: number): string[] {
    const ripe = [...this.#since].filter(([, sinceNs]) => nowNs - sinceNs > staleAfterNs).map(([name]) => name);
    for (const name of ripe) this.#since.delete(name);
    return ripe;
  }

  /** A chain that the change uses again is stale no more. */
  note({ staleChains, usedChains }: NftChange, nowNs: number): void {
    for (const name of usedChains) this.#since.delete(name);
    for (const name of staleChains) this.#since.set(name, nowNs);
  }
}
