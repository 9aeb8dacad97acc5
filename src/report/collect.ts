/** From lines of results.jsonl to everything a summary needs, in one pass. */
import type { KernelName } from '../kernel/types.ts';
import type { ReadLine } from '../lab/read-records.ts';
import type {
  Arm,
  EndRecord,
  KernelRecord,
  OmissionRecord,
  ResultRecord,
  RunRecord,
  SchedulingRecord,
  SliceRecord,
} from '../lab/records.ts';
import { Cell } from './cell.ts';
import { reportErrors } from './errors.ts';
import { pointKey } from './points.ts';
import { ProfileCell } from './scheduling/profile-cell.ts';
import type { CollectedScheduling } from './scheduling/summarize-scheduling.ts';
import type { VoidGroup } from './summary.ts';

export interface CollectedKernel {
  readonly record: KernelRecord;
  /** In the order of their first slice. */
  readonly cells: readonly Cell[];
  readonly voids: readonly VoidGroup[];
}

export interface Collected {
  readonly run: RunRecord;
  readonly kernels: readonly CollectedKernel[];
  readonly omissions: readonly OmissionRecord[];
  readonly scheduling?: CollectedScheduling;
  /** Absent: the run was killed, or goes on. */
  readonly end?: EndRecord;
  /** The line that was cut off when the run was killed. */
  readonly tornLine?: number;
}

class KernelCollector {
  record: KernelRecord;
  readonly cells = new Map<string, Cell>();
  readonly voids = new Map<string, VoidGroup>();

  constructor(record: KernelRecord) {
    this.record = record;
  }

  add(slice: SliceRecord, arm: Arm): void {
    const key = `${slice.measure}/${slice.arm}/${pointKey(slice.point)}`;
    const cell = this.cells.get(key) ?? new Cell(arm, slice.measure, slice.point);
    this.cells.set(key, cell);
    cell.add(slice);
    if (slice.validity.state === 'valid') return;
    for (const { code, message } of slice.validity.reasons) {
      const group = `${slice.measure}/${slice.arm}/${code}`;
      const before = this.voids.get(group);
      this.voids.set(group, {
        ...{ measure: slice.measure, arm: slice.arm, code, example: before?.example ?? message },
        slices: (before?.slices ?? 0) + 1,
      });
    }
  }
}

class SchedulingCollector {
  readonly #cells = new Map<string, ProfileCell>();
  #size: Pick<SchedulingRecord, 'nodes' | 'pods'> | undefined;

  add(slice: SchedulingRecord): void {
    this.#size ??= slice;
    const cell = this.#cells.get(slice.profile) ?? new ProfileCell(slice.profile);
    this.#cells.set(slice.profile, cell);
    cell.add(slice);
  }

  /** Undefined when there was no slice. */
  get collected(): CollectedScheduling | undefined {
    if (this.#size === undefined) return undefined;
    const { nodes, pods } = this.#size;
    return { nodes, pods, cells: [...this.#cells.values()] };
  }
}

/** @throws ReportError for a slice whose kernel or arm was not announced, and whatever the reader throws. */
export async function collect(lines: AsyncIterable<ReadLine>): Promise<Collected> {
  const kernels = new Map<KernelName, KernelCollector>();
  const omissions = new Map<string, OmissionRecord>();
  const profiles = new SchedulingCollector();
  let run: RunRecord | undefined;
  let end: EndRecord | undefined;
  let tornLine: number | undefined;

  const take = (line: number, record: ResultRecord): void => {
    switch (record.type) {
      case 'run':
        run ??= record;
        break;
      case 'kernel': {
        // A resumed run announces its kernels again.
        const known = kernels.get(record.kernel);
        if (known === undefined) kernels.set(record.kernel, new KernelCollector(record));
        else known.record = record;
        break;
      }
      case 'omitted':
        omissions.set(`${record.kernel}/${record.what}/${record.reason}`, record);
        break;
      case 'slice': {
        const kernel = kernels.get(record.kernel);
        if (kernel === undefined) throw reportErrors.strayKernel(line, record.kernel);
        const { arms } = kernel.record;
        const arm = arms.find(({ id }) => id === record.arm);
        if (arm === undefined) {
          throw reportErrors.strayArm(
            line,
            record.arm,
            record.kernel,
            arms.map(({ id }) => id),
          );
        }
        kernel.add(record, arm);
        end = undefined;
        break;
      }
      case 'scheduling':
        profiles.add(record);
        end = undefined;
        break;
      case 'end':
        end = record;
        break;
    }
  };
  for await (const line of lines) {
    if (line.kind === 'torn') tornLine = line.line;
    else take(line.line, line.record);
  }
  if (run === undefined) throw new TypeError('a reader of records gave no run record');
  const scheduling = profiles.collected;
  return {
    run,
    kernels: [...kernels.values()].map(({ record, cells, voids }) => ({
      record,
      cells: [...cells.values()],
      voids: [...voids.values()],
    })),
    omissions: [...omissions.values()],
    ...(scheduling === undefined ? {} : { scheduling }),
    ...(end === undefined ? {} : { end }),
    ...(tornLine === undefined ? {} : { tornLine }),
  };
}
