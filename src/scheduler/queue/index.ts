/** The scheduling queue: which pod is tried next, and when one that failed is tried again. */
export { nodeUpdateActions, podUpdateActions } from './cluster-events.ts';
export { Nominator } from './nominator.ts';
export type { QueuedPodInfo, QueuePlace } from './queued-pod.ts';
export { type AttemptFailure, type QueueCounts, type QueueOptions, SchedulingQueue } from './scheduling-queue.ts';
