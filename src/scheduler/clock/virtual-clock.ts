/** Time that goes on only when it is told to. */
import { type HeapItem, IndexedHeap } from '../queue/indexed-heap.ts';
import type { Cancel, Clock } from './types.ts';

interface Scheduled extends HeapItem {
  readonly atMs: number;
  readonly callback: () => void;
}

/** Callbacks run in order of their time, those of one time in the order in which they were scheduled. */
export class VirtualClock implements Clock {
  readonly #events = new IndexedHeap<Scheduled>((a, b) => a.atMs - b.atMs);
  #nowMs: number;
  #isAdvancing = false;

  /** @param startMs the time at first. @default 0 */
  constructor(startMs = 0) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  /** @throws RangeError for a time that is not a finite number */
  schedule(atMs: number, callback: () => void): Cancel {
    if (!Number.isFinite(atMs)) throw new RangeError(`a callback cannot be scheduled at ${atMs} ms`);
    const event: Scheduled = { atMs: Math.max(atMs, this.#nowMs), callback, heapIndex: -1, heapOrder: 0 };
    this.#events.push(event);
    return () => {
      if (event.heapIndex >= 0) this.#events.delete(event);
    };
  }

  /** When the next callback is due; undefined while there is none. */
  nextEventMs(): number | undefined {
    return this.#events.peek()?.atMs;
  }

  /**
   * Runs everything that is due until then, also what callbacks schedule meanwhile; then it is `toMs`.
   * @throws RangeError for a time that is over; Error when a callback calls it
   */
  advanceTo(toMs: number): void {
    if (!(toMs >= this.#nowMs)) throw new RangeError(`time cannot go from ${this.#nowMs} ms to ${toMs} ms`);
    this.#run(toMs);
    this.#nowMs = toMs;
  }

  /**
   * Goes on from callback to callback until none is left, or the next is due after `limitMs`: time then stands at the
   * last one that ran. Returns how many ran.
   */
  runUntilIdle(limitMs: number = Number.POSITIVE_INFINITY): number {
    return this.#run(limitMs);
  }

  #run(untilMs: number): number {
    if (this.#isAdvancing) throw new Error('a callback of the clock cannot move the clock');
    this.#isAdvancing = true;
    let ran = 0;
    try {
      for (let next = this.#events.peek(); next !== undefined && next.atMs <= untilMs; next = this.#events.peek()) {
        this.#events.delete(next);
        this.#nowMs = next.atMs;
        next.callback();
        ran += 1;
      }
    } finally {
      this.#isAdvancing = false;
    }
    return ran;
  }
}
