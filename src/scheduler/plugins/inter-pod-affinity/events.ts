/** When a pod that inter-pod affinity refused is worth another attempt. Source: plugins/interpodaffinity/plugin.go. */
import type { Labels, Pod } from '../../../api/objects.ts';
import { type PodInfo, podKey } from '../../cluster/pod-info.ts';
import type { ClusterEvent, ClusterEventInterest } from '../../framework/events.ts';
import { nodeChange, podChange } from '../support/event-objects.ts';
import { shapeTerms } from './shape-terms.ts';
import { type AffinityTerm, affinityTerm } from './terms.ts';

type Hint = 'queue' | 'skip';

export function affinityEvents(): readonly ClusterEventInterest[] {
  return [
    { resource: 'AssignedPod', actions: ['add', 'update-labels', 'delete'], hint: afterPod },
    { resource: 'UnscheduledPod', actions: ['update-labels'], hint: afterOwnLabels },
    { resource: 'Node', actions: ['add', 'update-labels'], hint: afterNode },
  ];
}

function afterPod(info: PodInfo, event: ClusterEvent): Hint {
  const { before, after } = podChange(event);
  // A pod that was only promised a node has kept nobody away, and helped nobody.
  if (before?.spec.nodeName === '' || after?.spec.nodeName === '') return 'skip';
  const { requiredAffinity, requiredAntiAffinity } = shapeTerms(info.shape);
  if (before !== undefined && after !== undefined) {
    const wantsIt = !matchesAll(requiredAffinity, before) && matchesAll(requiredAffinity, after);
    const putsUpWithIt = matchesAll(requiredAntiAffinity, before) && !matchesAll(requiredAntiAffinity, after);
    return wantsIt || putsUpWithIt ? 'queue' : 'skip';
  }
  if (after !== undefined) return matchesAll(requiredAffinity, after) ? 'queue' : 'skip';
  if (before === undefined) return 'skip';
  return matchesAll(requiredAntiAffinity, before) || matchesAll(antiAffinityOf(before), info.pod) ? 'queue' : 'skip';
}

function afterOwnLabels({ key }: PodInfo, event: ClusterEvent): Hint {
  const { after } = podChange(event);
  return after !== undefined && podKey(after) === key ? 'queue' : 'skip';
}

function afterNode({ shape }: PodInfo, event: ClusterEvent): Hint {
  const { before, after } = nodeChange(event);
  if (after === undefined) return 'skip';
  const has = after.metadata.labels;
  const { requiredAffinity, requiredAntiAffinity } = shapeTerms(shape);
  if (before === undefined) {
    const gains = requiredAffinity.some(({ topologyKey }) => has[topologyKey] !== undefined);
    return gains || requiredAntiAffinity.length > 0 ? 'queue' : 'skip';
  }
  const had: Labels = before.metadata.labels;
  const gains = ({ topologyKey }: AffinityTerm): boolean =>
    has[topologyKey] !== undefined && has[topologyKey] !== had[topologyKey];
  const leaves = ({ topologyKey }: AffinityTerm): boolean =>
    had[topologyKey] !== undefined && has[topologyKey] !== had[topologyKey];
  return requiredAffinity.some(gains) || requiredAntiAffinity.some(leaves) ? 'queue' : 'skip';
}

/**
 * As kube-scheduler's hints ask: of all terms at once, where one of anti-affinity would be enough, and with nothing
 * known of the labels of namespaces.
 */
function matchesAll(terms: readonly AffinityTerm[], { metadata }: Pod): boolean {
  const { namespace = 'default', labels } = metadata;
  return (
    terms.length > 0 &&
    terms.every(
      ({ namespaces, namespaceSelector, selector }) =>
        (namespaces.has(namespace) || namespaceSelector.matches({})) && selector.matches(labels),
    )
  );
}

function antiAffinityOf({ metadata, spec }: Pod): readonly AffinityTerm[] {
  const required = spec.affinity.podAntiAffinity?.required ?? [];
  return required.map((term) => affinityTerm(term, metadata.namespace ?? 'default', 1));
}
