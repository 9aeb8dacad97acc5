/** What kube-proxy hands to `iptables-restore --noflush`: chains that are mentioned are rewritten, the others stay. Pure. */
import { type Chain, formatRule, type Table } from '../../../native/iptables/index.ts';
import type { IptablesState } from './plan.ts';

export interface RestoreText {
  readonly text: string;
  /** Rules written and chains deleted. */
  readonly operations: number;
}

/** KUBE-SVC-, KUBE-SEP- and their kin end in a hash; the other chains are kube-proxy's top-level ones. */
const perServiceChain = /^KUBE-[A-Z]+-[A-Z2-7]{16}$/;

/**
 * The partial sync of kube-proxy: the top-level chains are rewritten every time, chains of a Service only when they
 * changed, and chains that are no longer wanted are deleted. (kube-proxy puts that deletion off in clusters of more
 * than 1,000 endpoints because it must read the kernel's tables to find them; here they are known.) The first time
 * the jumps are put in front of the built-in chains.
 */
export function restoreText(
  previous: IptablesState | undefined,
  desired: IptablesState,
  linesOf: (chain: Chain) => string = chainLines,
): RestoreText {
  const filter = tableText(previous?.filter, desired.filter, linesOf);
  const nat = tableText(previous?.nat, desired.nat, linesOf);
  return { text: filter.text + nat.text, operations: filter.operations + nat.operations };
}

/** A chain's rules as `-A` lines, each with its newline. */
export function chainLines({ name, rules }: Chain): string {
  return rules.map((rule) => `-A ${name}${formatRule(rule)}\n`).join('');
}

function tableText(previous: Table | undefined, desired: Table, linesOf: (chain: Chain) => string): RestoreText {
  const before = new Map(previous?.chains.map((chain) => [chain.name, chain]));
  const declarations: string[] = [];
  const rules: string[] = [];
  let operations = 0;
  for (const chain of desired.chains) {
    const old = before.get(chain.name);
    before.delete(chain.name);
    if (chain.policy !== undefined) {
      if (previous !== undefined) continue;
      // Inserted at the head one after the other, the last becomes the first.
      rules.push(...chain.rules.toReversed().map((rule) => `-I ${chain.name}${formatRule(rule)}\n`));
    } else {
      if (old !== undefined && perServiceChain.test(chain.name) && isSameChain(old, chain, linesOf)) continue;
      declarations.push(`:${chain.name} - [0:0]\n`);
      rules.push(linesOf(chain));
    }
    operations += chain.rules.length;
  }
  for (const name of before.keys()) {
    // Declaring a chain empties it; only an empty one can be deleted.
    declarations.push(`:${name} - [0:0]\n`);
    rules.push(`-X ${name}\n`);
    operations += 1;
  }
  // iptables-nft inserts every new chain into a list sorted by name, which it walks from the front: in descending order
  // each finds its place at once. For 5,000 Services that is more than half of the tool's time.
  declarations.sort((a, b) => (a < b ? 1 : -1));
  return { text: `*${desired.name}\n${declarations.join('')}${rules.join('')}COMMIT\n`, operations };
}

function isSameChain(a: Chain, b: Chain, linesOf: (chain: Chain) => string): boolean {
  return a === b || linesOf(a) === linesOf(b);
}
