/** One slice: a fresh cluster, all pods at once, one profile; how fast they get their nodes, and how many do. */
import type { SchedulerPlan } from '../../scheduler/config/read-config.ts';
import { planScheduler } from '../../scheduler/config/read-config.ts';
import { schedulerConfigSchema } from '../../scheduler/config/scheduler-config.ts';
import { policyConfig, targetWorkload } from '../../scheduler/plugins/gpu-sharing/index.ts';
import { pluginRegistry } from '../../scheduler/plugins/registry.ts';
import { SchedulingSession } from '../../scheduler/session.ts';
import { bucketCount, bucketIndex } from '../../stats/histogram.ts';
import { toSparse } from '../../stats/sparse-histogram.ts';
import { generateTrace, nodeObject, podObject, type Trace } from '../../workloads/trace/index.ts';
import type { SchedulingRecord } from '../records.ts';
import { type ProfileName, schedulingProfiles } from './profiles.ts';

export interface SchedulingTask {
  readonly profile: ProfileName;
  /** Of the trace and of all that the scheduler leaves to chance: profiles with the same seed get the same work. */
  readonly seed: number;
  readonly nodes: number;
  readonly pods: number;
}

export type SchedulingSlice = Omit<SchedulingRecord, 'type' | 'profile' | 'round' | 'order'>;

/**
 * Places all pods of a generated trace, each attempted once. Timed is the work through the queue alone; making the
 * cluster and filling the queue is not.
 * @param monotonicNs the clock of the figures
 * @param beforeTiming takes out of the way what would otherwise be paid for while the clock runs
 */
export function scheduleSlice(
  task: SchedulingTask,
  monotonicNs: () => number,
  beforeTiming: () => void = () => undefined,
): SchedulingSlice {
  const { profile, seed, nodes, pods } = task;
  const trace = generateTrace({ nodes, pods, seed });
  const session = new SchedulingSession({ plan: planOf(profile, trace), seed });
  try {
    session.put(...trace.nodes.map(nodeObject));
    session.put(...trace.pods.map((pod) => podObject(pod)));
    const counts = new Float64Array(bucketCount);
    beforeTiming();
    const startedAtNs = monotonicNs();
    let attemptedAtNs = startedAtNs;
    const attempts = session.drain(() => {
      const index = bucketIndex(monotonicNs() - attemptedAtNs);
      counts[index] = (counts[index] ?? 0) + 1;
      attemptedAtNs = monotonicNs();
    });
    const durationNs = monotonicNs() - startedAtNs;
    const left = [...session.api.list('Pod')].filter(({ spec }) => spec.nodeName === '').length;
    const bound = session.api.boundCount;
    return { startedAtNs, durationNs, nodes, pods, bound, pending: left, attempts, latency: toSparse(counts) };
  } finally {
    session.close();
  }
}

/** @param trace what the fragmentation-gradient descent expects to come */
function planOf(profile: ProfileName, trace: Trace): SchedulerPlan {
  const { source } = schedulingProfiles[profile];
  const config =
    source.kind === 'gpu-policy'
      ? policyConfig(source.policy, targetWorkload(trace.pods))
      : schedulerConfigSchema.parse({
          apiVersion: 'kubescheduler.config.k8s.io/v1',
          kind: 'KubeSchedulerConfiguration',
          profiles: source.profiles,
        });
  return planScheduler(config, {}, pluginRegistry);
}
