import assert from 'node:assert/strict';
import { nodeFiles } from '../../../src/api/index.ts';
import { planScheduler } from '../../../src/scheduler/config/read-config.ts';
import { gpuPolicies, policyConfig, targetWorkload } from '../../../src/scheduler/plugins/gpu-sharing/index.ts';
import { pluginRegistry } from '../../../src/scheduler/plugins/registry.ts';
import { runReplay, summarizeReplay } from '../../../src/scheduler/replay/index.ts';
import { loadTrace, replayPlan, type Trace } from '../../../src/workloads/trace/index.ts';
import { openbFolder, openbObstacle } from '../../support/openb.ts';

/**
 * GPUs given out in percent once as much has arrived as there is, least and most of ten seeds, as the artifact of the
 * paper publishes them (hkust-adsl/kubernetes-scheduler-simulator, expected results of openb_pod_list_default).
 */
const published = {
  Random: [85.4, 86.5],
  DotProd: [90.3, 91.1],
  GpuClustering: [90.5, 92.5],
  GpuPacking: [91.0, 92.6],
  BestFit: [92.6, 93.0],
  FGD: [95.1, 95.5],
} as const;

/** Other seeds draw other pods; and ours are all drawn, where the artifact takes each pod of the trace once first. */
const tolerance = 0.6;

describe(`the policies on the openb trace${openbObstacle}`, () => {
  let trace: Trace;
  before(async function () {
    if (openbFolder === undefined) return this.skip();
    trace = await loadTrace(openbFolder, {}, nodeFiles);
  });

  for (const policy of gpuPolicies) {
    it(`give out as much as published under ${policy}`, () => {
      const replay = replayPlan(trace, { kind: 'fill', seed: 42, gpuPercent: 101 });
      const workload = targetWorkload(replay.population);
      const plan = planScheduler(policyConfig(policy, workload), {}, pluginRegistry);
      const { atCapacity } = summarizeReplay(runReplay(replay, { plan }), workload);
      const got = atCapacity?.allocatedPercent ?? 0;
      const [least, most] = published[policy];
      assert.ok(got >= least - tolerance && got <= most + tolerance, `${got} instead of ${least} to ${most}`);
    }).timeout(60_000);
  }
});
