/** From one state of the table to another, as the commands of one transaction. Pure. */
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

/** A Service port that is new, gone or different. */
interface Difference {
  readonly before?: NftService;
  readonly after?: NftService;
}

/**
 * What is removed goes first, so that what is added may take its place. A chain that changes is flushed and filled
 * anew, as kube-proxy does for the Services that changed; the others are not mentioned.
 */
export function nftChange(previous: NftablesState | undefined, desired: NftablesState): NftChange {
  const differences = compare(previous?.services ?? [], desired.services);
  const setup = previous === undefined ? setupCommands : [];
  const { chainCommands, ruleCommands, staleChains, usedChains } = chainChanges(differences);
  const sets = affinityChanges(differences);
  const elements = elementChanges(differences);
  const clusterIps = clusterIpChanges(previous?.services ?? [], desired.services, differences);
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

function compare(before: readonly NftService[], after: readonly NftService[]): Difference[] {
  const known = new Map(before.map((service) => [service.id, service]));
  const differences: Difference[] = [];
  for (const service of after) {
    const old = known.get(service.id);
    known.delete(service.id);
    if (old === undefined) differences.push({ after: service });
    else if (!isSame(old, service)) differences.push({ before: old, after: service });
  }
  for (const service of known.values()) differences.push({ before: service });
  return differences;
}

/** An unchanged Service port is mostly the same object, remembered by the planner. */
function isSame(a: NftService, b: NftService): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
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

/** A cluster IP stays in the set while any port of its Service, or of another, still has it. */
function clusterIpChanges(
  before: readonly NftService[],
  after: readonly NftService[],
  differences: readonly Difference[],
): { readonly added: readonly string[]; readonly removed: readonly string[] } {
  if (differences.length === 0) return { added: [], removed: [] };
  const old = new Set(before.map(({ clusterIP }) => clusterIP));
  const current = new Set(after.map(({ clusterIP }) => clusterIP));
  return { added: [...current].filter((ip) => !old.has(ip)), removed: [...old].filter((ip) => !current.has(ip)) };
}
