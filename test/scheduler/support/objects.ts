/** Nodes and pods for tests, from as few words as a test needs. */
import type {
  Container,
  ContainerPort,
  Labels,
  Node,
  ObjectMeta,
  Pod,
  PodSpec,
  PodStatus,
  ResourceList,
  Taint,
  TaintEffect,
  Toleration,
} from '../../../src/api/objects.ts';

export interface NodeWords {
  readonly name?: string;
  readonly labels?: Labels;
  readonly annotations?: Labels;
  readonly cpu?: string;
  readonly memory?: string;
  readonly pods?: string;
  /** Other resources, or the same ones again. */
  readonly resources?: ResourceList;
  /** `key=value:Effect` or `key:Effect`. */
  readonly taints?: readonly string[];
  readonly unschedulable?: boolean;
  /** Size in bytes by name. */
  readonly images?: Readonly<Record<string, number>>;
  readonly declaredFeatures?: readonly string[];
}

/** A node with 4 cpus, 32 GiB and room for 110 pods, unless said otherwise. */
export function testNode(words: NodeWords = {}): Node {
  const { name = 'node', cpu = '4', memory = '32Gi', pods = '110' } = words;
  const allocatable = { cpu, memory, pods, ...words.resources };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: words.labels ?? {}, annotations: words.annotations ?? {} },
    spec: { unschedulable: words.unschedulable ?? false, taints: (words.taints ?? []).map(testTaint) },
    status: {
      capacity: allocatable,
      allocatable,
      images: Object.entries(words.images ?? {}).map(([image, sizeBytes]) => ({ names: [image], sizeBytes })),
      ...(words.declaredFeatures === undefined ? {} : { declaredFeatures: words.declaredFeatures }),
    },
  };
}

/** From `key=value:Effect` or `key:Effect`. */
export function testTaint(text: string): Taint {
  const parts = /^([^=:]*)(?:=([^:]*))?:(NoSchedule|PreferNoSchedule|NoExecute)$/.exec(text);
  if (parts === null) throw new Error(`'${text}' is no taint; write key=value:NoSchedule`);
  const [, key = '', value = '', effect] = parts;
  return { key, value, effect: effect as TaintEffect };
}

export function testToleration(words: Partial<Toleration> = {}): Toleration {
  return { key: '', operator: 'Equal', value: '', effect: '', ...words };
}

export interface ContainerWords {
  readonly name?: string;
  readonly image?: string;
  readonly requests?: ResourceList;
  readonly limits?: ResourceList;
  readonly ports?: readonly Partial<ContainerPort>[];
  readonly restartPolicy?: 'Always';
}

export function testContainer(words: ContainerWords = {}): Container {
  const { name = 'main', image = '', requests = {}, limits = {}, ports = [], restartPolicy } = words;
  return {
    name,
    image,
    ports: ports.map((port) => ({ containerPort: 80, hostPort: 0, hostIP: '', protocol: 'TCP', ...port })),
    resources: { requests: { ...limits, ...requests }, limits },
    ...(restartPolicy === undefined ? {} : { restartPolicy }),
  };
}

export interface PodWords {
  readonly name?: string;
  readonly namespace?: string;
  readonly labels?: Labels;
  /** Of the one container that a pod has unless `spec.containers` are given. */
  readonly requests?: ResourceList;
  readonly image?: string;
  readonly hostPorts?: readonly number[];
  readonly priority?: number;
  readonly nodeName?: string;
  readonly tolerations?: readonly Partial<Toleration>[];
  readonly nodeSelector?: Labels;
  readonly spec?: Partial<PodSpec>;
  readonly status?: Partial<PodStatus>;
  readonly metadata?: Partial<ObjectMeta>;
}

/** A pending pod that asks for nothing, unless said otherwise. */
export function testPod(words: PodWords = {}): Pod {
  const { name = 'pod', namespace = 'default', labels = {}, requests = {}, image = '', hostPorts = [] } = words;
  const ports = hostPorts.map((hostPort) => ({ hostPort }));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels, annotations: {}, ...words.metadata },
    spec: {
      nodeName: words.nodeName ?? '',
      schedulerName: 'default-scheduler',
      priorityClassName: '',
      priority: words.priority ?? 0,
      preemptionPolicy: 'PreemptLowerPriority',
      containers: [testContainer({ requests, image, ports })],
      initContainers: [],
      overhead: {},
      hostNetwork: false,
      nodeSelector: words.nodeSelector ?? {},
      affinity: {},
      tolerations: (words.tolerations ?? []).map(testToleration),
      topologySpreadConstraints: [],
      schedulingGates: [],
      volumes: [],
      resourceClaims: [],
      ...words.spec,
    },
    status: { phase: 'Pending', conditions: [], nominatedNodeName: '', ...words.status },
  };
}
