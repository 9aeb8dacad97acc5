/** The thread of one load generator. Piscina calls the default export with one task at a time. */
import { enterNetns, type Netns, pinThread } from '../../native/netns/index.ts';
import { type LoadOptions, type LoadResult, runLoad } from '../../native/traffic/index.ts';
import { loadErrors } from './errors.ts';

/** One generator's part of a slice. Histograms and stop flag lie in memory shared with the pool. */
export interface GeneratorTask {
  readonly cpu: number;
  /** Where the clients are; absent: where the process is. */
  readonly netns?: Netns;
  /** The namespace of the process. */
  readonly home: Netns;
  readonly load: LoadOptions;
}

// A thread serves lanes in turn. Moving needs privileges even when it leads nowhere else, so it is not done in vain.
let away = false;

function moveTo(task: GeneratorTask): void {
  if (task.netns !== undefined) {
    enterNetns(task.netns);
    away = true;
  } else if (away) {
    enterNetns(task.home);
    away = false;
  }
}

function pinTo(cpu: number): void {
  try {
    pinThread([cpu]);
  } catch (error) {
    throw loadErrors.cannotPin(cpu, error);
  }
}

export default function generateLoad(task: GeneratorTask): LoadResult {
  pinTo(task.cpu);
  moveTo(task);
  return runLoad(task.load);
}
