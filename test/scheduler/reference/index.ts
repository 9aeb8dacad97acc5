/** kube-scheduler's decisions, written for being read: no index, no cache, everything looked at again each time. */
export {
  emptyCluster,
  findObject,
  namespaceOf,
  type OtherKind,
  type OtherObject,
  objectsOf,
  podKey,
  podsOn,
  type ReferenceCluster,
  zonesOfCluster,
} from './cluster.ts';
export type { NodeRejection, PreFilterOutcome } from './filtering.ts';
export { type Diagnosis, fitErrorMessage } from './fit-error.ts';
export { defaultOptions, type ReferenceOptions, type ScoringPluginName } from './options.ts';
export { type GroupPlacement, type PlacementTry, referencePlaceGroup } from './place-group.ts';
export type { PluginName, PreFilterVerdict, Rejection, RejectionCode } from './plugin.ts';
export { type Candidate, type PreemptionOutcome, referencePreempt } from './preempt.ts';
export { type ReferenceDecision, referenceSchedule } from './schedule.ts';
export type { PluginScores, Scores } from './scoring.ts';
export { numFeasibleNodesToFind, visitingOrder, type Zone, zonesOf } from './visiting-order.ts';
