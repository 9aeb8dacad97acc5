/** Affinity terms, spread constraints and storage from few words, and decisions as text, for the reference's own tests. */
import type {
  CSIStorageCapacity,
  LabelSelector,
  Labels,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  ObjectMeta,
  PersistentVolume,
  PersistentVolumeClaim,
  PodAffinityTerm,
  StorageClass,
  TopologySpreadConstraint,
  Volume,
} from '../../../src/api/objects.ts';
import type { ScoringPluginName } from './options.ts';
import type { ReferenceDecision } from './schedule.ts';

export const selecting = (matchLabels: Labels): LabelSelector => ({ matchLabels, matchExpressions: [] });

export const podTerm = (words: Partial<PodAffinityTerm> = {}): PodAffinityTerm => ({
  topologyKey: 'kubernetes.io/hostname',
  namespaces: [],
  matchLabelKeys: [],
  mismatchLabelKeys: [],
  ...words,
});

export const requirement = (
  key: string,
  operator: NodeSelectorRequirement['operator'],
  ...values: readonly string[]
): NodeSelectorRequirement => ({ key, operator, values });

export const nodeTerm = (words: Partial<NodeSelectorTerm>): NodeSelectorTerm => ({
  matchExpressions: [],
  matchFields: [],
  ...words,
});

export const spreadConstraint = (words: Partial<TopologySpreadConstraint> = {}): TopologySpreadConstraint => ({
  maxSkew: 1,
  topologyKey: 'zone',
  whenUnsatisfiable: 'DoNotSchedule',
  minDomains: 1,
  nodeAffinityPolicy: 'Honor',
  nodeTaintsPolicy: 'Ignore',
  matchLabelKeys: [],
  ...words,
});

const meta = (name: string, words: Partial<ObjectMeta> = {}): ObjectMeta => ({
  name,
  labels: {},
  annotations: {},
  ...words,
});

export const claimVolume = (claimName: string): Volume => ({
  name: claimName,
  source: { kind: 'persistentVolumeClaim', claimName, readOnly: false },
});

export interface ClaimWords {
  readonly name: string;
  readonly size?: string;
  readonly storageClassName?: string;
  /** Bound to this volume, by the volume controller. */
  readonly boundTo?: string;
  readonly spec?: Partial<PersistentVolumeClaim['spec']>;
  readonly status?: PersistentVolumeClaim['status'];
  readonly metadata?: Partial<ObjectMeta>;
}

export function claimOf(words: ClaimWords): PersistentVolumeClaim {
  const { name, size = '1Gi', storageClassName = '', boundTo } = words;
  const annotations: Labels = boundTo === undefined ? {} : { 'pv.kubernetes.io/bind-completed': 'yes' };
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: meta(name, { namespace: 'default', annotations, ...words.metadata }),
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: size } },
      volumeName: boundTo ?? '',
      storageClassName,
      volumeMode: 'Filesystem',
      ...words.spec,
    },
    status: words.status ?? { phase: boundTo === undefined ? 'Pending' : 'Bound' },
  };
}

export interface VolumeWords {
  readonly name: string;
  readonly size?: string;
  readonly labels?: Labels;
  /** A node must have these labels. */
  readonly reachableFrom?: Labels;
  readonly spec?: Partial<PersistentVolume['spec']>;
  readonly status?: PersistentVolume['status'];
}

export function volumeOf(words: VolumeWords): PersistentVolume {
  const { name, size = '1Gi', labels = {}, reachableFrom } = words;
  const matchExpressions = Object.entries(reachableFrom ?? {}).map(([key, value]) => requirement(key, 'In', value));
  const required = { nodeSelectorTerms: [nodeTerm({ matchExpressions })] };
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: meta(name, { labels }),
    spec: {
      capacity: { storage: size },
      accessModes: ['ReadWriteOnce'],
      storageClassName: '',
      volumeMode: 'Filesystem',
      source: { kind: 'csi', driver: 'csi.example.com', volumeHandle: name },
      ...(reachableFrom === undefined ? {} : { nodeAffinity: { required } }),
      ...words.spec,
    },
    status: words.status ?? { phase: 'Available' },
  };
}

export const storageClassOf = (name: string, words: Partial<StorageClass> = {}): StorageClass => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: meta(name),
  provisioner: 'csi.example.com',
  volumeBindingMode: 'WaitForFirstConsumer',
  allowedTopologies: [],
  ...words,
});

export const capacityOf = (name: string, words: Partial<CSIStorageCapacity>): CSIStorageCapacity => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'CSIStorageCapacity',
  metadata: meta(name, { namespace: 'default' }),
  storageClassName: 'wait',
  ...words,
});

/** `code: reasons` of each node that refuses the pod. */
export function refusals({ verdicts }: ReferenceDecision): Record<string, string> {
  const entries = [...verdicts].flatMap(([name, rejection]) =>
    rejection === undefined ? [] : [[name, `${rejection.code}: ${rejection.reasons.join(', ')}`] as const],
  );
  return Object.fromEntries(entries);
}

/** Raw and normalised scores of one plugin in the order of the feasible nodes; `undefined` if it skipped. */
export function scoresOf(
  { scores }: ReferenceDecision,
  plugin: ScoringPluginName,
): { raw: readonly number[]; normalized: readonly number[] } | undefined {
  const found = scores?.byPlugin.get(plugin);
  return found === undefined ? undefined : { raw: found.raw, normalized: found.normalized };
}
