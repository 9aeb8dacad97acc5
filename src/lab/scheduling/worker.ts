/** Thread side of the scheduling slices. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type SchedulingSlice, type SchedulingTask, scheduleSlice } from './slice.ts';

const nsPerMs = 1e6;
/** Of the clock that hrtime reads, at which `performance.now()` is 0. */
const originNs = Number(process.hrtime.bigint()) - performance.now() * nsPerMs;

// The flag holds for contexts that are made after it was set.
setFlagsFromString('--expose-gc');
/** Otherwise one profile would pay for what the one before it, or making the cluster, has left behind. */
const collectGarbage = runInNewContext('gc') as () => void;

export default function schedulingWorker(task: SchedulingTask): SchedulingSlice {
  return scheduleSlice(task, () => Math.round(originNs + performance.now() * nsPerMs), collectGarbage);
}
