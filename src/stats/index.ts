/** Histograms, estimators and intervals: numbers in, numbers with their uncertainty out, wherever they came from. */
export { type ChiSquare, chiSquare } from './chi-square.ts';
export { type CostPoint, type Crossover, crossover, type Direction } from './crossover.ts';
export { StatsError } from './errors.ts';
export { type Figure, isConfident, nominalConfidence, type Unit } from './figure.ts';
export {
  bucketCount,
  bucketIndex,
  bucketLowNs,
  bucketWidthNs,
  createHistogram,
  type HistogramCounts,
} from './histogram.ts';
export { HistogramBlocks } from './histogram-blocks.ts';
export { hodgesLehmann } from './hodges-lehmann.ts';
export { jainIndex } from './jain.ts';
export { medianFigure } from './median-interval.ts';
export { type ByRound, pairedRatio } from './paired-ratio.ts';
export { percentileFigures } from './percentile-figures.ts';
export { maxNs, meanNs, mergeInto, percentile, totalCount } from './percentiles.ts';
export { createLabelledRandom, createRandom, type Random } from './random.ts';
export { addSparse, type SparseCounts, toDense, toSparse } from './sparse-histogram.ts';
