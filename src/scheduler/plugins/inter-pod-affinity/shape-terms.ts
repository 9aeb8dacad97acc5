/** What the pods of a shape demand and prefer of other pods. */
import type { PodAffinity } from '../../../api/objects.ts';
import type { PodShape } from '../../cluster/pod-info.ts';
import { type AffinityTerm, affinityTerm } from './terms.ts';

export interface ShapeTerms {
  readonly requiredAffinity: readonly AffinityTerm[];
  readonly requiredAntiAffinity: readonly AffinityTerm[];
  /** With their weights; those of anti-affinity are negative. */
  readonly preferred: readonly AffinityTerm[];
  readonly hasPreferred: boolean;
}

export function shapeTerms({ spec, labelSet }: PodShape): ShapeTerms {
  const { podAffinity, podAntiAffinity } = spec.affinity;
  const required = (affinity: PodAffinity | undefined): AffinityTerm[] =>
    (affinity?.required ?? []).map((term) => affinityTerm(term, labelSet.namespace, 1));
  const preferred = (affinity: PodAffinity | undefined, sign: 1 | -1): AffinityTerm[] =>
    (affinity?.preferred ?? []).map(({ weight, podAffinityTerm }) =>
      affinityTerm(podAffinityTerm, labelSet.namespace, sign * weight),
    );
  const wanted = preferred(podAffinity, 1);
  const unwanted = preferred(podAntiAffinity, -1);
  return {
    requiredAffinity: required(podAffinity),
    requiredAntiAffinity: required(podAntiAffinity),
    preferred: [...wanted, ...unwanted].filter(({ weight }) => weight !== 0),
    hasPreferred: wanted.length + unwanted.length > 0,
  };
}
