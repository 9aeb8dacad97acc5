/** Nodes that are looked at together: plugins work through a block in one tight loop instead of one call per node. */

/**
 * Slots of nodes, in the order in which kube-scheduler would visit them. A filter removes nodes by moving the ones
 * that it keeps to the front (their order stays) and setting `count`; it writes why it removed one into
 * `cycle.verdicts`.
 */
export interface NodeBlock {
  readonly slots: Int32Array;
  count: number;
}

export function createBlock(capacity: number): NodeBlock {
  return { slots: new Int32Array(capacity), count: 0 };
}

export function blockOf(slots: readonly number[]): NodeBlock {
  return { slots: Int32Array.from(slots), count: slots.length };
}

/** Keeps the nodes for which `verdictOf` gives 0; the others get what it gives as their verdict. */
export function filterBlock(block: NodeBlock, verdicts: Int32Array, verdictOf: (slot: number) => number): void {
  const { slots, count } = block;
  let kept = 0;
  for (let place = 0; place < count; place += 1) {
    const slot = slots[place] as number;
    const verdict = verdictOf(slot);
    if (verdict === 0) slots[kept++] = slot;
    else verdicts[slot] = verdict;
  }
  block.count = kept;
}
