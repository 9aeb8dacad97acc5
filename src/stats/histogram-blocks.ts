/** Histograms of many slices in bounded memory: whole slices are merged into blocks, which a bootstrap resamples. */
import { type CompactCounts, denseOf, mergeCompact } from './compact-histogram.ts';
import type { HistogramCounts } from './histogram.ts';

/** Fewer blocks make intervals coarse, more make the bootstrap slow. */
export const maxBlocks = 32;

/**
 * Slices in the order they were measured. Once there are more than `maxBlocks` blocks, neighbours are merged in
 * pairs and each block from then on takes twice as many slices. Blocks of neighbours also keep slow drift inside a
 * block, where resampling cannot break it up.
 */
export class HistogramBlocks {
  #blocks: CompactCounts[] = [];
  #slicesPerBlock = 1;
  #slices = 0;

  add(slice: CompactCounts): void {
    const last = this.#blocks.at(-1);
    if (last !== undefined && this.#slices % this.#slicesPerBlock !== 0) {
      this.#blocks[this.#blocks.length - 1] = mergeCompact(last, slice);
    } else {
      this.#blocks.push(slice);
    }
    this.#slices += 1;
    if (this.#blocks.length > maxBlocks) this.#halve();
  }

  /** Slices added so far. */
  get slices(): number {
    return this.#slices;
  }

  get blocks(): readonly CompactCounts[] {
    return this.#blocks;
  }

  /** All slices together; undefined when there is none. */
  total(): HistogramCounts | undefined {
    return this.#blocks.length === 0 ? undefined : denseOf(this.#blocks);
  }

  #halve(): void {
    const halved: CompactCounts[] = [];
    for (let place = 0; place < this.#blocks.length; place += 2) {
      const [left, right] = this.#blocks.slice(place, place + 2);
      if (left !== undefined) halved.push(right === undefined ? left : mergeCompact(left, right));
    }
    this.#blocks = halved;
    this.#slicesPerBlock *= 2;
  }
}
