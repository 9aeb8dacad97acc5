/**
 * Which pods belong together by the Services that select them and the workload that owns them: what default
 * constraints spread. Source: plugins/helper/spread.go, DefaultSelector.
 */
import { type CompiledSelector, compileLabelSelector } from '../../../api/label-selectors.ts';
import type { LabelSelector, LabelSelectorRequirement, Labels, OwnerReference } from '../../../api/objects.ts';
import { matchesLabels } from '../../../api/selector.ts';
import type { ClusterState } from '../../cluster/cluster-state.ts';
import type { ObjectTable } from '../../cluster/object-table.ts';
import type { PodShape } from '../../cluster/pod-info.ts';

const kinds = ['Service', 'ReplicationController', 'ReplicaSet', 'StatefulSet'] as const;

/** Remembers the selector of each shape until one of those objects changes. */
export class DefaultSelectors {
  readonly #objects: ObjectTable;
  #byShape = new WeakMap<PodShape, { readonly selector: CompiledSelector | undefined }>();
  /** Selectors by name of the Service, by namespace. */
  readonly #services = new Map<string, Map<string, Labels>>();

  constructor({ objects }: ClusterState) {
    this.#objects = objects;
    for (const { metadata, spec } of objects.list('Service')) {
      this.#ofNamespace(metadata.namespace).set(metadata.name, spec.selector);
    }
    objects.listen('Service', (before, after) => {
      if (after !== undefined)
        this.#ofNamespace(after.metadata.namespace).set(after.metadata.name, after.spec.selector);
      else if (before !== undefined) this.#ofNamespace(before.metadata.namespace).delete(before.metadata.name);
    });
    for (const kind of kinds) {
      objects.listen(kind, () => {
        this.#byShape = new WeakMap();
      });
    }
  }

  /** Undefined where nothing selects or owns the pod. */
  of(shape: PodShape): CompiledSelector | undefined {
    const known = this.#byShape.get(shape);
    if (known !== undefined) return known.selector;
    const selector = this.#make(shape);
    this.#byShape.set(shape, { selector });
    return selector;
  }

  #ofNamespace(namespace = 'default'): Map<string, Labels> {
    const known = this.#services.get(namespace);
    if (known !== undefined) return known;
    const selectors = new Map<string, Labels>();
    this.#services.set(namespace, selectors);
    return selectors;
  }

  #make({ labelSet: { namespace, labels }, controller }: PodShape): CompiledSelector | undefined {
    const matchLabels: Record<string, string> = {};
    for (const selector of this.#ofNamespace(namespace).values()) {
      if (matchesLabels(selector, labels)) Object.assign(matchLabels, selector);
    }
    const owner = controller === undefined ? undefined : this.#ownerSelector(controller, namespace);
    Object.assign(matchLabels, owner?.merged ?? {});
    const matchExpressions = [...(owner?.added ?? [])];
    if (Object.keys(matchLabels).length === 0 && matchExpressions.length === 0) return undefined;
    return compileLabelSelector({ matchLabels, matchExpressions });
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
