/** Wide table: a line for each kernel, measure, arm and point, with all figures and their intervals. */
import { stringify } from 'csv-stringify/sync';
import type { Figure } from '../../stats/figure.ts';
import { type Metric, measureInfo, metrics } from '../measures.ts';
import type { KernelSummary, MeasureRow, MeasureTable, ProfileRow, Summary } from '../summary.ts';

const metricNames = Object.keys(metrics) as Metric[];
const spread = (name: string): string[] => [name, `${name}_low`, `${name}_high`];

const header = [
  ...['run_id', 'kernel', 'release', 'measure', 'arm', 'mode', 'algorithm', 'control'],
  ...['services', 'position', 'backends', 'loop', 'rate_per_sec'],
  ...['slices_valid', 'slices_void', 'samples', 'confidence'],
  ...metricNames.flatMap(spread),
  ...spread('over_direct'),
  ...spread('jain'),
  ...['chi_square_p', 'shares'],
  ...spread('over_default'),
  ...['bound', 'pending'],
];

export async function* summaryRows(summary: Summary): AsyncGenerator<string> {
  yield stringify([header]);
  for (const kernel of summary.kernels) {
    for (const table of kernel.tables) {
      yield stringify(table.rows.map((row) => line(summary, kernel, table, row)));
    }
  }
  yield stringify((summary.scheduling?.profiles ?? []).map((row) => profileLine(summary, row)));
}

/** The scheduler ran in no kernel; its profiles stand in the column of the arms. */
function profileLine({ run }: Summary, row: ProfileRow): Field[] {
  const { profile, slices, attempts, bound, pending, podsPerSec, overDefault } = row;
  const figures: Partial<Record<Metric, Figure | undefined>> = { ratePerSec: podsPerSec, ...row.latency };
  const blank = (columns: number): Field[] => Array<undefined>(columns).fill(undefined);
  return [
    ...[run.id, 'none', undefined, 'scheduling', profile, ...blank(2), 'false', ...blank(5)],
    ...[slices, 0, attempts, podsPerSec?.confidence],
    ...metricNames.flatMap((metric) => fields(figures[metric])),
    ...blank(8),
    ...fields(overDefault),
    ...[bound, pending],
  ];
}

type Field = string | number | undefined;

function line(summary: Summary, kernel: KernelSummary, { measure }: MeasureTable, row: MeasureRow): Field[] {
  const arm = kernel.arms.find(({ id }) => id === row.arm);
  const { point, balance } = row;
  return [
    ...[summary.run.id, kernel.kernel, kernel.release, measure],
    ...[row.arm, arm?.mode, arm?.scheduler, String(arm?.control === true)],
    ...[point.services, point.position, point.backends, point.loop, point.ratePerSec],
    ...[row.slices.valid, row.slices.void, row.samples, row.figures[measureInfo[measure].primary]?.confidence],
    ...metricNames.flatMap((metric) => fields(row.figures[metric])),
    ...fields(row.overDirect),
    ...fields(balance?.jain),
    balance?.chiSquare.pValue,
    balance?.shares.join(' '),
    ...Array<undefined>(5).fill(undefined),
  ];
}

function fields(figure: Figure | undefined): Field[] {
  return [figure?.estimate, figure?.low, figure?.high];
}
