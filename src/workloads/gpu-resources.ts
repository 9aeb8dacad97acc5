/** How shares of GPUs are written in Kubernetes objects; the names are those of the cluster that openb comes from. */

export const milliPerGpu = 1000;

/**
 * Extended resource, in thousandths of a GPU. A node has 1000 for each of its GPUs. A pod asks for less than 1000, a
 * share of one GPU, or for whole GPUs in multiples of 1000.
 */
export const gpuMilliResource = 'alibabacloud.com/gpu-milli';

/** Label of a node: what its GPUs are. Pods that need a model say so with a node affinity. */
export const gpuModelLabel = 'alibabacloud.com/gpu-card-model';

/** Annotation of a pod that runs already: which of the node's GPUs it has, from 0, such as `0-1-3`. */
export const gpuIndexAnnotation = 'alibabacloud.com/gpu-index';
