/** The pods that workloads stand for, as their controllers would make them. Pure. */
import type { Deployment } from './kinds/deployment.ts';
import type { Job, ReplicaSet, ReplicationController, StatefulSet } from './kinds/owners.ts';
import { withOwnLabels } from './kinds/pod/match-label-keys.ts';
import type {
  Labels,
  OwnerReference,
  PersistentVolumeClaim,
  Pod,
  PodSpec,
  ReplicaSet as SchedulingReplicaSet,
} from './objects.ts';

export type Workload = Deployment | ReplicaSet | StatefulSet | ReplicationController | Job;

export interface WorkloadPods {
  readonly pods: readonly Pod[];
  /** What stands between a Deployment and its pods. */
  readonly replicaSet?: SchedulingReplicaSet;
  /** One per pod and claim template of a StatefulSet. */
  readonly claims: readonly PersistentVolumeClaim[];
}

/**
 * Pods are called `NAME-0` and so on, where `name` is the workload's own unless another one is given (a StatefulSet
 * always uses its own). Pods of one workload share their spec: who schedules them sees at once that they are alike.
 */
export function podsOfWorkload(workload: Workload, name = workload.metadata.name): WorkloadPods {
  switch (workload.kind) {
    case 'Deployment':
      return deploymentPods(workload, name);
    case 'StatefulSet':
      return statefulSetPods(workload);
    case 'Job':
      return { pods: jobPods(workload, name), claims: [] };
    default: {
      const { replicas, template } = workload.spec;
      return { pods: template === undefined ? [] : podsOf(workload, replicas, template, { name }), claims: [] };
    }
  }
}

interface Template {
  readonly metadata: { readonly labels: Labels; readonly annotations: Labels };
  readonly spec: PodSpec;
}

function deploymentPods({ metadata, spec }: Deployment, podName: string): WorkloadPods {
  const { namespace, name } = metadata;
  const replicaSet: SchedulingReplicaSet = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name,
      namespace,
      uid: `ReplicaSet/${namespace}/${name}`,
      labels: spec.template.metadata.labels,
      annotations: {},
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name, controller: true }],
    },
    spec: { selector: spec.selector, replicas: spec.replicas },
  };
  return { pods: podsOf(replicaSet, spec.replicas, spec.template, { name: podName }), replicaSet, claims: [] };
}

function jobPods(job: Job, podName: string): Pod[] {
  const { parallelism, completions = parallelism, suspend, template } = job.spec;
  const { name } = job.metadata;
  const labels = { ...template.metadata.labels, 'batch.kubernetes.io/job-name': name, 'job-name': name };
  const labelled = { ...template, metadata: { ...template.metadata, labels } };
  const count = suspend || job.isFinished ? 0 : Math.min(parallelism, completions);
  return podsOf(job, count, labelled, { name: podName });
}

function statefulSetPods(set: StatefulSet): WorkloadPods {
  const { replicas, template, volumeClaimTemplates, ordinals } = set.spec;
  if (template === undefined) return { pods: [], claims: [] };
  const { namespace = 'default' } = set.metadata;
  const claims: PersistentVolumeClaim[] = [];
  const pods = podsOf(set, replicas, template, { first: ordinals.start }).map((pod, place): Pod => {
    const { name, labels } = pod.metadata;
    const ordinal = `${ordinals.start + place}`;
    const own = { 'apps.kubernetes.io/pod-index': ordinal, 'statefulset.kubernetes.io/pod-name': name };
    const metadata = { ...pod.metadata, labels: { ...labels, ...own } };
    if (volumeClaimTemplates.length === 0) return { ...pod, metadata };
    const volumes = volumeClaimTemplates.map((wanted) => {
      const claimName = `${wanted.name}-${name}`;
      claims.push({
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: claimName, namespace, labels: wanted.labels, annotations: {} },
        spec: wanted.spec,
        status: { phase: 'Pending' },
      });
      return { name: wanted.name, source: { kind: 'persistentVolumeClaim', claimName, readOnly: false } } as const;
    });
    // A template's volume takes the place of one of the same name.
    const others = pod.spec.volumes.filter((volume) => !volumes.some(({ name: own }) => own === volume.name));
    return { ...pod, metadata, spec: { ...pod.spec, volumes: [...others, ...volumes] } };
  });
  return { pods, claims };
}

interface Owner {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly uid?: string };
}

interface Naming {
  readonly name?: string;
  readonly first?: number;
}

function podsOf(
  { apiVersion, kind, metadata }: Owner,
  count: number,
  template: Template,
  { name: podName = metadata.name, first = 0 }: Naming,
): Pod[] {
  const { namespace = 'default', name: owner, uid } = metadata;
  const { labels, annotations } = template.metadata;
  const spec = { ...template.spec, affinity: withOwnLabels(template.spec.affinity, labels) };
  const ownerReferences: OwnerReference[] = [
    { apiVersion, kind, name: owner, ...(uid === undefined ? {} : { uid }), controller: true },
  ];
  return Array.from({ length: count }, (_, place): Pod => {
    const name = `${podName}-${first + place}`;
    return {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace, uid: `${namespace}/${name}`, labels, annotations, ownerReferences },
      spec,
      status: { phase: 'Pending', conditions: [], nominatedNodeName: '' },
    };
  });
}
