/** How plugins come to be: one factory per plugin, found by name in a registry; users add their own. */
import type { z } from 'zod';
import type { Random } from '../../stats/random.ts';
import type { SetTimer } from '../binding.ts';
import type { ClusterState } from '../cluster/cluster-state.ts';
import type { PodInfo } from '../cluster/pod-info.ts';
import type { Extender } from '../extenders/extender.ts';
import type { Cycle } from './cycle.ts';
import type { NominatedPods } from './nominated-pods.ts';
import type { Plugin, SchedulerClient, WaitingPod } from './plugin.ts';
import type { StatusTable } from './status.ts';

/** Minor versions of Kubernetes whose decisions are reproduced. */
export const compatVersions = ['1.34', '1.36'] as const;
export type CompatVersion = (typeof compatVersions)[number];

/** Feature gates by name, as `KubeSchedulerConfiguration`'s companions write them; what is absent has its default. */
export type FeatureGates = Readonly<Record<string, boolean>>;

/**
 * Tries what would be if pods went or came: the cluster itself is changed, so that every index follows, and the caller
 * puts back what it took. Nothing else may happen in between.
 */
export interface WhatIf {
  /** Takes a pod off its node and tells the plugins of the cycle. */
  remove(cycle: Cycle, info: PodInfo): void;
  add(cycle: Cycle, info: PodInfo, slot: number): void;
  /** Whether the cycle's pod passes all filters on the node as it is now, also with the pods nominated to it. */
  passes(cycle: Cycle, slot: number): boolean;
  /** Whether every filter of the cycle depends on nothing but the pod's shape and the node with its pods. */
  isNodeLocal(): boolean;
}

/** What a plugin is given when it is made: the scheduler that it is part of, seen from inside. */
export interface PluginContext {
  readonly cluster: ClusterState;
  readonly statuses: StatusTable;
  readonly compat: CompatVersion;
  readonly featureEnabled: (gate: string) => boolean;
  readonly client: SchedulerClient;
  readonly nowMs: () => number;
  /** On the same clock; absent where nothing ever happens by time alone. */
  readonly setTimer?: SetTimer;
  readonly random: Random;
  readonly nominatedPods: NominatedPods;
  /** Pods that wait in Permit. */
  readonly waitingPods: () => Iterable<WaitingPod>;
  readonly whatIf: WhatIf;
  /** Pods of a PodGroup that are not bound yet, by key. Absent: none is known of. */
  readonly unboundGroupPods?: (namespace: string, groupName: string) => ReadonlyMap<string, PodInfo>;
  /** Has a waiting pod tried again without an event. */
  readonly activate?: (podKey: string) => void;
  readonly extenders?: readonly Extender[];
}

export interface PluginFactory<Args = unknown> {
  readonly name: string;
  /** Checks `pluginConfig[].args` and fills in their defaults; absent: the plugin takes none. */
  readonly args?: z.ZodType<Args>;
  create(args: Args, context: PluginContext): Plugin;
}

/** Keeps the type of the arguments between schema and `create`, and forgets it for the registry. */
export function pluginFactory<Args>(factory: PluginFactory<Args>): PluginFactory {
  return factory as PluginFactory;
}
