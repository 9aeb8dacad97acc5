/** Random small clusters in which everything collides, and what happens to them. */
export { applyEvent, type ClusterEvent, objectKey } from './apply-event.ts';
export { clusters, largeCases, preemptionCases, type SchedulingCase, schedulingCases, waitingPod } from './clusters.ts';
export { type History, histories } from './histories.ts';
export { options } from './options.ts';
