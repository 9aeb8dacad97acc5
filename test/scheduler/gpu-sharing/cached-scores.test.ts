import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { PodInfo } from '../../../src/scheduler/cluster/pod-info.ts';
import { fgd } from '../../../src/scheduler/plugins/gpu-sharing/fgd.ts';
import {
  descentScore,
  expectedFragment,
  gpuDevices,
  steepestDescent,
} from '../../../src/scheduler/plugins/gpu-sharing/index.ts';
import { assignPod, createPlugin, cycleFor, scoresOf, testCluster } from '../support/cluster.ts';
import { arbitraryTask, arbitraryWorkload, gpuNode, gpuPod } from './nodes.ts';

describe('the remembered scores of FGD', () => {
  it('are those that the state of each node gives, whatever has happened', () => {
    const happenings = fc.array(
      fc.record({ task: arbitraryTask, node: fc.nat(3), leaves: fc.boolean(), place: fc.nat(20) }),
      { maxLength: 25 },
    );
    fc.assert(
      fc.property(
        happenings,
        arbitraryWorkload,
        fc.array(arbitraryTask, { minLength: 1, maxLength: 3 }),
        (events, targetWorkload, tasks) => {
          const cluster = testCluster(
            [0, 1, 2, 3].map((serial) => gpuNode(`n${serial}`, 2 * serial, { model: serial === 2 ? 'P100' : 'T4' })),
          );
          const devices = cluster.part(gpuDevices);
          const plugin = createPlugin(fgd, cluster, { targetWorkload });
          const cycles = tasks.map((task, serial) => cycleFor(cluster, gpuPod(`asked-${serial}`, task)));
          const pods: PodInfo[] = [];
          for (const [serial, { task, node, leaves, place }] of events.entries()) {
            const leaving = pods[place % Math.max(1, pods.length)];
            if (leaves && leaving !== undefined) {
              cluster.unassign(leaving);
              pods.splice(pods.indexOf(leaving), 1);
            } else pods.push(assignPod(cluster, gpuPod(`p${serial}`, { ...task, models: [] }, `n${node}`)));
            const cycle = cycles[serial % cycles.length] ?? assert.fail();
            const asked = devices.taskOf(cycle.pod);
            const expected = [...cluster.order].map((slot) => {
              const state = devices.state(slot);
              const before = expectedFragment(state, targetWorkload);
              const descent = steepestDescent(state, asked, targetWorkload, before);
              return [cluster.nodeName(slot), descent === undefined ? 0 : descentScore(descent.growth)];
            });
            const found = scoresOf(plugin, cycle);
            assert.deepEqual(found === 'skip' ? undefined : found.raw, Object.fromEntries(expected));
          }
        },
      ),
    );
  });
});
