/** Thread side of the scheduling slices. */
import { type SchedulingSlice, type SchedulingTask, scheduleSlice } from './slice.ts';

const nsPerMs = 1e6;
/** Of the clock that hrtime reads, at which `performance.now()` is 0. */
const originNs = Number(process.hrtime.bigint()) - performance.now() * nsPerMs;

export default function schedulingWorker(task: SchedulingTask): SchedulingSlice {
  return scheduleSlice(task, () => Math.round(originNs + performance.now() * nsPerMs));
}
