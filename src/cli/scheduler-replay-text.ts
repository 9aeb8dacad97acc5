/** The table of `scheduler replay`. Pure. */
import type { ReplaySummary } from '../scheduler/replay/index.ts';
import { textTable } from './table.ts';

/** One policy's replay, and how long it took. */
export interface ReplayRow {
  readonly policy: string;
  readonly summary: ReplaySummary;
  readonly wallMs: number;
}

const always = ['bound', 'waiting', 'wait p50', 'p99', 'GPU use', 'CPU use', 'preempted', 'took'];

/** What is given out at capacity says something only of pods that come to stay. */
export function replayTable(rows: readonly ReplayRow[], staysFull: boolean): string {
  const head = ['policy', ...(staysFull ? ['allocated', 'fragmented'] : []), ...always];
  const lines = rows.map(({ policy, summary, wallMs }) => [
    policy,
    ...(staysFull
      ? [percent(summary.atCapacity?.allocatedPercent), percent(summary.atCapacity?.fragmentedPercent)]
      : []),
    String(summary.bindings),
    String(summary.stillWaiting + summary.gaveUp),
    time(summary.waits?.p50Ns),
    time(summary.waits?.p99Ns),
    percent(hundredfold(summary.mean?.gpu)),
    percent(hundredfold(summary.mean?.cpu)),
    String(summary.preemptions.count),
    time(wallMs * 1e6),
  ]);
  return `${textTable(head, lines, `l${'r'.repeat(head.length - 1)}`)}\n\n${(staysFull ? fillNotes : timedNotes).join('\n')}`;
}

const fillNotes = [
  'allocated: GPUs given out, in percent of all, once as much is asked for as there is;',
  'fragmented: expected fragments at that moment, in percent of the GPUs that are not given out;',
  'waiting: pods without a node at the end; use: mean over the whole replay; took: time of this machine.',
];
const timedNotes = [
  'waiting: pods that left, or are left, without ever having had a node; wait: of those that had one, virtual time;',
  'use: mean over the whole replay; took: time of this machine.',
];

function hundredfold(share: number | undefined): number | undefined {
  return share === undefined ? undefined : 100 * share;
}

function percent(value: number | undefined): string {
  return value === undefined ? '–' : `${value.toFixed(1)} %`;
}

const units = [
  [86_400e9, 'd'],
  [3600e9, 'h'],
  [60e9, 'min'],
  [1e9, 's'],
  [1e6, 'ms'],
] as const;

function time(ns: number | undefined): string {
  if (ns === undefined) return '–';
  if (ns === 0) return '0';
  const [size, unit] = units.find(([least]) => ns >= least) ?? [1e6, 'ms'];
  return `${Number((ns / size).toPrecision(3))} ${unit}`;
}
