/** What the pods of a shape demand and prefer of other pods. */
import type { PodAffinity } from '../../../api/objects.ts';
import type { PodShape } from '../../cluster/pod-info.ts';
import { perShape } from '../support/per-shape.ts';
import { type AffinityTerm, affinityTerm } from './terms.ts';

export interface ShapeTerms {
  /** Equal for shapes with the same terms; empty for one without. */
  readonly key: string;
  readonly requiredAffinity: readonly AffinityTerm[];
  readonly requiredAntiAffinity: readonly AffinityTerm[];
  /** With their weights; those of anti-affinity are negative. */
  readonly preferred: readonly AffinityTerm[];
}

const noTerms: ShapeTerms = { key: '', requiredAffinity: [], requiredAntiAffinity: [], preferred: [] };

export function shapeTerms(shape: PodShape): ShapeTerms {
  const { podAffinity, podAntiAffinity } = shape.spec.affinity;
  return podAffinity === undefined && podAntiAffinity === undefined ? noTerms : remembered(shape);
}

const remembered = perShape(({ spec, labelSet }: PodShape): ShapeTerms => {
  const { podAffinity, podAntiAffinity } = spec.affinity;
  const required = (affinity: PodAffinity | undefined): AffinityTerm[] =>
    (affinity?.required ?? []).map((term) => affinityTerm(term, labelSet.namespace, 1));
  const preferred = (affinity: PodAffinity | undefined, sign: 1 | -1): AffinityTerm[] =>
    (affinity?.preferred ?? []).map(({ weight, podAffinityTerm }) =>
      affinityTerm(podAffinityTerm, labelSet.namespace, sign * weight),
    );
  const terms = {
    requiredAffinity: required(podAffinity),
    requiredAntiAffinity: required(podAntiAffinity),
    preferred: [...preferred(podAffinity, 1), ...preferred(podAntiAffinity, -1)],
  };
  const lists = Object.values(terms).map((list) =>
    list.map(({ key, topologyKey, weight }) => [key, topologyKey, weight]),
  );
  return { ...terms, key: lists.every(({ length }) => length === 0) ? '' : JSON.stringify(lists) };
});
