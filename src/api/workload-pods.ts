/** The pods that workloads stand for, as their controllers would make them. Pure. */
import type { Deployment } from './kinds/deployment.ts';
import type { Job, ReplicaSet, ReplicationController, StatefulSet } from './kinds/owners.ts';
import { withOwnLabels } from './kinds/pod/match-label-keys.ts';
import type { Labels, OwnerReference, Pod, PodSpec, ReplicaSet as SchedulingReplicaSet } from './objects.ts';

export type Workload = Deployment | ReplicaSet | StatefulSet | ReplicationController | Job;

export interface WorkloadPods {
  readonly pods: readonly Pod[];
  /** What stands between a Deployment and its pods. */
  readonly replicaSet?: SchedulingReplicaSet;
}

/** One spec and one set of labels for all pods: who schedules them sees at once that they are alike. */
export function podsOfWorkload(workload: Workload): WorkloadPods {
  switch (workload.kind) {
    case 'Deployment':
      return deploymentPods(workload);
    case 'Job': {
      const { parallelism, completions = parallelism, template } = workload.spec;
      return { pods: podsOf(workload, Math.min(parallelism, completions), template) };
    }
    default: {
      const { replicas, template } = workload.spec;
      return { pods: template === undefined ? [] : podsOf(workload, replicas, template) };
    }
  }
}

interface Template {
  readonly metadata: { readonly labels: Labels; readonly annotations: Labels };
  readonly spec: PodSpec;
}

function deploymentPods({ metadata, spec }: Deployment): WorkloadPods {
  const { namespace, name } = metadata;
  const replicaSet: SchedulingReplicaSet = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { namespace, name, labels: spec.template.metadata.labels, annotations: {} },
    spec: { selector: spec.selector },
  };
  return { pods: podsOf(replicaSet, spec.replicas, spec.template), replicaSet };
}

interface Owner {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

function podsOf({ apiVersion, kind, metadata }: Owner, count: number, template: Template): Pod[] {
  const { namespace = 'default', name: owner } = metadata;
  const { labels, annotations } = template.metadata;
  const spec = { ...template.spec, affinity: withOwnLabels(template.spec.affinity, labels) };
  const ownerReferences: OwnerReference[] = [{ apiVersion, kind, name: owner, controller: true }];
  return Array.from({ length: count }, (_, place): Pod => {
    const name = `${owner}-${place}`;
    return {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace, uid: `${namespace}/${name}`, labels, annotations, ownerReferences },
      spec,
      status: { phase: 'Pending', conditions: [], nominatedNodeName: '' },
    };
  });
}
