/** When a pod that inter-pod affinity refused is worth another attempt. Source: plugins/interpodaffinity/plugin.go. */
import type { Node, Pod } from '../../../api/objects.ts';
import type { ClusterState } from '../../cluster/cluster-state.ts';
import type { LabelSet, PodInfo } from '../../cluster/pod-info.ts';
import type { ClusterEvent, ClusterEventInterest } from '../../framework/events.ts';
import { nodeChange, podChange } from '../support/event-objects.ts';
import { affinityIndexes } from './indexes.ts';
import { type AffinityTerm, affinityTerm, matchesForExisting, matchesForIncoming } from './terms.ts';

type Answer = 'queue' | 'skip';

export function affinityEvents(cluster: ClusterState): readonly ClusterEventInterest[] {
  const { termsOf } = cluster.part(affinityIndexes);
  const { objects } = cluster;
  const matchesAll = (terms: readonly AffinityTerm[], pod: Pod): boolean =>
    terms.length > 0 && terms.every((term) => matchesForIncoming(term, labelSetOf(pod), objects));
  const matchesAny = (terms: readonly AffinityTerm[], pod: Pod): boolean =>
    terms.some((term) => matchesForIncoming(term, labelSetOf(pod), objects));
  const keepsAway = (pod: Pod, info: PodInfo): boolean =>
    (pod.spec.affinity.podAntiAffinity?.required ?? []).some((term) =>
      matchesForExisting(affinityTerm(term, pod.metadata.namespace ?? 'default', 1), info.shape.labelSet, objects),
    );

  const podHint = (info: PodInfo, event: ClusterEvent): Answer => {
    const { before, after } = podChange(event);
    const { requiredAffinity, requiredAntiAffinity } = termsOf(info.shape);
    if (before !== undefined && after !== undefined) {
      // Its labels have changed: it may match now, or no longer stand in the way.
      if (!matchesAll(requiredAffinity, before) && matchesAll(requiredAffinity, after)) return 'queue';
      return matchesAny(requiredAntiAffinity, before) && !matchesAny(requiredAntiAffinity, after) ? 'queue' : 'skip';
    }
    if (after !== undefined) return matchesAll(requiredAffinity, after) ? 'queue' : 'skip';
    if (before === undefined) return 'queue';
    return matchesAny(requiredAntiAffinity, before) || keepsAway(before, info) ? 'queue' : 'skip';
  };

  const nodeHint = (info: PodInfo, event: ClusterEvent): Answer => {
    const { before, after } = nodeChange(event);
    if (after === undefined) return 'skip';
    const { requiredAffinity, requiredAntiAffinity } = termsOf(info.shape);
    const hasNew = ({ topologyKey }: AffinityTerm): boolean => {
      const value = after.metadata.labels[topologyKey];
      return value !== undefined && value !== before?.metadata.labels[topologyKey];
    };
    if (before === undefined) {
      return requiredAffinity.length === 0 || requiredAffinity.every(hasNew) || requiredAntiAffinity.some(hasNew)
        ? 'queue'
        : 'skip';
    }
    const lost = ({ topologyKey }: AffinityTerm): boolean => hasLabelChanged(before, after, topologyKey);
    return requiredAffinity.some(hasNew) || requiredAntiAffinity.some(lost) || requiredAffinity.length === 0
      ? 'queue'
      : 'skip';
  };

  return [
    { resource: 'AssignedPod', actions: ['add', 'update', 'delete'], hint: podHint },
    { resource: 'Node', actions: ['add', 'update-labels'], hint: nodeHint },
  ];
}

function hasLabelChanged(before: Node, after: Node, key: string): boolean {
  return before.metadata.labels[key] !== after.metadata.labels[key];
}

function labelSetOf({ metadata }: Pod): LabelSet {
  return { id: -1, namespace: metadata.namespace ?? 'default', labels: metadata.labels };
}
