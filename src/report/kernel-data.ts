/** The cells of one kernel with the look-ups that estimates and findings share. */
import type { Arm, Measure, Point } from '../lab/records.ts';
import { type Figure, isConfident } from '../stats/figure.ts';
import { type ByRound, pairedRatio } from '../stats/paired-ratio.ts';
import { createLabelledRandom, type Random } from '../stats/random.ts';
import type { Cell } from './cell.ts';
import type { CollectedKernel } from './collect.ts';
import type { Metric } from './measures.ts';
import { comparePoints, pointKey } from './points.ts';

export class KernelData {
  readonly arms: readonly Arm[];
  readonly #name: string;
  readonly #seed: number;
  readonly #cells = new Map<string, Cell>();

  constructor(collected: CollectedKernel, seed: number) {
    this.arms = collected.record.arms;
    this.#name = collected.record.kernel;
    this.#seed = seed;
    for (const cell of collected.cells) this.#cells.set(cellKey(cell.measure, cell.arm.id, cell.point), cell);
  }

  cell(measure: Measure, arm: string, point: Point): Cell | undefined {
    return this.#cells.get(cellKey(measure, arm, point));
  }

  /** By point, then in the order of the arms. */
  cells(measure: Measure): Cell[] {
    const order = new Map(this.arms.map((arm, place) => [arm.id, place]));
    return [...this.#cells.values()]
      .filter((cell) => cell.measure === measure)
      .sort((a, b) => comparePoints(a.point, b.point) || (order.get(a.arm.id) ?? 0) - (order.get(b.arm.id) ?? 0));
  }

  /** Distinct points at which a measure was taken, in order. */
  points(measure: Measure): Point[] {
    const points = new Map(this.cells(measure).map(({ point }) => [pointKey(point), point]));
    return [...points.values()];
  }

  /** Draws of one purpose; the same for the same run, whatever else is drawn. */
  random(purpose: string): Random {
    return createLabelledRandom(this.#seed, `${this.#name}/${purpose}`);
  }
}

/** The metric of a cell by round, without values of 0, which have no ratio. */
export function positiveValues(cell: Cell | undefined, metric: Metric): ByRound {
  return new Map([...(cell?.values(metric) ?? [])].filter(([, value]) => value > 0));
}

/** Metric of `subject` as a multiple of that of `reference`; undefined when they share no round. */
export function ratioOf(subject: Cell | undefined, reference: Cell | undefined, metric: Metric): Figure | undefined {
  return pairedRatio(positiveValues(subject, metric), positiveValues(reference, metric));
}

/**
 * What a ratio says: `differs` when its interval leaves out 1, `level` when it holds 1, `unknown` when there are too
 * few pairs of slices for an interval of the confidence asked.
 */
export function verdictOf(ratio: Figure | undefined): 'differs' | 'level' | 'unknown' {
  if (ratio === undefined || !isConfident(ratio)) return 'unknown';
  return ratio.low > 1 || ratio.high < 1 ? 'differs' : 'level';
}

function cellKey(measure: Measure, arm: string, point: Point): string {
  return `${measure}/${arm}/${pointKey(point)}`;
}
