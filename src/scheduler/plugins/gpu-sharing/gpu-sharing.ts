/** Nodes whose GPUs can take the pod: enough of them, each with enough free, of a model that the pod allows. */

import { gpuMilliResource, milliPerGpu } from '../../../workloads/gpu-resources.ts';
import type { Cycle } from '../../framework/cycle.ts';
import { filterBlock } from '../../framework/node-block.ts';
import type { Plugin } from '../../framework/plugin.ts';
import { pluginFactory } from '../../framework/plugin-factory.ts';
import type { Status } from '../../framework/status.ts';
import { type GpuDevices, gpuDevices } from './gpu-devices.ts';
import { isGivable } from './gpu-task.ts';
import { hasGpusFor, mayUse } from './node-state.ts';

const name = 'GpuSharing';

/** Preemption can make room on GPUs, but changes neither their model nor their number. */
const wrongModel: Status = { code: 'unresolvable', plugin: name, reasons: ["node(s) didn't have the GPU model"] };
const tooFewGpus: Status = { code: 'unresolvable', plugin: name, reasons: ["node(s) didn't have enough GPUs"] };
const noRoom: Status = { code: 'unschedulable', plugin: name, reasons: ["node(s) didn't have enough free on a GPU"] };

export const gpuSharing = pluginFactory({
  name,
  create: (_args, { cluster, statuses }) => {
    const devices = cluster.part(gpuDevices);
    const gpuMilli = cluster.resources.index(gpuMilliResource);
    const [model, number, room] = [wrongModel, tooFewGpus, noRoom].map((status) => statuses.intern(status));
    return {
      name,
      events: [
        { resource: 'AssignedPod', actions: ['delete'] },
        { resource: 'Node', actions: ['add', 'update-allocatable', 'update-labels'] },
      ],
      preFilter: ({ pod }) => {
        const { resources, amounts } = pod.shape.requests;
        const asked = amounts[resources.indexOf(gpuMilli)] ?? 0;
        if (asked === 0) return 'skip';
        return isGivable(asked) ? undefined : cannotBeGiven(asked);
      },
      filter: (cycle, block) => {
        const task = devices.taskOf(cycle.pod);
        filterBlock(block, cycle.verdicts, (slot) => {
          const free = devices.free(slot);
          if (free.length < task.gpus) return number as number;
          if (!mayUse(devices.model(slot), task)) return model as number;
          return hasGpusFor(free, task) ? 0 : (room as number);
        });
      },
      reserve: (cycle) => checkGpus(cycle, devices),
    } satisfies Plugin;
  },
});

function cannotBeGiven(asked: number): Status {
  const allowed = `less than ${milliPerGpu}, or a multiple of it`;
  return {
    code: 'unresolvable',
    plugin: name,
    reasons: [`pod asks for ${asked} ${gpuMilliResource}; allowed: ${allowed}`],
  };
}

/** The pod was given GPUs when it was assumed on the node; here is where to say that there were none. */
function checkGpus({ pod }: Cycle, devices: GpuDevices): Status | undefined {
  const { gpus } = devices.taskOf(pod);
  return devices.gpusOf(pod).length === gpus ? undefined : noRoom;
}
