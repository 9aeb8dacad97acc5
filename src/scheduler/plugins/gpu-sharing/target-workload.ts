/** From the tasks that were submitted to what is expected to be submitted. */
import type { TargetWorkload } from './fragmentation.ts';
import type { GpuTask } from './gpu-task.ts';

export interface TargetWorkloadOptions {
  /**
   * The most popular classes that together make up this share of all tasks; the others are left out.
   * @default 0.95, as in the paper's experiments
   */
  readonly popularity?: number;
  /**
   * Whether tasks that differ only in memory are different classes, and a node without enough memory is of no use.
   * @default false: the paper looks at CPU and GPU only
   */
  readonly withMemory?: boolean;
}

/** An empty list of tasks gives an empty workload: then nothing counts as fragmented. */
export function targetWorkload(tasks: Iterable<GpuTask>, options: TargetWorkloadOptions = {}): TargetWorkload {
  const { popularity = 0.95, withMemory = false } = options;
  const classes = new Map<string, { readonly task: GpuTask; count: number }>();
  let total = 0;
  for (const { cpuMilli, memoryMib, gpus, gpuMilli, models } of tasks) {
    const task = { cpuMilli, memoryMib: withMemory ? memoryMib : 0, gpus, gpuMilli, models };
    const key = [cpuMilli, task.memoryMib, gpus, gpuMilli, ...models].join('|');
    const known = classes.get(key);
    if (known === undefined) classes.set(key, { task, count: 1 });
    else known.count += 1;
    total += 1;
  }
  const sorted = [...classes.values()].sort((a, b) => b.count - a.count || bySize(a.task, b.task));
  const wanted = popularity * total;
  let covered = 0;
  const chosen = sorted.filter(({ count }) => {
    if (covered >= wanted) return false;
    covered += count;
    return true;
  });
  return chosen.map(({ task, count }) => ({ ...task, popularity: count / covered }));
}

/** Larger ones first: of classes that are equally popular, those that are left out matter less. */
function bySize(a: GpuTask, b: GpuTask): number {
  const byModels = a.models.join('|') < b.models.join('|') ? 1 : -1;
  return (
    b.cpuMilli - a.cpuMilli ||
    b.gpuMilli - a.gpuMilli ||
    b.gpus - a.gpus ||
    b.memoryMib - a.memoryMib ||
    (a.models.join('|') === b.models.join('|') ? 0 : byModels)
  );
}
