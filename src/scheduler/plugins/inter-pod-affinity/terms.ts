/** Pod affinity terms. Source: kube-scheduler framework/types.go, AffinityTerm. */
import { type CompiledSelector, compileLabelSelector } from '../../../api/label-selectors.ts';
import type { PodAffinityTerm } from '../../../api/objects.ts';
import type { ObjectTable } from '../../cluster/object-table.ts';
import type { LabelSet } from '../../cluster/pod-info.ts';
import { type Anchors, anchorsOf } from '../../indexes/matchmaker.ts';
import type { PodSelection } from '../../indexes/pod-selection.ts';

export interface AffinityTerm {
  readonly topologyKey: string;
  /** Negative for preferred anti-affinity; 1 for required terms. */
  readonly weight: number;
  readonly namespaces: ReadonlySet<string>;
  readonly namespaceSelector: CompiledSelector;
  readonly selector: CompiledSelector;
  readonly anchors: Anchors;
  /** Equal for terms that match the same pods; topology key and weight are no part of it. */
  readonly key: string;
}

/** @param owner namespace of the pod that has the term */
export function affinityTerm(term: PodAffinityTerm, owner: string, weight: number): AffinityTerm {
  const isOwnOnly = term.namespaces.length === 0 && term.namespaceSelector === undefined;
  const namespaces = new Set(isOwnOnly ? [owner] : term.namespaces);
  const namespaceSelector = compileLabelSelector(term.namespaceSelector);
  const selector = compileLabelSelector(term.labelSelector);
  const named = namespaceSelector.isEmpty ? [] : [...namespaces].sort();
  return {
    topologyKey: term.topologyKey,
    weight,
    namespaces,
    namespaceSelector,
    selector,
    anchors: anchorsOf(term.labelSelector),
    key: JSON.stringify([named, namespaceSelector.key, selector.key]),
  };
}

/**
 * Whether the term of a pod that is to be placed matches a pod. Namespaces are those that there are; the empty
 * selector takes in all, known or not.
 */
export function matchesForIncoming(term: AffinityTerm, labels: LabelSet, objects: ObjectTable): boolean {
  return (
    (isNamed(term, labels) || isSelected(term, objects.get('Namespace', '', labels.namespace)?.metadata.labels)) &&
    term.selector.matches(labels.labels)
  );
}

/** Whether the term of a pod on a node matches a pod that is to be placed: an unknown namespace has no labels. */
export function matchesForExisting(term: AffinityTerm, labels: LabelSet, objects: ObjectTable): boolean {
  return (
    (isNamed(term, labels) ||
      isSelected(term, objects.get('Namespace', '', labels.namespace)?.metadata.labels ?? {})) &&
    term.selector.matches(labels.labels)
  );
}

/** Pods on nodes that match all of the terms of a pod that is to be placed. */
export function podsMatching(terms: readonly AffinityTerm[], objects: ObjectTable): PodSelection {
  const keys = new Set(terms.map(({ key }) => key));
  return {
    key: `matching ${[...keys].sort().join(' ')}`,
    anchors: terms.flatMap(({ anchors }) => anchors),
    readsNamespaces: terms.some(readsNamespaces),
    selects: (labels) => terms.every((term) => matchesForIncoming(term, labels, objects)),
  };
}

function readsNamespaces({ namespaceSelector }: AffinityTerm): boolean {
  return !namespaceSelector.isEmpty && namespaceSelector.key !== nothing;
}

const nothing = compileLabelSelector(undefined).key;

function isNamed({ namespaces, namespaceSelector }: AffinityTerm, { namespace }: LabelSet): boolean {
  return namespaces.has(namespace) || namespaceSelector.isEmpty;
}

function isSelected(
  { namespaceSelector }: AffinityTerm,
  labels: Readonly<Record<string, string>> | undefined,
): boolean {
  return labels !== undefined && namespaceSelector.matches(labels);
}
