/** What owns pods (spreading goes by its selectors; pods are made from its template), and namespaces. */
import { z } from 'zod';
import { dnsLabel, labels, podCount, replicas, strictObject, wholeNumber } from '../fields.ts';
import { clusterMeta, namespacedMeta } from '../metadata.ts';
import type { Namespace, ObjectMeta } from '../objects.ts';
import { labelSelector } from '../selector.ts';
import { claimSpec } from './claim-spec.ts';
import type { KindDefinition } from './definition.ts';
import { podTemplate } from './pod.ts';

const replicaSetSpec = strictObject({ replicas, selector: labelSelector, template: podTemplate.exactOptional() }, [
  'minReadySeconds',
]);

/** Each pod gets a claim of its own per template. */
const claimTemplate = z
  .looseObject({ metadata: z.looseObject({ name: dnsLabel, labels: labels.default({}) }), spec: claimSpec })
  .transform(({ metadata, spec }) => ({ name: metadata.name, labels: metadata.labels, spec }));

const statefulSetSpec = strictObject(
  {
    replicas,
    selector: labelSelector,
    template: podTemplate.exactOptional(),
    volumeClaimTemplates: z.array(claimTemplate).default([]),
    ordinals: z.looseObject({ start: wholeNumber(0, 2 ** 31 - 1).default(0) }).prefault({}),
  },
  [
    'serviceName',
    'podManagementPolicy',
    'updateStrategy',
    'revisionHistoryLimit',
    'minReadySeconds',
    'persistentVolumeClaimRetentionPolicy',
  ],
);

interface Workload<Kind extends string, Spec> {
  readonly apiVersion: string;
  readonly kind: Kind;
  readonly metadata: ObjectMeta;
  readonly spec: Spec;
}

function workload<Kind extends string, Spec>(
  kind: Kind,
  apiVersions: readonly string[],
  spec: z.ZodType<Spec>,
): KindDefinition<Workload<Kind, Spec>> {
  const schema = strictObject({ apiVersion: z.string(), kind: z.literal(kind), metadata: namespacedMeta, spec }, [
    'status',
  ]).transform(
    (written): Workload<Kind, Spec> => ({
      apiVersion: written.apiVersion,
      kind,
      metadata: written.metadata,
      spec: written.spec,
    }),
  );
  return { kind, apiVersions, schema };
}

export type ReplicaSet = Workload<'ReplicaSet', z.output<typeof replicaSetSpec>>;
export const replicaSetKind = workload('ReplicaSet', ['apps/v1'], replicaSetSpec);

export type StatefulSet = Workload<'StatefulSet', z.output<typeof statefulSetSpec>>;
export const statefulSetKind = workload('StatefulSet', ['apps/v1'], statefulSetSpec);

/** Without a selector the labels of the template are one, as the API server has it. */
const controllerSpec = strictObject({ replicas, selector: labels.optional(), template: podTemplate.exactOptional() }, [
  'minReadySeconds',
]).transform(({ selector, ...spec }) => ({ ...spec, selector: selector ?? spec.template?.metadata.labels ?? {} }));
export type ReplicationController = Workload<'ReplicationController', z.output<typeof controllerSpec>>;
export const replicationControllerKind = workload('ReplicationController', ['v1'], controllerSpec);

const jobSpec = strictObject(
  {
    parallelism: replicas,
    completions: podCount.exactOptional(),
    suspend: z.boolean().default(false),
    template: podTemplate,
  },
  [
    'activeDeadlineSeconds',
    'podFailurePolicy',
    'successPolicy',
    'backoffLimit',
    'backoffLimitPerIndex',
    'maxFailedIndexes',
    'selector',
    'manualSelector',
    'ttlSecondsAfterFinished',
    'completionMode',
    'podReplacementPolicy',
    'managedBy',
    'scheduling',
  ],
);
export interface Job extends Workload<'Job', z.output<typeof jobSpec>> {
  /** It has succeeded or failed: no more pods are made. */
  readonly isFinished: boolean;
}

const jobStatus = z.looseObject({
  conditions: z.array(z.looseObject({ type: z.string(), status: z.string() })).default([]),
});

const jobSchema: z.ZodType<Job> = strictObject({
  apiVersion: z.string(),
  kind: z.literal('Job'),
  metadata: namespacedMeta,
  spec: jobSpec,
  status: jobStatus.prefault({}),
}).transform(({ status: { conditions }, ...job }) => ({
  ...job,
  isFinished: conditions.some(({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True'),
}));
export const jobKind: KindDefinition<Job> = { kind: 'Job', apiVersions: ['batch/v1'], schema: jobSchema };

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
