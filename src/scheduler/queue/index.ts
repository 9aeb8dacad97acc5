/** The scheduling queue: which pod is tried next, and when one that failed is tried again. */
export { nodeUpdateActions, podUpdateActions } from './cluster-events.ts';
export { Nominator } from './nominator.ts';
export type { QueuedPodInfo, QueuePlace } from './queued-pod.ts';
export { SchedulingQueue } from './scheduling-queue.ts';
export type { AttemptFailure, QueueCounts, QueueOptions } from './types.ts';
