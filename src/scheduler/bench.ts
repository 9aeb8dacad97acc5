/** One workload of scheduler_perf after the other, each on a thread of its own: none inherits what another has warmed up. */
import { readdir, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { InputError, inputErrors, unreadableReason } from '../api/index.ts';
import type { DataItem, PodCounts } from '../workloads/perf/index.ts';
import { readPerfConfig } from '../workloads/perf/index.ts';
import type { TieBreak } from './framework/tie-break.ts';

export interface WorkloadChoice {
  /** TESTCASE/WORKLOAD. */
  readonly name: string;
  readonly file: string;
  /** The folder of the file, as scheduler_perf names its suites. */
  readonly topic: string;
  readonly isShort: boolean;
}

export interface BenchResult {
  readonly name: string;
  readonly topic: string;
  readonly nodes: number;
  /** Of the collection: bound per second of the time that the scheduler worked; undefined where nothing was collected. */
  readonly podsPerSec?: number;
  readonly offeredPodsPerSec?: number;
  readonly boundPods: number;
  readonly elapsedMs: number;
  readonly attempts: number;
  /** Time of one attempt, from the queue to the binding. */
  readonly attemptP50Us?: number;
  readonly attemptP99Us?: number;
  /** From a pod's creation to its binding; waiting in the queue is most of it. */
  readonly podP50Ms?: number;
  readonly podP99Ms?: number;
  /** Highest sum of heap and typed arrays that was seen, MiB. */
  readonly memoryMiB: number;
  readonly pods: PodCounts;
  readonly items: readonly DataItem[];
  /** Why the workload counts as failed: below its threshold, or pods were lost. */
  readonly failure?: string;
  /** What plugins threw in PostBind, and how often. */
  readonly postBindFaults?: readonly string[];
  /** Runs before this one that were not counted, so that what is measured is compiled code. */
  readonly warmUpRuns: number;
}

export interface BenchOptions {
  readonly seed: number;
  readonly tieBreak: TieBreak;
  /** Count the first run also of a workload that ends before the engine has compiled what it runs. @default false */
  readonly cold?: boolean;
}

export interface BenchTask extends BenchOptions {
  readonly file: string;
  readonly name: string;
  readonly topic: string;
}

const configName = 'performance-config.yaml';

/** @throws InputError for a path that is neither such a file nor a folder of them. */
export async function findWorkloads(paths: readonly string[]): Promise<WorkloadChoice[]> {
  const files = (await Promise.all(paths.map(configsAt))).flat();
  const choices = await Promise.all(
    files.map(async (file) => {
      const cases = await readPerfConfig(file);
      const topic = basename(dirname(file));
      return cases.flatMap((testCase) =>
        testCase.workloads.map(({ name, labels }) => ({
          name: `${testCase.name}/${name}`,
          file,
          topic,
          isShort: labels.includes('short'),
        })),
      );
    }),
  );
  return choices.flat();
}

async function configsAt(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const entries = await readdir(path, { recursive: true });
    const found = entries.filter((entry) => basename(entry) === configName).sort();
    if (found.length > 0) return found.map((entry) => join(path, entry));
  } catch (error) {
    throw inputErrors.unreadable(path, unreadableReason(error));
  }
  throw new InputError(`${path}: no ${configName} in this folder or below; give the file itself or another folder`);
}

/** A workload could not be carried out to its end. Others may be. */
export class BenchFailure extends Error {
  readonly exitCode = 1;

  constructor(message: string) {
    super(message);
    this.name = 'BenchFailure';
  }
}

/** @throws InputError for a workload that is wrong; BenchFailure for one that cannot be carried out. */
export async function benchCase({ file, name, topic }: WorkloadChoice, options: BenchOptions): Promise<BenchResult> {
  const self = fileURLToPath(import.meta.url);
  const pool = new Piscina({
    filename: join(dirname(self), self.endsWith('.ts') ? 'bench-worker.ts' : 'bench-worker.js'),
    minThreads: 1,
    maxThreads: 1,
    recordTiming: false,
    // A cluster of 15,000 nodes and 150,000 pods must not end at the default limit of a thread.
    resourceLimits: { maxOldGenerationSizeMb: 8192, maxYoungGenerationSizeMb: 64 },
    ...(self.endsWith('.ts') ? { execArgv: ['--import', createRequire(import.meta.url).resolve('tsx')] } : {}),
  });
  try {
    const { seed, tieBreak, cold = false } = options;
    const task: BenchTask = { file, name, topic, seed, tieBreak, cold };
    const outcome = (await pool.run(task)) as BenchOutcome;
    if (outcome.kind === 'result') return outcome.result;
    throw outcome.isInput ? new InputError(outcome.message) : new BenchFailure(outcome.message);
  } finally {
    await pool.destroy();
  }
}

/** Errors lose their class on the way between threads. */
export type BenchOutcome =
  | { readonly kind: 'result'; readonly result: BenchResult }
  | { readonly kind: 'error'; readonly isInput: boolean; readonly message: string };
