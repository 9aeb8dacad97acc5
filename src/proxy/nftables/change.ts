/** From one state of the table to another, as the commands of one transaction. Pure. */
import { compareLists, type Difference as DifferenceOf, sharedChanges } from '../difference.ts';
import {
  addAffinitySet,
  addChain,
  addElements,
  addRules,
  changeClusterIps,
  deleteElements,
  deleteSet,
  flushChain,
} from './commands.ts';
import { setupCommands } from './fixed.ts';
import type { NftablesState } from './plan.ts';
import type { NftAffinitySet, NftElement, NftService } from './service-objects.ts';

export interface NftChange {
  /** Empty when nothing changes. */
  readonly commands: readonly string[];
  /** Chains, rules, sets and map elements added, deleted or rewritten. */
  readonly operations: number;
  /**
   * Chains that are empty and unreferenced after this transaction. Kernels before 6.2 hold on to a chain for a while
   * after the map element that led to it is gone, so they are deleted by a later transaction.
   */
  readonly staleChains: readonly string[];
  /** Chains that it fills. */
  readonly usedChains: readonly string[];
}

type Difference = DifferenceOf<NftService>;

/**
 * What is removed goes first, so that what is added may take its place. A chain that changes is flushed and filled
 * anew, as kube-proxy does for the Services that changed; the others are not mentioned.
 */
export function nftChange(previous: NftablesState | undefined, desired: NftablesState): NftChange {
  const comparison = compareLists(previous?.services ?? [], desired.services, ({ id }) => id);
  const differences = comparison.differences.filter(({ before, after }) => !isSame(before, after));
  const setup = previous === undefined ? setupCommands : [];
  const { chainCommands, ruleCommands, staleChains, usedChains } = chainChanges(differences);
  const sets = affinityChanges(differences);
  const elements = elementChanges(differences);
  // A cluster IP stays in its set while any port of its Service still has it.
  const clusterIps = sharedChanges(
    comparison,
    ({ clusterIP }) => [clusterIP],
    (ip) => ip,
  );
  const commands = [
    ...setup,
    ...deleteElements(elements.removed),
    ...changeClusterIps('delete', clusterIps.removed),
    ...chainCommands,
    ...sets.removed.map(({ name }) => deleteSet(name)),
    ...sets.added.map(addAffinitySet),
    ...ruleCommands,
    ...addElements(elements.added),
    ...changeClusterIps('add', clusterIps.added),
  ];
  const counted = [elements.added, elements.removed, clusterIps.added, clusterIps.removed, sets.added, sets.removed];
  const operations =
    setup.length + chainCommands.length + ruleCommands.length + counted.reduce((sum, list) => sum + list.length, 0);
  return { commands, operations, staleChains, usedChains };
}

/** Planned by another planner, an unchanged Service port is another object with the same contents. */
function isSame(before: NftService | undefined, after: NftService | undefined): boolean {
  return before !== undefined && after !== undefined && JSON.stringify(before) === JSON.stringify(after);
}

function chainChanges(differences: readonly Difference[]): {
  readonly chainCommands: readonly string[];
  readonly ruleCommands: readonly string[];
  readonly staleChains: readonly string[];
  readonly usedChains: readonly string[];
} {
  const usedChains: string[] = [];
  const chainCommands: string[] = [];
  const ruleCommands: string[] = [];
  const staleChains: string[] = [];
  for (const { before, after } of differences) {
    const kept = new Set(after?.chains.map(({ name }) => name));
    for (const { name } of before?.chains ?? []) {
      chainCommands.push(flushChain(name));
      if (!kept.has(name)) staleChains.push(name);
    }
    for (const chain of after?.chains ?? []) {
      usedChains.push(chain.name);
      chainCommands.push(addChain(chain.name));
      for (const command of addRules(chain)) ruleCommands.push(command);
    }
  }
  return { chainCommands, ruleCommands, staleChains, usedChains };
}

function affinityChanges(differences: readonly Difference[]): {
  readonly added: readonly NftAffinitySet[];
  readonly removed: readonly NftAffinitySet[];
} {
  const identity = (set: NftAffinitySet): string => `${set.name} ${set.timeoutSeconds}`;
  return difference(differences, ({ affinitySets }) => affinitySets, identity);
}

function elementChanges(differences: readonly Difference[]): {
  readonly added: readonly NftElement[];
  readonly removed: readonly NftElement[];
} {
  const identity = (element: NftElement): string => JSON.stringify(element);
  return difference(differences, ({ element }) => [element], identity);
}

/** What of each Service's own things is only in its later, and what only in its earlier form. */
function difference<T>(
  differences: readonly Difference[],
  thingsOf: (service: NftService) => readonly T[],
  identity: (thing: T) => string,
): { readonly added: readonly T[]; readonly removed: readonly T[] } {
  const result: { added: T[]; removed: T[] } = { added: [], removed: [] };
  for (const { before, after } of differences) {
    const old = new Map((before === undefined ? [] : thingsOf(before)).map((thing) => [identity(thing), thing]));
    for (const thing of after === undefined ? [] : thingsOf(after)) {
      if (!old.delete(identity(thing))) result.added.push(thing);
    }
    result.removed.push(...old.values());
  }
  return result;
}
