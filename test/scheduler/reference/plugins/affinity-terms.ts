/**
 * Which pods an affinity term speaks of. `matchLabelKeys` and `mismatchLabelKeys` are not looked at: the API server
 * has put them into the selector when the pod was made, and what it wrote stays, whatever becomes of the labels.
 */
import type { Labels, Pod, PodAffinityTerm } from '../../../../src/api/objects.ts';
import { findObject, namespaceOf, objectsOf, type ReferenceCluster } from '../cluster.ts';
import { selectorOf } from '../labels.ts';

/** The waiting pod's own terms: their namespace selector chooses among the namespaces that there are. */
export function ownTermMatches(cluster: ReferenceCluster, owner: Pod, term: PodAffinityTerm, other: Pod): boolean {
  if (!selectorOf(term.labelSelector).matches(other.metadata.labels)) return false;
  const namespace = namespaceOf(other);
  if (namesNamespace(owner, term, namespace)) return true;
  const selector = selectorOf(term.namespaceSelector);
  if (selector.isEmpty) return true;
  return objectsOf(cluster, 'Namespace').some(
    ({ metadata }) => metadata.name === namespace && selector.matches(metadata.labels),
  );
}

/** A running pod's terms, asked about the waiting pod: a namespace that is not known has no labels. */
export function theirTermMatches(cluster: ReferenceCluster, owner: Pod, term: PodAffinityTerm, waiting: Pod): boolean {
  if (!selectorOf(term.labelSelector).matches(waiting.metadata.labels)) return false;
  const namespace = namespaceOf(waiting);
  if (namesNamespace(owner, term, namespace)) return true;
  return selectorOf(term.namespaceSelector).matches(labelsOfNamespace(cluster, namespace));
}

/** Without any word on namespaces the owner's own is meant. */
function namesNamespace(owner: Pod, { namespaces, namespaceSelector }: PodAffinityTerm, namespace: string): boolean {
  if (namespaces.length === 0 && namespaceSelector === undefined) {
    return namespaceOf(owner) === namespace;
  }
  return namespaces.includes(namespace);
}

function labelsOfNamespace(cluster: ReferenceCluster, namespace: string): Labels {
  return findObject(cluster, 'Namespace', '', namespace)?.metadata.labels ?? {};
}

export const requiredAffinity = ({ spec }: Pod): readonly PodAffinityTerm[] =>
  spec.affinity.podAffinity?.required ?? [];
export const requiredAntiAffinity = ({ spec }: Pod): readonly PodAffinityTerm[] =>
  spec.affinity.podAntiAffinity?.required ?? [];
