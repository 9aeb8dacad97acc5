/** The table of `scheduler bench`. Pure. */
import type { BenchResult } from '../scheduler/bench.ts';
import { textTable } from './table.ts';

const head = ['workload', 'nodes', 'pods', 'pods/s', 'attempt p50', 'p99', 'pod p50', 'p99', 'memory'];

const note = 'pods/s: bound pods over the time from the first to the last; pod: from its creation, waiting included.';
const warmUpNote =
  'Workloads of less than a second were run once before, uncounted, to warm up; --cold counts the first run.';

/** A workload that has come to no end. */
export interface FailedWorkload {
  readonly name: string;
  readonly topic: string;
  readonly failure: string;
}

export function benchTable(results: readonly BenchResult[], failed: readonly FailedWorkload[]): string {
  const rows = results.map((result) => [
    result.name,
    String(result.nodes),
    String(result.boundPods),
    result.podsPerSec === undefined ? '–' : Math.round(result.podsPerSec).toLocaleString('en'),
    unit(result.attemptP50Us, 'µs'),
    unit(result.attemptP99Us, 'µs'),
    unit(result.podP50Ms, 'ms'),
    unit(result.podP99Ms, 'ms'),
    `${Math.round(result.memoryMiB)} MiB`,
  ]);
  const failures = [...results, ...failed].flatMap(({ name, failure }) =>
    failure === undefined ? [] : [`${name}: ${failure}`],
  );
  const table = rows.length === 0 ? [] : [textTable(head, rows, 'lrrrrrrrr'), note];
  if (results.some(({ warmUpRuns }) => warmUpRuns > 0)) table.push(warmUpNote);
  return [...table, ...failures].join('\n');
}

function unit(value: number | undefined, symbol: string): string {
  if (value === undefined) return '–';
  return `${value >= 100 ? Math.round(value) : Number(value.toPrecision(3))} ${symbol}`;
}
