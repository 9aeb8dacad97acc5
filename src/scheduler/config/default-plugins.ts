/** The plugins of kube-scheduler's default profile. Source: apis/config/v1/default_plugins.go. */
import type { CompatVersion, FeatureGates } from '../framework/plugin-factory.ts';

export interface PluginReference {
  readonly name: string;
  /** Of its scores; 0 or absent counts as 1. */
  readonly weight?: number;
}

/** In the order in which they run at every extension point that they have. */
export function defaultPlugins(compat: CompatVersion, gates: FeatureGates): readonly PluginReference[] {
  const enabled = (gate: string): boolean => featureEnabled(compat, gates, gate);
  return [
    { name: 'SchedulingGates' },
    { name: 'PrioritySort' },
    { name: 'NodeUnschedulable' },
    { name: 'NodeName' },
    { name: 'TaintToleration', weight: 3 },
    { name: 'NodeAffinity', weight: 2 },
    { name: 'NodePorts' },
    { name: 'NodeResourcesFit', weight: 1 },
    { name: 'VolumeRestrictions' },
    { name: 'NodeVolumeLimits' },
    { name: 'VolumeBinding' },
    { name: 'VolumeZone' },
    { name: 'PodTopologySpread', weight: 2 },
    { name: 'InterPodAffinity', weight: 2 },
    ...(enabled('DynamicResourceAllocation') ? [{ name: 'DynamicResources', weight: 2 }] : []),
    { name: 'DefaultPreemption' },
    { name: 'NodeResourcesBalancedAllocation', weight: 1 },
    { name: 'ImageLocality', weight: 1 },
    { name: 'DefaultBinder' },
    ...(enabled('NodeDeclaredFeatures') ? [{ name: 'NodeDeclaredFeatures' }] : []),
    ...(enabled('GangScheduling') ? [{ name: 'GangScheduling' }] : []),
    ...(enabled('TopologyAwareWorkloadScheduling')
      ? [{ name: 'TopologyPlacementGenerator' }, { name: 'PodGroupPodsCount', weight: 1 }]
      : []),
  ];
}

/** Defaults of the feature gates that change decisions (pkg/features/kube_features.go), and since which version. */
const gateDefaults: Readonly<Record<string, readonly CompatVersion[]>> = {
  DynamicResourceAllocation: ['1.34', '1.36'],
  DRADeviceTaints: ['1.36'],
  DRADeviceTaintRules: [],
  DRADeviceBindingConditions: ['1.36'],
  DRAExtendedResource: ['1.36'],
  DRAPartitionableDevices: ['1.36'],
  DRAConsumableCapacity: ['1.36'],
  NodeDeclaredFeatures: ['1.36'],
  SchedulerQueueingHints: ['1.34', '1.36'],
  SchedulerAsyncPreemption: ['1.34', '1.36'],
  SchedulerPopFromBackoffQ: ['1.34', '1.36'],
  NodeInclusionPolicyInPodTopologySpread: ['1.34', '1.36'],
  MatchLabelKeysInPodTopologySpread: ['1.34', '1.36'],
  MatchLabelKeysInPodAffinity: ['1.34', '1.36'],
  PodLevelResources: ['1.34', '1.36'],
  InPlacePodVerticalScaling: ['1.34', '1.36'],
  StorageCapacityScoring: [],
  TaintTolerationComparisonOperators: [],
  GangScheduling: [],
  TopologyAwareWorkloadScheduling: [],
};

/** Gates that decisions depend on; others change nothing. */
export const knownGates: readonly string[] = Object.keys(gateDefaults);

/** A gate without a default here is off. */
export function featureEnabled(compat: CompatVersion, gates: FeatureGates, gate: string): boolean {
  return gates[gate] ?? gateDefaults[gate]?.includes(compat) ?? false;
}
