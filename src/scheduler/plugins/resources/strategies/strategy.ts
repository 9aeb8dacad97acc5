/** A way to score what is left or taken of resources. */
import type { NodeBlock } from '../../../framework/node-block.ts';
import type { ScoredResource } from '../scored-resources.ts';

export interface Strategy {
  /** The score of one resource of a node, 0 to 100; `capacity` is more than 0. */
  score(capacity: number, requested: number): number;
  /** The same for amounts that are too large for doubles. */
  wideScore(capacity: bigint, requested: bigint): number;
  /** A resource whose score is 0 does not count at all. */
  readonly skipsZero: boolean;
  /** The mean over resources is rounded to the nearest score, where otherwise fractions are cut off. */
  readonly roundsMean: boolean;
  /**
   * The scores of a block of nodes by two resources of which no amount is too large for doubles: what nearly every
   * profile wants, in one loop in which everything is at hand.
   */
  scorePair(block: NodeBlock, a: ScoredResource, b: ScoredResource, scores: Float64Array): void;
}
