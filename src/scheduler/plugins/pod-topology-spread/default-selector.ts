/**
 * Which pods belong together by the Services that select them and the workload that owns them: what default
 * constraints spread. Source: plugins/helper/spread.go, DefaultSelector.
 */
import { compileLabelSelector } from '../../../api/label-selectors.ts';
import type {
  LabelSelector,
  LabelSelectorRequirement,
  Labels,
  OwnerReference,
  SelectingService,
} from '../../../api/objects.ts';
import { matchesLabels } from '../../../api/selector.ts';
import type { ClusterState } from '../../cluster/cluster-state.ts';
import type { ObjectTable } from '../../cluster/object-table.ts';
import type { PodShape } from '../../cluster/pod-info.ts';
import { anchorsOf, Matchmaker } from '../../indexes/matchmaker.ts';
import type { Selecting } from './constraints.ts';

const kinds = ['Service', 'ReplicationController', 'ReplicaSet', 'StatefulSet'] as const;

/** Only Services are looked for. */
type Services = Matchmaker<never, SelectingService>;

/** Remembers the selector of each shape until one of those objects changes. */
export class DefaultSelectors {
  readonly #objects: ObjectTable;
  #byShape = new WeakMap<PodShape, { readonly selecting: Selecting | undefined }>();
  /** By namespace. */
  readonly #services = new Map<string, Services>();

  constructor({ objects }: ClusterState) {
    this.#objects = objects;
    for (const service of objects.list('Service')) this.#add(service);
    objects.listen('Service', (before, after) => {
      if (before !== undefined) this.#servicesOf(before.metadata.namespace).removeSelecting(before);
      if (after !== undefined) this.#add(after);
    });
    for (const kind of kinds) {
      objects.listen(kind, () => {
        this.#byShape = new WeakMap();
      });
    }
  }

  /** Undefined where nothing selects or owns the pod. */
  of(shape: PodShape): Selecting | undefined {
    const known = this.#byShape.get(shape);
    if (known !== undefined) return known.selecting;
    const selecting = this.#make(shape);
    this.#byShape.set(shape, { selecting });
    return selecting;
  }

  #add(service: SelectingService): void {
    const { metadata, spec } = service;
    const anchors = anchorsOf({ matchLabels: spec.selector, matchExpressions: [] });
    this.#servicesOf(metadata.namespace).addSelecting(service, [anchors]);
  }

  #servicesOf(namespace = 'default'): Services {
    const known = this.#services.get(namespace);
    if (known !== undefined) return known;
    const services: Services = new Matchmaker();
    this.#services.set(namespace, services);
    return services;
  }

  #make({ labelSet: { namespace, labels }, controller }: PodShape): Selecting | undefined {
    const matchLabels: Record<string, string> = {};
    for (const { spec } of this.#servicesOf(namespace).selectingFor(labels)) {
      if (matchesLabels(spec.selector, labels)) Object.assign(matchLabels, spec.selector);
    }
    const owner = controller === undefined ? undefined : this.#ownerSelector(controller, namespace);
    Object.assign(matchLabels, owner?.merged ?? {});
    const matchExpressions = [...(owner?.added ?? [])];
    if (Object.keys(matchLabels).length === 0 && matchExpressions.length === 0) return undefined;
    const selector = { matchLabels, matchExpressions };
    return { selector: compileLabelSelector(selector), anchors: anchorsOf(selector) };
  }

  #ownerSelector(
    { apiVersion, kind, name }: OwnerReference,
    namespace: string,
  ): { readonly merged?: Labels; readonly added?: readonly LabelSelectorRequirement[] } | undefined {
    if (kind === 'ReplicationController' && apiVersion === 'v1') {
      const owner = this.#objects.get('ReplicationController', namespace, name);
      return owner === undefined ? undefined : { merged: owner.spec.selector };
    }
    if ((kind === 'ReplicaSet' || kind === 'StatefulSet') && apiVersion === 'apps/v1') {
      const owner = this.#objects.get(kind, namespace, name);
      return owner === undefined ? undefined : { added: requirementsOf(owner.spec.selector) };
    }
    return undefined;
  }
}

function requirementsOf({ matchLabels, matchExpressions }: LabelSelector): LabelSelectorRequirement[] {
  const equal = Object.entries(matchLabels).map(
    ([key, value]): LabelSelectorRequirement => ({ key, operator: 'In', values: [value] }),
  );
  return [...equal, ...matchExpressions];
}

export const defaultSelectors = (cluster: ClusterState): DefaultSelectors => new DefaultSelectors(cluster);
