/** Traces of clusters: read, generated, turned into objects and into what happens when. */
export { type GenerateOptions, generateTrace } from './generate-trace.ts';
export { loadTrace, type TraceFiles } from './load-trace.ts';
export { qosClasses } from './openb-shape.ts';
export { readOpenbNodes, readOpenbPods } from './read-openb.ts';
export {
  arrivingGpuMilli,
  type FillOptions,
  type ReplayEvent,
  type ReplayOptions,
  type ReplayPlan,
  replayPlan,
  type TimedOptions,
} from './replay-plan.ts';
export { sampleNodes } from './sample-nodes.ts';
export { nodeObject, type PodObjectOptions, podObject } from './to-objects.ts';
export { type PodTimes, type Trace, type TraceDemand, type TraceNode, type TracePod, totalGpuMilli } from './trace.ts';
