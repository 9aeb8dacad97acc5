/** Workloads that own pods, and namespaces: whose selectors and labels spreading and affinity go by. */
import { z } from 'zod';
import { labels, strictObject, wholeNumber } from '../fields.ts';
import { clusterMeta, namespacedMeta } from '../metadata.ts';
import type { Namespace, ObjectMeta } from '../objects.ts';
import { labelSelector } from '../selector.ts';
import type { KindDefinition } from './definition.ts';
import { podTemplate } from './pod.ts';

const maxReplicas = 1_000_000;

const workloadSpec = z.looseObject({
  replicas: wholeNumber(0, maxReplicas).default(1),
  selector: labelSelector,
  template: podTemplate.exactOptional(),
});

type Workload<Kind extends string, Spec> = {
  readonly apiVersion: string;
  readonly kind: Kind;
  readonly metadata: ObjectMeta;
  readonly spec: Spec;
};

function workload<Kind extends string, Spec>(
  kind: Kind,
  apiVersions: readonly string[],
  spec: z.ZodType<Spec>,
): KindDefinition<Workload<Kind, Spec>> {
  const schema = strictObject({ apiVersion: z.string(), kind: z.literal(kind), metadata: namespacedMeta, spec }, [
    'status',
  ]);
  return { kind, apiVersions, schema: schema as unknown as z.ZodType<Workload<Kind, Spec>> };
}

export type ReplicaSet = Workload<'ReplicaSet', z.output<typeof workloadSpec>>;
export const replicaSetKind = workload('ReplicaSet', ['apps/v1'], workloadSpec);

export type StatefulSet = Workload<'StatefulSet', z.output<typeof workloadSpec>>;
export const statefulSetKind = workload('StatefulSet', ['apps/v1'], workloadSpec);

const controllerSpec = z.looseObject({
  replicas: wholeNumber(0, maxReplicas).default(1),
  selector: labels.default({}),
  template: podTemplate.exactOptional(),
});
export type ReplicationController = Workload<'ReplicationController', z.output<typeof controllerSpec>>;
export const replicationControllerKind = workload('ReplicationController', ['v1'], controllerSpec);

const jobSpec = z.looseObject({
  parallelism: wholeNumber(0, maxReplicas).default(1),
  completions: wholeNumber(0, maxReplicas).exactOptional(),
  template: podTemplate,
});
export type Job = Workload<'Job', z.output<typeof jobSpec>>;
export const jobKind = workload('Job', ['batch/v1'], jobSpec);

const namespaceSchema: z.ZodType<Namespace> = strictObject(
  { apiVersion: z.string(), kind: z.literal('Namespace'), metadata: clusterMeta },
  ['spec', 'status'],
).transform(({ apiVersion, kind, metadata }) => ({
  apiVersion,
  kind,
  // The API server labels each namespace with its own name.
  metadata: { ...metadata, labels: { 'kubernetes.io/metadata.name': metadata.name, ...metadata.labels } },
}));
export const namespaceKind: KindDefinition<Namespace> = {
  kind: 'Namespace',
  apiVersions: ['v1'],
  schema: namespaceSchema,
};
