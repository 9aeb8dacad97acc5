/** A trace's nodes and pods as the Kubernetes objects that a scheduler reads. */
import type { Affinity, Node, Pod } from '../../api/objects.ts';
import { gpuMilliResource, gpuModelLabel, milliPerGpu } from '../gpu-resources.ts';
import { type TraceDemand, type TraceNode, type TracePod, totalGpuMilli } from './trace.ts';

/** The trace knows no limit on the number of pods; this one is never reached. */
const allowedPods = '1000';

export function nodeObject({ name, cpuMilli, memoryMib, gpus, model }: TraceNode): Node {
  const resources = {
    cpu: `${cpuMilli}m`,
    memory: `${memoryMib}Mi`,
    pods: allowedPods,
    ...(gpus === 0 ? {} : { [gpuMilliResource]: String(gpus * milliPerGpu) }),
  };
  const labels = { 'kubernetes.io/hostname': name, ...(gpus === 0 ? {} : { [gpuModelLabel]: model }) };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels, annotations: {} },
    spec: { unschedulable: false, taints: [] },
    status: { capacity: resources, allocatable: resources, images: [] },
  };
}

export interface PodObjectOptions {
  /** @default 'default-scheduler' */
  readonly schedulerName?: string;
  /** Class of service to priority, for workloads that preempt; what is not named has 0. */
  readonly priorities?: Readonly<Record<string, number>>;
  /** What the object is called. @default the pod's name in the trace */
  readonly name?: string;
}

export function podObject(pod: TracePod, options: PodObjectOptions = {}): Pod {
  const requests = requestsOf(pod);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: options.name ?? pod.name, namespace: 'default', labels: {}, annotations: {} },
    spec: {
      nodeName: '',
      schedulerName: options.schedulerName ?? 'default-scheduler',
      priorityClassName: '',
      priority: options.priorities?.[pod.qos] ?? 0,
      preemptionPolicy: 'PreemptLowerPriority',
      containers: [{ name: 'task', image: 'task', ports: [], resources: { requests, limits: {} } }],
      initContainers: [],
      overhead: {},
      hostNetwork: false,
      nodeSelector: {},
      affinity: affinityOf(pod.models),
      tolerations: [],
      topologySpreadConstraints: [],
      schedulingGates: [],
      volumes: [],
      resourceClaims: [],
    },
    status: { phase: 'Pending', conditions: [], nominatedNodeName: '' },
  };
}

function requestsOf(demand: TraceDemand): Record<string, string> {
  const gpuMilli = totalGpuMilli(demand);
  return {
    cpu: `${demand.cpuMilli}m`,
    memory: `${demand.memoryMib}Mi`,
    ...(gpuMilli === 0 ? {} : { [gpuMilliResource]: String(gpuMilli) }),
  };
}

function affinityOf(models: readonly string[]): Affinity {
  if (models.length === 0) return {};
  const isOneOf = { key: gpuModelLabel, operator: 'In', values: models } as const;
  return {
    nodeAffinity: {
      required: { nodeSelectorTerms: [{ matchExpressions: [isOneOf], matchFields: [] }] },
      preferred: [],
    },
  };
}
