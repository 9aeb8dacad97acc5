/** The paper's baseline: any node that will do, and any of its GPUs that will do. */
import type { Plugin } from '../../framework/plugin.ts';
import { pluginFactory } from '../../framework/plugin-factory.ts';
import { gpuDevices } from './gpu-devices.ts';
import { isSharing } from './gpu-task.ts';
import { roomyGpus } from './node-state.ts';
import { scoreBlock } from './scoring.ts';

const name = 'Random';

export const randomPolicy = pluginFactory({
  name,
  create: (_args, { cluster, random }) => {
    const devices = cluster.part(gpuDevices);
    return {
      name,
      score: (_cycle, feasible, scores) => {
        const chosen = feasible.slots[Math.floor(random.next() * feasible.count)];
        scoreBlock(feasible, scores, (slot) => (slot === chosen ? 100 : 0));
      },
      reserve: ({ pod }, slot) => {
        const task = devices.taskOf(pod);
        const [held] = devices.gpusOf(pod);
        if (!isSharing(task) || held === undefined) return undefined;
        // The GPU that it has by best fit has room for it, too.
        const free = Int32Array.from(devices.free(slot));
        free[held] = (free[held] as number) + task.gpuMilli;
        const roomy = roomyGpus(free, task.gpuMilli);
        devices.move(pod, [roomy[Math.floor(random.next() * roomy.length)] as number]);
        return undefined;
      },
    } satisfies Plugin;
  },
});
