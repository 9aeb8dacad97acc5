/** Loops over blocks of nodes by what is counted in their domains. */
import { noDomain } from '../../cluster/topology-column.ts';
import type { NodeBlock } from '../../framework/node-block.ts';
import type { DomainCounts } from '../../indexes/domain-counts.ts';

/** Removes nodes in whose domain something counts. */
export function dropWhereCounted(block: NodeBlock, counts: DomainCounts, verdicts: Int32Array, failure: number): void {
  if (counts.isEmpty) return;
  const { slots, count } = block;
  const { dense } = counts;
  const { of } = counts.domains;
  let kept = 0;
  for (let place = 0; place < count; place += 1) {
    const slot = slots[place] as number;
    const domain = of[slot] as number;
    if (domain !== noDomain && (dense === undefined ? counts.at(domain) : (dense[domain] ?? 0)) > 0) {
      verdicts[slot] = failure;
    } else slots[kept++] = slot;
  }
  block.count = kept;
}

/** Keeps nodes that have a domain in which something counts; with `inAny`, those that have a domain at all. */
export function keepWhereCounted(
  block: NodeBlock,
  counts: DomainCounts,
  inAny: boolean,
  verdicts: Int32Array,
  failure: number,
): void {
  const { slots, count } = block;
  const { dense } = counts;
  const { of } = counts.domains;
  let kept = 0;
  for (let place = 0; place < count; place += 1) {
    const slot = slots[place] as number;
    const domain = of[slot] as number;
    if (domain !== noDomain && (inAny || (dense === undefined ? counts.at(domain) : (dense[domain] ?? 0)) > 0)) {
      slots[kept++] = slot;
    } else verdicts[slot] = failure;
  }
  block.count = kept;
}

/** Adds to each node's score what counts in its domain, times `factor`. */
export function addCounts(
  { slots, count }: NodeBlock,
  counts: DomainCounts,
  factor: number,
  scores: Float64Array,
): void {
  const { dense } = counts;
  const { of } = counts.domains;
  for (let place = 0; place < count; place += 1) {
    const domain = of[slots[place] as number] as number;
    if (domain === noDomain) continue;
    const sum = dense === undefined ? counts.at(domain) : (dense[domain] ?? 0);
    scores[place] = (scores[place] as number) + factor * sum;
  }
}
