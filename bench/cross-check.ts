/**
 * One piece of work, timed by two independent harnesses in one process: tinybench takes all cases, `benchmark` checks
 * the main ones. Each gives the median of its rounds with a 95 % interval; where the intervals lie apart and the
 * medians differ by more than `toleranceShare`, one of the two is wrong, and the figure should not be trusted.
 */
import Benchmark from 'benchmark';
import { Bench } from 'tinybench';
import { type Figure, medianFigure } from '../src/stats/index.ts';

export interface BenchCase {
  readonly name: string;
  /** What one run does so many of; figures are per one of them. */
  readonly unitsPerRun: number;
  /** Shall be checked by the second harness. */
  readonly isMain: boolean;
  run(): void;
}

export interface Measured {
  readonly name: string;
  readonly tinybench: Figure;
  readonly benchmark: Figure | undefined;
}

/** Harnesses call a function in different ways; a few percent between them say nothing. */
export const toleranceShare = 0.05;

/**
 * The harnesses take turns, so that what else the machine does troubles both alike. A round counts as one sample, its
 * median: what the compiler has made of the code differs more between rounds than between the calls of one.
 */
const rounds = 10;

/** @param timeMs for each harness and case, all rounds together */
export async function measure(cases: readonly BenchCase[], timeMs: number): Promise<readonly Measured[]> {
  const measured: Measured[] = [];
  for (const each of cases) {
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      ours.push(middle(await tinybenchSamples(each, timeMs / rounds)));
      if (each.isMain) theirs.push(middle(benchmarkSamples(each, timeMs / rounds)));
    }
    measured.push({
      name: each.name,
      tinybench: perUnit(ours, 1e6, each),
      benchmark: each.isMain ? perUnit(theirs, 1e9, each) : undefined,
    });
  }
  return measured;
}

const middle = (samples: readonly number[]): number => medianFigure(samples, 'ns').estimate;

/** Milliseconds per run. */
async function tinybenchSamples({ name, run }: BenchCase, timeMs: number): Promise<readonly number[]> {
  const bench = new Bench({ time: timeMs, warmupTime: timeMs / 2, retainSamples: true });
  bench.add(name, run);
  const [task] = await bench.run();
  const result = task?.result;
  if (result?.state !== 'completed') throw new Error(`${name}: ${result?.state ?? 'was not run'}`);
  return result.latency.samples ?? [];
}

/** Seconds per run, a sample for each of its cycles. */
function benchmarkSamples({ name, run }: BenchCase, timeMs: number): readonly number[] {
  let samples: readonly number[] = [];
  let failure: unknown;
  const suite = new Benchmark.Suite();
  suite.add(name, run, {
    maxTime: timeMs / 1000,
    minTime: timeMs / 1000 / 8,
    onComplete: ({ target }: Benchmark.Event) => {
      samples = target.stats?.sample ?? [];
    },
    onError: ({ target }: Benchmark.Event) => {
      failure = target;
    },
  });
  suite.run({ async: false });
  if (failure !== undefined) throw new Error(`${name}: the second harness failed`, { cause: failure });
  return samples;
}

function perUnit(samples: readonly number[], nsPerSample: number, { unitsPerRun }: BenchCase): Figure {
  return medianFigure(
    samples.map((sample) => (sample * nsPerSample) / unitsPerRun),
    'ns',
  );
}

/** Whether both harnesses tell the same story. */
export function agrees({ tinybench, benchmark }: Measured): boolean {
  if (benchmark === undefined) return true;
  const apart = tinybench.high < benchmark.low || benchmark.high < tinybench.low;
  const ratio = benchmark.estimate / tinybench.estimate;
  return !apart || Math.abs(ratio - 1) <= toleranceShare;
}

/** A line for each case: both medians with their intervals, and what to think of them. */
export function table(measured: readonly Measured[]): string {
  const width = Math.max(...measured.map(({ name }) => name.length));
  const cell = ({ estimate, low, high }: Figure): string =>
    `${estimate.toFixed(2).padStart(8)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
  return measured
    .map((each) => {
      const { name, tinybench, benchmark } = each;
      const line = `${name.padEnd(width)} ${cell(tinybench).padEnd(28)}`;
      if (benchmark === undefined) return line.trimEnd();
      return `${line} ${cell(benchmark).padEnd(28)} ${agrees(each) ? 'agree' : 'DISAGREE'}`;
    })
    .join('\n');
}
