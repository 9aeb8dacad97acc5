/** A thread of its own for the slices, so that the process that keeps the run still hears Ctrl-C. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import type { SchedulingSlice, SchedulingTask } from './slice.ts';

/** Makes slices, one after the other. */
export interface SchedulingThread {
  /** Rejects when `signal` aborts: what is under way is dropped. */
  run(task: SchedulingTask, signal: AbortSignal): Promise<SchedulingSlice>;
  close(): Promise<void>;
}

export function openSchedulingThread(): SchedulingThread {
  const self = fileURLToPath(import.meta.url);
  const isSource = self.endsWith('.ts');
  const pool = new Piscina({
    filename: join(dirname(self), isSource ? 'worker.ts' : 'worker.js'),
    minThreads: 1,
    maxThreads: 1,
    recordTiming: false,
    ...(isSource ? { execArgv: ['--import', createRequire(import.meta.url).resolve('tsx')] } : {}),
  });
  return {
    run: async (task, signal) => (await pool.run(task, { signal })) as SchedulingSlice,
    close: () => pool.destroy(),
  };
}
