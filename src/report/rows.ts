/** From the slices of one arm at one point to its figures. */
import {
  bootstrapMinimum,
  defaultResamples,
  percentileInterval,
  rangeConfidence,
  resample,
} from '../stats/bootstrap.ts';
import { chiSquare } from '../stats/chi-square.ts';
import { type Figure, nominalConfidence } from '../stats/figure.ts';
import type { HistogramBlocks } from '../stats/histogram-blocks.ts';
import { jainIndex } from '../stats/jain.ts';
import { medianFigure } from '../stats/median-interval.ts';
import { percentileFigures } from '../stats/percentile-figures.ts';
import { percentile, totalCount } from '../stats/percentiles.ts';
import type { Random } from '../stats/random.ts';
import { sortedSamples } from '../stats/samples.ts';
import type { Cell } from './cell.ts';
import { type KernelData, ratioOf } from './kernel-data.ts';
import {
  latencyMetrics,
  latencyQuantiles,
  type Metric,
  measureInfo,
  metrics,
  samplesAboveMinimum,
} from './measures.ts';
import { pointKey } from './points.ts';
import type { BalanceFigures, MeasureRow } from './summary.ts';

export function rowOf(cell: Cell, data: KernelData): MeasureRow {
  const { arm, measure, point } = cell;
  const random = data.random(`${measure}/${arm.id}/${pointKey(point)}`);
  const direct = data.arms.find((candidate) => candidate.mode === 'direct' && candidate.control !== true);
  const overDirect =
    direct === undefined || direct.id === arm.id
      ? undefined
      : ratioOf(cell, data.cell(measure, direct.id, point), measureInfo[measure].primary);
  const curve = curveOf(cell);
  const balance = balanceFigures(cell.backends, random);
  return {
    arm: arm.id,
    point,
    slices: cell.slices,
    samples: cell.samples,
    figures: { ...valueFigures(cell), ...latencyFigures(cell.latency, random) },
    ...(overDirect === undefined ? {} : { overDirect }),
    ...(curve.length === 0 ? {} : { curve }),
    ...(balance === undefined ? {} : { balance }),
  };
}

function valueFigures(cell: Cell): Partial<Record<Metric, Figure>> {
  const figures: Partial<Record<Metric, Figure>> = {};
  for (const metric of measureInfo[cell.measure].values) {
    const values = [...cell.values(metric).values()];
    if (values.length > 0) figures[metric] = medianFigure(values, metrics[metric].unit);
  }
  return figures;
}

/** Percentiles whose tail is long enough to tell. */
export function latencyFigures(latency: HistogramBlocks, random: Random): Partial<Record<Metric, Figure>> {
  const total = latency.total();
  if (total === undefined) return {};
  const samples = totalCount(total);
  const told = latencyMetrics.filter((metric) => tellable(samples, latencyQuantiles[metric]));
  const figures = percentileFigures(
    latency,
    told.map((metric) => latencyQuantiles[metric]),
    random,
  );
  return Object.fromEntries(told.map((metric, place) => [metric, figures[place]]));
}

function tellable(samples: number, quantile: number): boolean {
  return samples * (1 - quantile) >= samplesAboveMinimum;
}

/** The median, then ten quantiles to each further nine, evenly spaced on a 1 / (1 - q) axis: 50 %, 60.3 %, ... 90 %, ... 99 %. */
function curveOf(cell: Cell): (readonly [number, number])[] {
  const total = cell.latency.total();
  if (total === undefined) return [];
  const samples = totalCount(total);
  const curve: [number, number][] = [];
  for (let step = 3; ; step += 1) {
    const quantile = step === 3 ? 0.5 : 1 - 10 ** (-step / 10);
    if (!tellable(samples, quantile)) return curve;
    curve.push([quantile, percentile(total, quantile)]);
  }
}

function balanceFigures(slices: readonly (readonly number[])[], random: Random): BalanceFigures | undefined {
  const requests = sumColumns(slices);
  const total = requests.reduce((sum, count) => sum + count, 0);
  if (requests.length < 2 || total === 0) return undefined;
  return {
    requests,
    shares: requests.map((count) => count / total),
    jain: jainFigure(
      slices.filter((counts) => counts.some((count) => count > 0)),
      random,
    ),
    chiSquare: chiSquare(requests),
  };
}

/** Jain index of all slices together, with a bootstrap over the slices. */
function jainFigure(slices: readonly (readonly number[])[], random: Random): Figure {
  const estimate = jainIndex(sumColumns(slices));
  const few = slices.length < bootstrapMinimum;
  const spread = sortedSamples(
    few
      ? slices.map(jainIndex)
      : Array.from({ length: defaultResamples }, () => jainIndex(sumColumns(resample(slices, random)))),
  );
  const { low, high } = few
    ? { low: spread[0], high: spread.at(-1) ?? spread[0] }
    : percentileInterval(spread, slices.length);
  return {
    estimate,
    low: Math.min(low, estimate),
    high: Math.max(high, estimate),
    confidence: few ? rangeConfidence(slices.length) : nominalConfidence,
    n: slices.length,
    unit: 'ratio',
  };
}

function sumColumns(slices: readonly (readonly number[])[]): number[] {
  const sums: number[] = [];
  for (const counts of slices) {
    for (const [backend, count] of counts.entries()) sums[backend] = (sums[backend] ?? 0) + count;
  }
  return sums;
}
