/** Kubernetes objects: types, defaults, validation with source positions, selectors. */
export { formatPath, type JsonPath, readDocuments, type SourceDocument } from './documents.ts';
export { formatProblem, InputError, inputErrors, inputProblems, type Problem, type SourcePosition } from './errors.ts';
export { type FileAccess, nodeFiles, unreadableReason } from './files.ts';
export { type Ipv4Range, inRange, ipv4Range, ipv4ToNumber, numberToIpv4 } from './ipv4.ts';
export type { Deployment } from './kinds/deployment.ts';
export type { EndpointSlice, SliceEndpoint } from './kinds/endpoint-slice.ts';
export type { Pod, PodSpec } from './kinds/pod.ts';
export { type KindName, kinds, networkingKinds, type ObjectTypes, schedulingKinds } from './kinds/registry.ts';
export type { Service, ServicePortSpec } from './kinds/service.ts';
export {
  type CompiledNodeSelector,
  type CompiledSelector,
  compileLabelSelector,
  compileNodeSelector,
  compileNodeSelectorTerm,
} from './label-selectors.ts';
export { type LoadedObjects, loadObjects, type Sourced } from './load.ts';
export { type Amounts, nodeAllocatable, nonZeroPodRequests, podRequests } from './pod-requests.ts';
export { type ClassPosition, resolvePriorities, systemPriorityClasses } from './priorities.ts';
export {
  compareQuantities,
  formatQuantity,
  parseNanos,
  type QuantityFormat,
  quantityMilliValue,
  quantityValue,
} from './quantity.ts';
export { type ReadObject, readObject, type SchedulingObject } from './read-object.ts';
export { loadSchedulingObjects, type SchedulingInput } from './scheduling-objects.ts';
export { type LabelSelector, matchesLabels, matchesSelector } from './selector.ts';
export { type Validated, validate, valueAt } from './validate.ts';
export { podsOfWorkload, type Workload, type WorkloadPods } from './workload-pods.ts';
