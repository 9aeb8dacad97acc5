import assert from 'node:assert/strict';
import { nodeFiles } from '../../../src/api/index.ts';
import { loadTrace } from '../../../src/workloads/trace/load-trace.ts';
import { replayPlan } from '../../../src/workloads/trace/replay-plan.ts';
import { totalGpuMilli } from '../../../src/workloads/trace/trace.ts';
import { openbFolder, openbObstacle } from '../../support/openb.ts';

const load = (nodes?: string, pods?: string) =>
  loadTrace(
    openbFolder ?? '',
    { ...(nodes === undefined ? {} : { nodes }), ...(pods === undefined ? {} : { pods }) },
    nodeFiles,
  );

describe(`the openb trace${openbObstacle}`, () => {
  before(function () {
    if (openbFolder === undefined) this.skip();
  });

  it('has the nodes and the demand that are known of it', async () => {
    const { nodes, pods } = await load('openb_node_list_all_node.csv');
    assert.deepEqual([nodes.length, nodes.filter(({ gpus }) => gpus > 0).length, pods.length], [1523, 1213, 8152]);
    const sum = (amounts: readonly number[]): number => amounts.reduce((a, b) => a + b, 0);
    assert.equal(sum(nodes.map(({ gpus }) => gpus)), 6212);
    assert.equal(sum(nodes.map(({ cpuMilli }) => cpuMilli)) / 1000, 125_514);
    assert.equal(sum(nodes.map(({ memoryMib }) => memoryMib)) / 1024, 597_684);
    assert.equal(Math.round(sum(pods.map(({ cpuMilli }) => cpuMilli)) / 1000), 85_436);
    assert.equal(Math.round(sum(pods.map(({ memoryMib }) => memoryMib)) / 1024), 296_432);
    assert.equal(Math.round(sum(pods.map(totalGpuMilli)) / 1000), 6087);
  });

  it('takes the nodes with GPUs and the default pods where nothing is said', async () => {
    const { nodes, pods } = await load();
    assert.deepEqual([nodes.length, pods.length], [1213, 8152]);
  });

  it('can be read in all its variants', async () => {
    const lists = { cpu050: 7439, gpushare100: 8152, gpuspec33: 8152, multigpu50: 9061 };
    for (const [list, count] of Object.entries(lists)) {
      assert.equal((await load(undefined, `openb_pod_list_${list}.csv`)).pods.length, count);
    }
    const { pods } = await load(undefined, 'openb_pod_list_gpuspec33.csv');
    assert.equal(pods.filter(({ models }) => models.join() === 'T4').length, 1291);
    // Written V100M16|V100M32 141 times, V100M16|V100M32|V100M32 22 times.
    assert.equal(pods.filter(({ models }) => models.join() === 'V100M16,V100M32').length, 163);
  });

  it('has at most 66 GPUs and 767 cores in use at a time', async () => {
    const trace = await load();
    const { events } = replayPlan(trace, { kind: 'timed' });
    const byName = new Map(trace.pods.map((pod) => [pod.name, pod]));
    let [gpuMilli, cpuMilli, mostGpuMilli, mostCpuMilli] = [0, 0, 0, 0];
    for (const event of events) {
      const pod = event.kind === 'pod-arrives' ? event.pod : byName.get(event.name);
      assert.ok(pod !== undefined);
      const sign = event.kind === 'pod-arrives' ? 1 : -1;
      // Pods that never got a node used nothing.
      if (pod.times?.scheduledS === undefined) continue;
      gpuMilli += sign * totalGpuMilli(pod);
      cpuMilli += sign * pod.cpuMilli;
      mostGpuMilli = Math.max(mostGpuMilli, gpuMilli);
      mostCpuMilli = Math.max(mostCpuMilli, cpuMilli);
    }
    assert.deepEqual([Math.round(mostGpuMilli / 1000), Math.round(mostCpuMilli / 1000)], [66, 767]);
  });
});
