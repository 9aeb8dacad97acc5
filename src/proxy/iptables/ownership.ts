/** Tells kube-proxy's chains from everybody else's, and keeps the latter when a table is replaced as a whole. */
import { type Chain, type Rule, readTable, type Table } from '../../../native/iptables/index.ts';
import type { Netns } from '../../../native/netns/index.ts';

const ownPrefix = 'KUBE-';

function isOwnRule({ target }: Rule): boolean {
  return (target.target === 'jump' || target.target === 'goto') && target.chain.startsWith(ownPrefix);
}

/** What of a table is not kube-proxy's: foreign chains, and foreign rules and policies of built-in chains. */
function foreignPart({ name, chains }: Table): Table {
  const foreign = chains
    .filter((chain) => !chain.name.startsWith(ownPrefix))
    .map((chain) => ({ ...chain, rules: chain.rules.filter((rule) => !isOwnRule(rule)) }));
  return { name, chains: foreign };
}

/** Our table with the foreign part added: in built-in chains our jumps come first, as kube-proxy prepends them. */
export function withForeign(own: Table, foreign: Table): Table {
  const ownChains = new Map(own.chains.map((chain) => [chain.name, chain]));
  const merged = foreign.chains.map((chain): Chain => {
    const ours = ownChains.get(chain.name);
    ownChains.delete(chain.name);
    return ours === undefined ? chain : { ...chain, rules: [...ours.rules, ...chain.rules] };
  });
  return { name: own.name, chains: [...merged, ...ownChains.values()] };
}

/** The foreign part of a table in the kernel. */
export function readForeign(node: Netns, name: Table['name']): Table {
  return foreignPart(readTable(name, node));
}
