/**
 * What admission makes of matchLabelKeys in pod affinity: the selector of a term then asks for (or excludes) the
 * values that the pod itself has. Source: pkg/registry/core/pod/strategy.go, applyMatchLabelKeysAndMismatchLabelKeys.
 */
import type { Affinity, LabelSelector, Labels, PodAffinity, PodAffinityTerm } from '../../objects.ts';

export function withOwnLabels(affinity: Affinity, labels: Labels): Affinity {
  return {
    ...affinity,
    ...(affinity.podAffinity === undefined ? {} : { podAffinity: termsWith(affinity.podAffinity, labels) }),
    ...(affinity.podAntiAffinity === undefined ? {} : { podAntiAffinity: termsWith(affinity.podAntiAffinity, labels) }),
  };
}

function termsWith({ required, preferred }: PodAffinity, labels: Labels): PodAffinity {
  return {
    required: required.map((term) => termWith(term, labels)),
    preferred: preferred.map(({ weight, podAffinityTerm }) => ({
      weight,
      podAffinityTerm: termWith(podAffinityTerm, labels),
    })),
  };
}

function termWith(term: PodAffinityTerm, labels: Labels): PodAffinityTerm {
  const { labelSelector, matchLabelKeys, mismatchLabelKeys } = term;
  if (labelSelector === undefined || matchLabelKeys.length + mismatchLabelKeys.length === 0) return term;
  return {
    ...term,
    labelSelector: extended(extended(labelSelector, matchLabelKeys, 'In', labels), mismatchLabelKeys, 'NotIn', labels),
  };
}

function extended(
  selector: LabelSelector,
  keys: readonly string[],
  operator: 'In' | 'NotIn',
  labels: Labels,
): LabelSelector {
  const added = keys.flatMap((key) => (labels[key] === undefined ? [] : [{ key, operator, values: [labels[key]] }]));
  // An object that came back from the API server has them already.
  const isThere = (text: string): boolean => selector.matchExpressions.some((own) => JSON.stringify(own) === text);
  const missing = added.filter((requirement) => !isThere(JSON.stringify(requirement)));
  return { ...selector, matchExpressions: [...selector.matchExpressions, ...missing] };
}
