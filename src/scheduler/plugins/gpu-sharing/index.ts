/** GPU sharing: GPUs that several pods share, the policies for placing these pods, and the measure of fragmentation. */
export { bestFitScore } from './best-fit.ts';
export { dotProductScore } from './dot-prod.ts';
export { type Descent, descentScore, steepestDescent } from './fgd.ts';
export {
  caseOf,
  expectedFragment,
  type FragmentCase,
  fragmentCases,
  fragmentOf,
  fragmentsByCase,
  type TargetWorkload,
  type TaskClass,
} from './fragmentation.ts';
export { clusteringScore } from './gpu-clustering.ts';
export { GpuDevices, gpuDevices } from './gpu-devices.ts';
export { packingScore } from './gpu-packing.ts';
export { type GpuTask, isSharing, totalGpuMilli } from './gpu-task.ts';
export { bestFitGpus, freeGpuMilli, type GpuNodeState, hasGpusFor, withTask } from './node-state.ts';
export { type GpuPolicy, gpuPolicies, gpuSharingPlugins, policyConfig } from './policies.ts';
export { type TargetWorkloadOptions, targetWorkload } from './target-workload.ts';
