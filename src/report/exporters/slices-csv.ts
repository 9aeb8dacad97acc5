/** Long table: a line for each raw value of each slice, void ones included and marked. */
import { stringify } from 'csv-stringify/sync';
import type {
  Arm,
  ResultRecord,
  RunRecord,
  SchedulingRecord,
  SliceRecord,
  SparseHistogram,
} from '../../lab/records.ts';
import { compactPercentile, compactSparse, compactTotal } from '../../stats/compact-histogram.ts';
import { samplesAboveMinimum } from '../measures.ts';

const header = [
  ...['run_id', 'ts', 'kernel', 'measure', 'arm', 'mode', 'algorithm'],
  ...['services', 'position', 'backends', 'arrival', 'rate'],
  ...['round', 'order', 'started_at_ns', 'duration_ns', 'samples'],
  ...['metric', 'unit', 'value', 'valid', 'void_reason'],
];

/** Lines that go out at once: few enough for little memory, many enough to be quick. */
const linesPerPiece = 2000;

export async function* sliceRows(records: AsyncIterable<ResultRecord>): AsyncGenerator<string> {
  yield stringify([header]);
  let run: RunRecord | undefined;
  const arms = new Map<string, Arm>();
  let lines: Field[][] = [];
  for await (const record of records) {
    if (record.type === 'run') run ??= record;
    if (record.type === 'kernel') for (const arm of record.arms) arms.set(`${record.kernel}/${arm.id}`, arm);
    if (record.type === 'slice') lines.push(...linesOf(record, run, arms.get(`${record.kernel}/${record.arm}`)));
    if (record.type === 'scheduling') lines.push(...profileLines(record, run));
    if (lines.length < linesPerPiece) continue;
    yield stringify(lines);
    lines = [];
  }
  yield stringify(lines);
}

type Field = string | number | undefined;

function linesOf(slice: SliceRecord, run: RunRecord | undefined, arm: Arm | undefined): Field[][] {
  const { point, validity } = slice;
  const before: Field[] = [
    ...[run?.id, run?.startedAt, slice.kernel, slice.measure, slice.arm, arm?.mode, arm?.scheduler],
    ...[point.services, point.position, point.backends, point.loop, point.ratePerSec],
    ...[slice.round, slice.order, slice.startedAtNs, slice.durationNs, slice.samples],
  ];
  const after =
    validity.state === 'valid' ? ['true', ''] : ['false', validity.reasons.map(({ code }) => code).join(' ')];
  return valuesOf(slice).map(([metric, unit, value]) => [...before, metric, unit, value, ...after]);
}

/** The scheduler ran in no kernel; its profiles stand in the column of the arms. */
function profileLines(slice: SchedulingRecord, run: RunRecord | undefined): Field[][] {
  const { bound, pending, attempts, durationNs } = slice;
  const before: Field[] = [
    ...[run?.id, run?.startedAt, 'none', 'scheduling', slice.profile],
    ...Array<undefined>(7).fill(undefined),
    ...[slice.round, slice.order, slice.startedAtNs, durationNs, attempts],
  ];
  const values: Value[] = [
    ...(durationNs > 0 ? [['ratePerSec', '1/s', bound / (durationNs / 1e9)] as const] : []),
    ['bound', 'count', bound],
    ['pending', 'count', pending],
    ...percentilesOf('latency', slice.latency),
  ];
  return values.map(([metric, unit, value]) => [...before, metric, unit, value, 'true', '']);
}

type Value = readonly [metric: string, unit: string, value: number];

function valuesOf(slice: SliceRecord): Value[] {
  return [
    ...Object.entries(slice.values).map(([name, value]): Value => [name, unitOf(name), value]),
    ...percentilesOf('latency', slice.latency),
    ...percentilesOf('lateness', slice.lateness),
    ...(slice.backends ?? []).map((count, backend): Value => [`backend${backend}Requests`, 'requests', count]),
  ];
}

/** Percentiles of one slice, as far as it has enough samples for them. */
function percentilesOf(name: string, histogram: SparseHistogram | undefined): Value[] {
  if (histogram === undefined) return [];
  const counts = compactSparse(histogram);
  const total = compactTotal(counts);
  return (
    [
      [50, 0.5],
      [90, 0.9],
      [99, 0.99],
      [999, 0.999],
    ] as const
  )
    .filter(([, quantile]) => total * (1 - quantile) >= samplesAboveMinimum)
    .map(([digits, quantile]): Value => [`${name}P${digits}Ns`, 'ns', compactPercentile(counts, quantile)]);
}

/** Values are named with their unit; `errors`, `operations` and the like count things. */
function unitOf(name: string): string {
  if (name === 'nsPerPacket') return 'ns/packet';
  if (name.endsWith('Ns')) return 'ns';
  if (name.endsWith('PerSec')) return '1/s';
  if (name.endsWith('Share')) return 'share';
  return /bytes$/i.test(name) ? 'bytes' : 'count';
}
