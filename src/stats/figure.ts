/** What every number that people read is made of: an estimate, how sure it is, and what it rests on. */

export type Unit = 'ns' | 'ns/packet' | '1/s' | 'ratio' | 'share' | 'bytes' | 'operations' | 'services';

/** The confidence asked of every interval. */
export const nominalConfidence = 0.95;

export interface Figure {
  readonly estimate: number;
  /** `low` and `high` bound the true value with `confidence`. */
  readonly low: number;
  readonly high: number;
  /**
   * The level reached, 0..1. It is below `nominalConfidence` when there are too few values for such an interval
   * (fewer than 6 for a median or a paired ratio); `low` and `high` are then the range of the values.
   */
  readonly confidence: number;
  /** Independent values that the figure rests on: slices, or pairs of slices; never single requests. */
  readonly n: number;
  readonly unit: Unit;
}

/** Whether the interval reaches the confidence that was asked of it. */
export function isConfident(figure: Figure): boolean {
  return figure.confidence >= nominalConfidence;
}
