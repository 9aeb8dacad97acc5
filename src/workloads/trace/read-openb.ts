/**
 * The CSV files of Alibaba's openb trace (cluster-trace-gpu-v2023). Every problem of a file is reported with the place
 * of the value that is wrong.
 */
import { inputProblems, type Problem } from '../../api/errors.ts';
import type { SourceText } from '../../api/files.ts';
import { milliPerGpu } from '../gpu-resources.ts';
import { type CsvColumns, type CsvRow, readCsvTable } from './csv-table.ts';
import type { PodTimes, TraceNode, TracePod } from './trace.ts';

const nodeColumns: CsvColumns = { required: ['sn', 'cpu_milli', 'memory_mib', 'gpu', 'model'], optional: [] };

/** The lists of multi-GPU workloads end after gpu_milli. */
const podColumns: CsvColumns = {
  required: ['name', 'cpu_milli', 'memory_mib', 'num_gpu', 'gpu_milli'],
  optional: ['gpu_spec', 'qos', 'pod_phase', 'creation_time', 'deletion_time', 'scheduled_time'],
  together: ['creation_time', 'deletion_time'],
};

/** @throws InputError with all problems of the file. */
export function readOpenbNodes(source: SourceText): TraceNode[] {
  return readRows(source, nodeColumns, 'sn', (row, fields) => {
    const gpus = fields.count('gpu');
    const model = row.value('model') ?? '';
    if (gpus > 0 && model === '') fields.wrong('model', 'a node with GPUs needs their model', 'a name such as T4');
    return {
      name: row.value('sn') ?? '',
      cpuMilli: fields.count('cpu_milli'),
      memoryMib: fields.count('memory_mib'),
      gpus,
      model: gpus > 0 ? model : '',
    };
  });
}

/** @throws InputError with all problems of the file. */
export function readOpenbPods(source: SourceText): TracePod[] {
  return readRows(source, podColumns, 'name', (row, fields) => {
    const gpus = fields.count('num_gpu');
    const times = readTimes(row, fields);
    return {
      name: row.value('name') ?? '',
      cpuMilli: fields.count('cpu_milli'),
      memoryMib: fields.count('memory_mib'),
      gpus,
      gpuMilli: readGpuMilli(gpus, fields),
      models: gpus === 0 ? [] : [...new Set((row.value('gpu_spec') ?? '').split('|').filter((name) => name !== ''))],
      qos: row.value('qos') ?? '',
      ...(times === undefined ? {} : { times }),
    };
  });
}

function readGpuMilli(gpus: number, fields: Fields): number {
  const milli = fields.count('gpu_milli');
  const whole = String(milliPerGpu);
  if (gpus === 0) {
    if (milli > 0) fields.wrong('gpu_milli', 'a pod without GPUs cannot have a share of one', '0');
    return 0;
  }
  if (gpus === 1 && (milli < 1 || milli > milliPerGpu)) {
    fields.wrong('gpu_milli', 'not a share of one GPU', `1 to ${whole}`);
  }
  if (gpus > 1 && milli !== milliPerGpu) {
    fields.wrong('gpu_milli', 'several GPUs are only given out whole', whole);
  }
  return milli;
}

function readTimes(row: CsvRow, fields: Fields): PodTimes | undefined {
  if (row.value('creation_time') === undefined) return undefined;
  const createdS = fields.count('creation_time');
  const deletedS = fields.count('deletion_time');
  if (deletedS < createdS) fields.wrong('deletion_time', 'deleted before it was created', `${createdS} or more`);
  const scheduled = row.value('scheduled_time') ?? '';
  if (scheduled === '') return { createdS, deletedS };
  const scheduledS = fields.count('scheduled_time');
  if (scheduledS < createdS || scheduledS > deletedS) {
    fields.wrong('scheduled_time', 'scheduled while it was not there', `${createdS} to ${deletedS}, or nothing`);
  }
  return { createdS, deletedS, scheduledS };
}

/** Reads values of one row and keeps what is wrong with them. */
class Fields {
  readonly #row: CsvRow;
  readonly #problems: Problem[];

  constructor(row: CsvRow, problems: Problem[]) {
    this.#row = row;
    this.#problems = problems;
  }

  wrong(column: string, message: string, allowed: string): void {
    const got = `'${this.#row.value(column) ?? ''}'`;
    this.#problems.push({ at: this.#row.at(column), path: column, message, got, allowed });
  }

  /** A whole number from 0; 0 stands for one that is wrong. */
  count(column: string): number {
    const text = this.#row.value(column) ?? '';
    const value = /^\d+(\.0+)?$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isSafeInteger(value)) return value;
    const message = /^-\d/.test(text) ? 'a negative number' : 'not a whole number';
    this.wrong(column, message, `0 to ${Number.MAX_SAFE_INTEGER}`);
    return 0;
  }
}

/** Object names as Kubernetes allows them. */
const objectName = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

function readRows<Item>(
  source: SourceText,
  columns: CsvColumns,
  nameColumn: string,
  read: (row: CsvRow, fields: Fields) => Item,
): Item[] {
  const table = readCsvTable(source, columns);
  const problems = [...table.problems];
  const firstLines = new Map<string, number>();
  const items = table.rows.map((row) => {
    const fields = new Fields(row, problems);
    const name = row.value(nameColumn) ?? '';
    if (!objectName.test(name)) {
      fields.wrong(nameColumn, 'not a name', 'lower case letters, digits, - and . between letters or digits');
    }
    const before = firstLines.get(name);
    const { line } = row.at(nameColumn);
    if (before === undefined) firstLines.set(name, line);
    else fields.wrong(nameColumn, `the name is already on line ${before}`, 'each name once');
    return read(row, fields);
  });
  if (problems.length > 0) throw inputProblems(problems);
  return items;
}
