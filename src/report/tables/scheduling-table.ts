/** Scheduler profiles side by side: how many pods per second, how long an attempt takes, how many pods are left. */
import { referenceProfile, schedulingProfiles } from '../../lab/scheduling/profiles.ts';
import type { Figure } from '../../stats/figure.ts';
import { pendingCaution } from '../findings/pending-pods.ts';
import { formatCount, type Scale } from '../format.ts';
import { metrics } from '../measures.ts';
import type { ProfileRow, SchedulingSummary } from '../summary.ts';
import { type ColumnFigures, commonScale, countNote, figureCell, largestOf } from './figure-cells.ts';
import type { CellView, TableView } from './view.ts';

const latencies = ['p50Ns', 'p90Ns', 'p99Ns'] as const;
const percentScale: Scale = { symbol: '%', divisor: 0.01, decimals: 2 };

interface Column {
  readonly head: string;
  readonly scale: Scale;
  readonly figureOf: (row: ProfileRow) => Figure | undefined;
  readonly overOf?: (row: ProfileRow) => Figure | undefined;
}

export function schedulingTable({ nodes, pods, profiles }: SchedulingSummary): TableView {
  const scaled = (name: string, figureOf: Column['figureOf']): Column => {
    const scale = commonScale(profiles.map(figureOf));
    return { head: scale.symbol === '' ? name : `${name}, ${scale.symbol}`, scale, figureOf };
  };
  const columns: readonly Column[] = [
    {
      head: 'pods per second',
      scale: commonScale(profiles.map((row) => row.podsPerSec)),
      figureOf: (row) => row.podsPerSec,
      overOf: (row) => row.overDefault,
    },
    ...latencies.map((metric) => scaled(`attempt ${metrics[metric].label}`, (row) => row.latency[metric])),
    { head: 'left pending, %', scale: percentScale, figureOf: (row) => row.pendingShare },
  ];
  const figures = profiles.map((row) => row.podsPerSec);
  const isCompared = profiles.some(({ overDefault }) => overDefault !== undefined);
  return {
    id: 'scheduler-table-profiles',
    caption: `${formatCount(pods)} pods of a generated trace on ${formatCount(nodes)} ${nodes === 1 ? 'node' : 'nodes'}, by scheduler profile`,
    rowHead: 'Profile',
    columns: [...columns.map(({ head }) => head), 'what it does'],
    groups: [{ rows: profiles.map((row) => ({ label: row.profile, cells: cellsOf(row, profiles, columns) })) }],
    note: `${countNote(figures)}${isCompared ? `; × is the multiple of the profile ${referenceProfile}, paired by round` : ''}. ${pendingCaution}`,
  };
}

function cellsOf(row: ProfileRow, profiles: readonly ProfileRow[], columns: readonly Column[]): CellView[] {
  return [
    ...columns.map(({ scale, figureOf, overOf }) => {
      const column: ColumnFigures = profiles.map(figureOf);
      return figureCell(figureOf(row), scale, largestOf(column), 'too few samples', overOf?.(row));
    }),
    summaryCell(row.profile),
  ];
}

function summaryCell(profile: string): CellView {
  const known = Object.values(schedulingProfiles).find(({ name }) => name === profile);
  return known === undefined
    ? { kind: 'empty', reason: 'not a profile of this version' }
    : { kind: 'text', value: known.summary };
}
