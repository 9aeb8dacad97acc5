/** Finds chains that jump to each other in a circle; the kernel only says that there are some. Pure. */
import type { Chain, Table } from './table.ts';

function successors(chain: Chain | undefined): string[] {
  const names: string[] = [];
  for (const { target } of chain?.rules ?? []) {
    if (target.target === 'jump' || target.target === 'goto') names.push(target.chain);
  }
  return names;
}

/** The chains of one circle, the first one again at the end; undefined when there is none. */
export function findJumpLoop(table: Table): readonly string[] | undefined {
  const chains = new Map(table.chains.map((chain) => [chain.name, chain]));
  const done = new Set<string>();
  for (const start of chains.keys()) {
    // Depth first with a stack of its own: chains may be nested deeper than calls.
    const path: { readonly name: string; readonly left: string[] }[] = [];
    const onPath = new Set<string>();
    let next: string | undefined = start;
    while (next !== undefined || path.length > 0) {
      if (next !== undefined && onPath.has(next)) {
        const names = path.map(({ name }) => name);
        return [...names.slice(names.indexOf(next)), next];
      }
      if (next !== undefined && !done.has(next)) {
        onPath.add(next);
        path.push({ name: next, left: successors(chains.get(next)) });
      }
      next = path.at(-1)?.left.pop();
      if (next !== undefined) continue;
      const finished = path.pop();
      if (finished === undefined) break;
      onPath.delete(finished.name);
      done.add(finished.name);
    }
  }
  return undefined;
}
