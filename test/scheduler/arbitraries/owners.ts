/** Namespaces, Services, controllers and disruption budgets. */
import fc from 'fast-check';
import type {
  LabelSelector,
  Labels,
  Namespace,
  ObjectMeta,
  PodDisruptionBudget,
  ReplicaSet,
  ReplicationController,
  SelectingService,
  StatefulSet,
} from '../../../src/api/objects.ts';
import type { OtherObject } from '../reference/index.ts';
import { namespace, namespaces, team } from './pools.ts';
import { plainSelector, podSelector } from './selectors.ts';
import { few, maybe, optional, sometimes } from './some.ts';

const meta = (name: string, namespaceName?: string, labels: Labels = {}): ObjectMeta => ({
  name,
  labels,
  annotations: {},
  ...optional('namespace', namespaceName),
});

/** A namespace whose labels are absent does not exist, though there are pods in it. */
const namespaceObjects: fc.Arbitrary<Namespace[]> = fc.tuple(...namespaces.map(() => maybe(85, team))).map((labels) =>
  labels.flatMap((own, index) => {
    if (own === undefined) return [];
    return [
      { apiVersion: 'v1', kind: 'Namespace' as const, metadata: meta(namespaces[index] as string, undefined, own) },
    ];
  }),
);

const mostlyDefault = sometimes(20, namespace, 'default' as const);

export const service: fc.Arbitrary<SelectingService> = fc
  .record({ name: fc.constantFrom('s0', 's1', 's2'), where: mostlyDefault, selector: plainSelector })
  .map(({ name, where, selector }) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: meta(name, where),
    spec: { selector },
  }));

/** Each kind of controller that pods can be owned by, of the one name that they know. */
const controllers: fc.Arbitrary<OtherObject[]> = fc
  .record({
    where: mostlyDefault,
    set: maybe(60, podSelector),
    stateful: maybe(40, podSelector),
    replication: maybe(40, plainSelector),
  })
  .map(({ where, set, stateful, replication }) => [
    ...(set === undefined ? [] : [replicaSet(where, set)]),
    ...(stateful === undefined ? [] : [statefulSet(where, stateful)]),
    ...(replication === undefined ? [] : [replicationController(where, replication)]),
  ]);

const replicaSet = (where: string, selector: LabelSelector): ReplicaSet => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: meta('set', where),
  spec: { selector },
});
const statefulSet = (where: string, selector: LabelSelector): StatefulSet => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: meta('set', where),
  spec: { selector },
});
const replicationController = (where: string, selector: Labels): ReplicationController => ({
  apiVersion: 'v1',
  kind: 'ReplicationController',
  metadata: meta('set', where),
  spec: { selector },
});

const budget: fc.Arbitrary<PodDisruptionBudget> = fc
  .record({
    name: fc.constantFrom('b0', 'b1'),
    where: mostlyDefault,
    selector: maybe(93, podSelector),
    disruptionsAllowed: fc.constantFrom(0, 0, 1, 2),
    disrupted: few(
      12,
      fc.nat(9).map((index) => `p${index}`),
    ),
  })
  .map(({ name, where, selector, disruptionsAllowed, disrupted }) => ({
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: meta(name, where),
    spec: { ...optional('selector', selector) },
    status: {
      disruptionsAllowed,
      disruptedPods: Object.fromEntries(disrupted.map((pod) => [pod, '2026-01-01T00:00:00Z'])),
    },
  }));

const keyOf = ({ metadata }: OtherObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;

export const ownerObjects: fc.Arbitrary<OtherObject[]> = fc
  .tuple(
    namespaceObjects,
    sometimes<SelectingService[]>(45, fc.uniqueArray(service, { selector: keyOf, minLength: 1, maxLength: 2 }), []),
    sometimes<OtherObject[]>(40, controllers, []),
    sometimes<PodDisruptionBudget[]>(50, fc.uniqueArray(budget, { selector: keyOf, minLength: 1, maxLength: 2 }), []),
  )
  .map((lists) => lists.flat());
