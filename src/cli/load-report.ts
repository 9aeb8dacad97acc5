/** What `kubedyno load` prints: as a table for people, as JSON for programs. Pure. */
import { type SliceLoad, totalErrors } from '../load/index.ts';
import { type HistogramCounts, maxNs, meanNs, percentile, totalCount } from '../stats/index.ts';
import type { LoadPlan } from './load-plan.ts';

const quantiles = [
  ['p50', 0.5],
  ['p90', 0.9],
  ['p99', 0.99],
  ['p99.9', 0.999],
] as const;

/** Exit status by the command line's table: 1 nothing was answered, 2 void, 0 otherwise. */
export function exitStatus(load: SliceLoad): 0 | 1 | 2 {
  if (load.requests === 0) return 1;
  return load.validity.state === 'valid' ? 0 : 2;
}

/** Everything that was measured, times in ns. */
export function jsonReport(plan: LoadPlan, load: SliceLoad): unknown {
  const { response, service, lateness, generators, ...figures } = load;
  return {
    plan: { target: plan.target, ...plan.slice },
    ...figures,
    response: summary(response),
    service: summary(service),
    ...(plan.slice.arrivals.kind === 'closed' ? {} : { lateness: summary(lateness) }),
    generators,
  };
}

function summary(counts: HistogramCounts): unknown {
  const samples = totalCount(counts);
  if (samples === 0) return { samples };
  const points = quantiles.map(([name, quantile]) => [
    `${name.replace('.', '')}Ns`,
    Math.round(percentile(counts, quantile)),
  ]);
  return { samples, meanNs: Math.round(meanNs(counts)), ...Object.fromEntries(points), maxNs: maxNs(counts) };
}

/** The lines of the table. */
export function textReport(plan: LoadPlan, load: SliceLoad): string {
  const open = plan.slice.arrivals.kind !== 'closed';
  return [
    planLine(plan),
    '',
    `requests   ${count(load.requests)} in ${(load.durationNs / 1e9).toFixed(3)} s = ${count(load.ratePerSec)}/s`,
    `errors     ${errorLine(load)}`,
    ...(open ? [`arrivals   ${count(load.queuedArrivals)} queued, ${count(load.droppedArrivals)} never started`] : []),
    '',
    `${' '.repeat(11)}${[...quantiles.map(([name]) => name), 'max'].map((name) => name.padStart(9)).join('')}   samples`,
    latencyLine('response', load.response),
    latencyLine('service', load.service),
    ...(open ? [latencyLine('lateness', load.lateness)] : []),
    '',
    ...verdictLines(load),
  ].join('\n');
}

function planLine({ target, slice }: LoadPlan): string {
  const host = target.host.includes(':') ? `[${target.host}]` : target.host;
  const path = target.protocol === 'http' ? target.path : '';
  const arrivals =
    slice.arrivals.kind === 'closed'
      ? 'closed loop'
      : `open loop, ${slice.arrivals.kind} arrivals at ${count(slice.arrivals.ratePerSec)}/s, seed ${slice.arrivals.seed}`;
  const protocol = slice.mode === 'udp' ? 'udp' : target.protocol;
  return `${protocol}://${host}:${target.port}${path}   ${slice.mode}, ${slice.connections} connections, ${arrivals}`;
}

function errorLine(load: SliceLoad): string {
  const kinds = Object.entries(load.errors)
    .filter(([, number]) => number > 0)
    .map(([kind, number]) => `${kind} ${count(number)}`);
  return kinds.length === 0 ? '0' : `${count(totalErrors(load.errors))} (${kinds.join(', ')})`;
}

function latencyLine(name: string, counts: HistogramCounts): string {
  const samples = totalCount(counts);
  const figures = quantiles.map(([, quantile]) =>
    // A percentile beyond the last sample is a guess.
    samples * (1 - quantile) >= 1 - 1e-9 ? duration(percentile(counts, quantile)) : '-',
  );
  const columns = [...figures, samples > 0 ? duration(maxNs(counts)) : '-'];
  return `${name.padEnd(11)}${columns.map((text) => text.padStart(9)).join('')}   ${count(samples)}`;
}

function verdictLines(load: SliceLoad): string[] {
  if (load.validity.state === 'valid') return ['verdict    valid'];
  return load.validity.reasons.map(
    (reason, place) => `${place === 0 ? 'verdict    void: ' : ' '.repeat(17)}${reason.message}`,
  );
}

function count(number: number): string {
  return number.toLocaleString('en-US', { maximumFractionDigits: number < 100 ? 2 : 0 });
}

/** Three significant digits with the unit that keeps them before the point. */
function duration(ns: number): string {
  const units = [
    [1e9, 's'],
    [1e6, 'ms'],
    [1e3, 'us'],
  ] as const;
  const [scale, unit] = units.find(([least]) => ns >= least) ?? [1, 'ns'];
  const value = ns / scale;
  const digits = scale === 1 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${unit}`;
}
