/** Scheduler profiles side by side: how fast they are, and how many pods they leave. */
import { referenceProfile, schedulingProfiles } from '../../lab/scheduling/profiles.ts';
import { pendingCaution } from '../findings/pending-pods.ts';
import { formatCount, type Scale } from '../format.ts';
import { metrics } from '../measures.ts';
import type { ProfileRow, SchedulingSummary } from '../summary.ts';
import { type ColumnFigures, commonScale, countNote, figureCell, largestOf } from './figure-cells.ts';
import type { CellView, TableView } from './view.ts';

const latencies = ['p50Ns', 'p90Ns', 'p99Ns'] as const;
const percentScale: Scale = { symbol: '%', divisor: 0.01, decimals: 2 };

/** Pods per second, and how long one attempt takes. */
export function throughputTable({ nodes, pods, profiles }: SchedulingSummary): TableView {
  const rates: ColumnFigures = profiles.map((row) => row.podsPerSec);
  const rateScale = commonScale(rates);
  const columns = latencies.map((metric) => {
    const figures: ColumnFigures = profiles.map((row) => row.latency[metric]);
    return { metric, scale: commonScale(figures), largest: largestOf(figures) };
  });
  const isCompared = profiles.some(({ overDefault }) => overDefault !== undefined);
  const cellsOf = ({ podsPerSec, overDefault, latency }: ProfileRow): CellView[] => [
    figureCell(podsPerSec, rateScale, largestOf(rates), missing, overDefault),
    ...columns.map(({ metric, scale, largest }) => figureCell(latency[metric], scale, largest, missing)),
  ];
  return {
    id: 'scheduler-table-throughput',
    caption: `${formatCount(pods)} pods of a generated trace on ${formatCount(nodes)} ${nodes === 1 ? 'node' : 'nodes'}, by scheduler profile`,
    rowHead: 'Profile',
    columns: ['pods per second', ...columns.map(({ metric, scale }) => attemptHead(metrics[metric].label, scale))],
    groups: [{ rows: profiles.map((row) => ({ label: row.profile, cells: cellsOf(row) })) }],
    note: `${countNote(rates)}${isCompared ? `; × is the multiple of the profile ${referenceProfile}, paired by round` : ''}.`,
  };
}

/** What the profiles do, and what comes of it. */
export function placementTable({ profiles }: SchedulingSummary): TableView {
  const shares: ColumnFigures = profiles.map((row) => row.pendingShare);
  return {
    id: 'scheduler-table-placement',
    caption: 'Pods that are left without a node, by scheduler profile',
    rowHead: 'Profile',
    columns: ['left pending, %', 'bound', 'pending', 'what it does'],
    groups: [
      {
        rows: profiles.map(({ profile, pendingShare, bound, pending }) => ({
          label: profile,
          cells: [
            figureCell(pendingShare, percentScale, largestOf(shares), missing),
            { kind: 'text', value: formatCount(bound) },
            { kind: 'text', value: formatCount(pending) },
            summaryCell(profile),
          ],
        })),
      },
    ],
    note: `${countNote(shares)}; bound and pending over all slices. ${pendingCaution}`,
  };
}

const missing = 'too few samples';

function attemptHead(label: string, { symbol }: Scale): string {
  return symbol === '' ? `attempt ${label}` : `attempt ${label}, ${symbol}`;
}

function summaryCell(profile: string): CellView {
  const known = Object.values(schedulingProfiles).find(({ name }) => name === profile);
  return known === undefined
    ? { kind: 'empty', reason: 'not a profile of this version' }
    : { kind: 'text', value: known.summary };
}
