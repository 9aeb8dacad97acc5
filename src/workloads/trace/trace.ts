/** A trace: the nodes of a cluster and the pods that were submitted to it, whichever file or generator they come from. */

export interface TraceNode {
  readonly name: string;
  readonly cpuMilli: number;
  readonly memoryMib: number;
  readonly gpus: number;
  /** Of its GPUs; empty without any. */
  readonly model: string;
}

/** What a pod asks for. */
export interface TraceDemand {
  readonly cpuMilli: number;
  readonly memoryMib: number;
  readonly gpus: number;
  /** Of each of its GPUs: 1000 is a whole one. Less only with a single GPU; 0 without. */
  readonly gpuMilli: number;
  /** GPU models that will do; empty: any. */
  readonly models: readonly string[];
}

export interface TracePod extends TraceDemand {
  readonly name: string;
  /** Class of service as the trace calls it (LS, BE, …); empty where it says nothing. */
  readonly qos: string;
  /** Absent in lists that are only for filling a cluster up. */
  readonly times?: PodTimes;
}

/** Seconds since the trace began. */
export interface PodTimes {
  readonly createdS: number;
  readonly deletedS: number;
  /** Absent for a pod that never got a node. */
  readonly scheduledS?: number;
}

export interface Trace {
  readonly nodes: readonly TraceNode[];
  readonly pods: readonly TracePod[];
}

/** All GPUs together, in thousandths of one. */
export function totalGpuMilli({ gpus, gpuMilli }: TraceDemand): number {
  return gpus * gpuMilli;
}
