/** Pods drawn from a trace until they ask for a given share of a cluster's GPUs. */
import { createLabelledRandom } from '../../stats/random.ts';
import { milliPerGpu } from '../gpu-resources.ts';
import { traceErrors } from './errors.ts';
import type { FillOptions, ReplayEvent } from './replay-plan.ts';
import { type Trace, type TracePod, totalGpuMilli } from './trace.ts';

/** @throws InputError for a trace without GPUs on either side, or options out of range. */
export function fillArrivals({ nodes, pods }: Trace, options: FillOptions): ReplayEvent[] {
  const { seed, gpuPercent = 130, intervalNs = 1e6 } = options;
  if (!(gpuPercent > 0 && gpuPercent <= 1000)) {
    throw traceErrors.outOfRange('the arrived demand in percent', gpuPercent, 'more than 0, up to 1000');
  }
  if (!(intervalNs >= 0 && Number.isFinite(intervalNs))) {
    throw traceErrors.outOfRange('the interval between arrivals', intervalNs, '0 ns or more');
  }
  const capacityMilli = nodes.reduce((sum, { gpus }) => sum + gpus * milliPerGpu, 0);
  if (capacityMilli === 0) throw traceErrors.noGpuCapacity();
  if (!pods.some((pod) => totalGpuMilli(pod) > 0)) throw traceErrors.noGpuDemand();
  const wantedMilli = (capacityMilli * gpuPercent) / 100;
  const random = createLabelledRandom(seed, 'fill');
  const events: ReplayEvent[] = [];
  for (let arrivedMilli = 0; arrivedMilli < wantedMilli; ) {
    const drawn = pods[Math.floor(random.next() * pods.length)] as TracePod;
    arrivedMilli += totalGpuMilli(drawn);
    const { times: _times, ...demand } = drawn;
    const pod = { ...demand, name: `${drawn.name}-${events.length}` };
    events.push({ kind: 'pod-arrives', timeNs: events.length * intervalNs, pod });
  }
  return events;
}
