/** What a profile may set, with kube-scheduler's defaults. */
import type { NodeAffinity, TopologySpreadConstraint } from '../../../src/api/objects.ts';

export interface ResourceWeight {
  readonly name: string;
  readonly weight: number;
}

/** `utilization` 0 to 100, `score` 0 to 10; utilizations grow. */
export interface ShapePoint {
  readonly utilization: number;
  readonly score: number;
}

export type ScoringStrategy =
  | { readonly type: 'LeastAllocated' | 'MostAllocated'; readonly resources: readonly ResourceWeight[] }
  | {
      readonly type: 'RequestedToCapacityRatio';
      readonly resources: readonly ResourceWeight[];
      readonly shape: readonly ShapePoint[];
    };

export type SpreadDefaults =
  | { readonly defaultingType: 'System' }
  | { readonly defaultingType: 'List'; readonly defaultConstraints: readonly TopologySpreadConstraint[] };

export type ScoringPluginName =
  | 'TaintToleration'
  | 'NodeAffinity'
  | 'NodeResourcesFit'
  | 'PodTopologySpread'
  | 'InterPodAffinity'
  | 'NodeResourcesBalancedAllocation'
  | 'ImageLocality';

export interface ReferenceOptions {
  readonly compat: '1.34' | '1.36';
  /** kube-scheduler's nextStartNodeIndex: where in the visiting order the search begins. */
  readonly startIndex: number;
  readonly percentageOfNodesToScore: number;
  readonly weights: Readonly<Record<ScoringPluginName, number>>;
  readonly addedAffinity?: NodeAffinity;
  readonly scoringStrategy: ScoringStrategy;
  readonly ignoredResources: readonly string[];
  readonly ignoredResourceGroups: readonly string[];
  /** Their weights are not used. */
  readonly balancedResources: readonly ResourceWeight[];
  readonly spreadDefaults: SpreadDefaults;
  readonly hardPodAffinityWeight: number;
  readonly ignorePreferredTermsOfExistingPods: boolean;
  readonly minCandidateNodesPercentage: number;
  readonly minCandidateNodesAbsolute: number;
  /** What a pod without start time is taken to have started at. */
  readonly nowMs: number;
}

const cpuAndMemory: readonly ResourceWeight[] = [
  { name: 'cpu', weight: 1 },
  { name: 'memory', weight: 1 },
];

export const defaultOptions: ReferenceOptions = {
  compat: '1.36',
  startIndex: 0,
  percentageOfNodesToScore: 0,
  weights: {
    TaintToleration: 3,
    NodeAffinity: 2,
    NodeResourcesFit: 1,
    PodTopologySpread: 2,
    InterPodAffinity: 2,
    NodeResourcesBalancedAllocation: 1,
    ImageLocality: 1,
  },
  scoringStrategy: { type: 'LeastAllocated', resources: cpuAndMemory },
  ignoredResources: [],
  ignoredResourceGroups: [],
  balancedResources: cpuAndMemory,
  spreadDefaults: { defaultingType: 'System' },
  hardPodAffinityWeight: 1,
  ignorePreferredTermsOfExistingPods: false,
  minCandidateNodesPercentage: 10,
  minCandidateNodesAbsolute: 100,
  nowMs: Date.UTC(2030, 0, 1),
};
