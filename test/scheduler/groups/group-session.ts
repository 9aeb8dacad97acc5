/** Sessions that decide on the pods of a group together, and the objects for them. */
import type { Node, Pod, PodGroup } from '../../../src/api/objects.ts';
import type { SchedulerObserver } from '../../../src/scheduler/attempt.ts';
import { planScheduler, type SchedulerPlan } from '../../../src/scheduler/config/read-config.ts';
import { schedulerConfigSchema } from '../../../src/scheduler/config/scheduler-config.ts';
import type { Plugin } from '../../../src/scheduler/framework/plugin.ts';
import type { TieBreak } from '../../../src/scheduler/framework/tie-break.ts';
import { pluginRegistry } from '../../../src/scheduler/plugins/registry.ts';
import { SchedulingSession } from '../../../src/scheduler/session.ts';
import { type PodWords, testNode, testPod } from '../support/objects.ts';

export const rackKey = 'example.com/rack';
export const groupGates = { GangScheduling: true, TopologyAwareWorkloadScheduling: true };

/** The default profile with the plugins for groups, and those of the test's own after them. */
export function groupPlan(own: readonly Plugin[] = []): SchedulerPlan {
  const config = schedulerConfigSchema.parse({
    apiVersion: 'kubescheduler.config.k8s.io/v1',
    kind: 'KubeSchedulerConfiguration',
    profiles: [{ plugins: { multiPoint: { enabled: own.map(({ name }) => ({ name })) } } }],
  });
  const registry = new Map(pluginRegistry);
  for (const plugin of own) registry.set(plugin.name, { name: plugin.name, create: () => plugin });
  return planScheduler(config, { gates: groupGates }, registry);
}

export interface GroupSessionWords {
  readonly plugins?: readonly Plugin[];
  /** @default 'first' */
  readonly tieBreak?: TieBreak;
  readonly observer?: SchedulerObserver;
}

export function groupSession({ plugins, tieBreak = 'first', observer }: GroupSessionWords = {}): SchedulingSession {
  return new SchedulingSession({ plan: groupPlan(plugins), tieBreak, ...(observer === undefined ? {} : { observer }) });
}

/** `r1-a` is a node of rack `r1`; a name without a dash is a node of no rack. */
export function rackNode(name: string, cpu: string): Node {
  const [rack = '', rest] = name.split('-');
  return testNode({ name, cpu, labels: rest === undefined ? {} : { [rackKey]: rack } });
}

/**
 * @param minCount undefined: a group that is no gang
 * @param topologyKey empty: its pods may go anywhere
 */
export function podGroup(name: string, minCount: number | undefined, topologyKey = rackKey): PodGroup {
  return {
    apiVersion: 'scheduling.k8s.io/v1alpha2',
    kind: 'PodGroup',
    metadata: { name, namespace: 'default', labels: {}, annotations: {} },
    spec: {
      policy: minCount === undefined ? {} : { gang: { minCount } },
      ...(topologyKey === '' ? {} : { topologyKey }),
    },
  };
}

export function member(podGroupName: string, words: PodWords): Pod {
  return testPod({ ...words, spec: { ...words.spec, podGroupName } });
}

/** So many alike: `NAME-0` and so on. */
export function members(group: string, count: number, cpu: string): Pod[] {
  return Array.from({ length: count }, (_, place) => member(group, { name: `${group}-${place}`, requests: { cpu } }));
}

/** What a waiting pod is told. */
export function messageOf({ api }: SchedulingSession, name: string): string | undefined {
  return api.get('Pod', 'default', name)?.status.conditions.find(({ type }) => type === 'PodScheduled')?.message;
}
