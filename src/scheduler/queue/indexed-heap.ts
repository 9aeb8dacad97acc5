/**
 * A binary heap whose items know where they are, so that any of them can be taken out or moved in O(log n). What the
 * comparison throws may leave them out of order, but loses none.
 */

/** What an item must carry for the one heap that it is in. */
export interface HeapItem {
  /** -1 while it is in no heap. */
  heapIndex: number;
  /** Breaks ties: what came first goes first. Given by the heap. */
  heapOrder: number;
}

export class IndexedHeap<T extends HeapItem> {
  readonly #items: T[] = [];
  readonly #compare: (a: T, b: T) => number;
  #pushed = 0;

  /** @param compare negative when `a` goes first */
  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#items.length;
  }

  peek(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    item.heapOrder = this.#pushed++;
    item.heapIndex = this.#items.length;
    this.#items.push(item);
    this.#up(this.#items.length - 1, item);
  }

  pop(): T | undefined {
    const first = this.#items[0];
    if (first !== undefined) this.delete(first);
    return first;
  }

  /** The item must be in this heap. */
  delete(item: T): void {
    const index = item.heapIndex;
    const last = this.#items.pop() as T;
    item.heapIndex = -1;
    if (last !== item) this.#settle(index, last);
  }

  /** To be called after what is compared has changed; among equals the item keeps its turn. */
  update(item: T): void {
    this.#settle(item.heapIndex, item);
  }

  /** In no particular order. */
  values(): readonly T[] {
    return this.#items;
  }

  #settle(index: number, item: T): void {
    // Here for the time being: the comparison may throw.
    this.#items[index] = item;
    item.heapIndex = index;
    const parent = this.#items[(index - 1) >> 1];
    if (index > 0 && parent !== undefined && this.#isBefore(item, parent)) this.#up(index, item);
    else this.#down(index, item);
  }

  /** Moves a hole at `index` up to where the item belongs. */
  #up(index: number, item: T): void {
    const items = this.#items;
    let hole = index;
    try {
      while (hole > 0) {
        const above = (hole - 1) >> 1;
        const parent = items[above] as T;
        if (!this.#isBefore(item, parent)) break;
        items[hole] = parent;
        parent.heapIndex = hole;
        hole = above;
      }
    } finally {
      items[hole] = item;
      item.heapIndex = hole;
    }
  }

  #down(index: number, item: T): void {
    const items = this.#items;
    const size = items.length;
    let hole = index;
    try {
      for (let below = 2 * hole + 1; below < size; below = 2 * hole + 1) {
        let child = items[below] as T;
        const right = items[below + 1];
        if (right !== undefined && this.#isBefore(right, child)) {
          child = right;
          below += 1;
        }
        if (!this.#isBefore(child, item)) break;
        items[hole] = child;
        child.heapIndex = hole;
        hole = below;
      }
    } finally {
      items[hole] = item;
      item.heapIndex = hole;
    }
  }

  #isBefore(a: T, b: T): boolean {
    const order = this.#compare(a, b);
    return order < 0 || (order === 0 && a.heapOrder < b.heapOrder);
  }
}
