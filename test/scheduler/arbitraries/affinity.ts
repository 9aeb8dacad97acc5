/** Affinity of pods to nodes and to each other, and spread constraints. */
import fc from 'fast-check';
import type {
  Affinity,
  LabelSelectorRequirement,
  Labels,
  NodeAffinity,
  PodAffinity,
  PodAffinityTerm,
  TopologySpreadConstraint,
} from '../../../src/api/objects.ts';
import { namespace, topologyKey } from './pools.ts';
import { maybePodSelector, namespaceSelector, nodeSelector, nodeTerm } from './selectors.ts';
import { few, maybe, optional, sometimes } from './some.ts';

export const nodeAffinity: fc.Arbitrary<NodeAffinity> = fc
  .record({
    required: maybe(50, nodeSelector),
    preferred: few(75, fc.record({ weight: fc.constantFrom(1, 10, 100), preference: nodeTerm })),
  })
  .map(({ required, preferred }) => ({ preferred, ...optional('required', required) }));

const labelKey = fc.constantFrom('version', 'tier');

const podTerm: fc.Arbitrary<PodAffinityTerm> = fc
  .record({
    labelSelector: maybePodSelector,
    topologyKey,
    namespaces: few(20, namespace),
    namespaceSelector: maybe(15, namespaceSelector),
    matchLabelKeys: few(10, labelKey, 1),
    mismatchLabelKeys: few(7, fc.constant('app'), 1),
  })
  .map(({ labelSelector, namespaceSelector: ofNamespace, ...term }) => ({
    ...term,
    ...optional('labelSelector', labelSelector),
    ...optional('namespaceSelector', ofNamespace),
  }));

const podAffinity: fc.Arbitrary<PodAffinity> = fc.record({
  required: few(60, podTerm),
  preferred: few(60, fc.record({ weight: fc.constantFrom(1, 7, 29, 100), podAffinityTerm: podTerm })),
});

/** How often each kind comes, in percent. */
export interface AffinityRates {
  readonly nodeAffinity: number;
  readonly podAffinity: number;
  readonly podAntiAffinity: number;
}

export const affinity = (rates: AffinityRates): fc.Arbitrary<Affinity> =>
  fc
    .record({
      nodeAffinity: maybe(rates.nodeAffinity, nodeAffinity),
      podAffinity: maybe(rates.podAffinity, podAffinity),
      podAntiAffinity: maybe(rates.podAntiAffinity, podAffinity),
    })
    .map((parts) => ({
      ...optional('nodeAffinity', parts.nodeAffinity),
      ...optional('podAffinity', parts.podAffinity),
      ...optional('podAntiAffinity', parts.podAntiAffinity),
    }));

/** What the API server makes of the label keys of a term when the pod is made. */
export function withMergedKeys(
  { podAffinity: near, podAntiAffinity: far, ...rest }: Affinity,
  labels: Labels,
): Affinity {
  const merge = ({ required, preferred }: PodAffinity): PodAffinity => ({
    required: required.map((term) => mergedTerm(term, labels)),
    preferred: preferred.map(({ weight, podAffinityTerm }) => ({
      weight,
      podAffinityTerm: mergedTerm(podAffinityTerm, labels),
    })),
  });
  return {
    ...rest,
    ...optional('podAffinity', near === undefined ? undefined : merge(near)),
    ...optional('podAntiAffinity', far === undefined ? undefined : merge(far)),
  };
}

function mergedTerm(term: PodAffinityTerm, labels: Labels): PodAffinityTerm {
  const { labelSelector, matchLabelKeys, mismatchLabelKeys } = term;
  if (labelSelector === undefined) return { ...term, matchLabelKeys: [], mismatchLabelKeys: [] };
  const added = [...requirements(matchLabelKeys, 'In', labels), ...requirements(mismatchLabelKeys, 'NotIn', labels)];
  return {
    ...term,
    labelSelector: { ...labelSelector, matchExpressions: [...labelSelector.matchExpressions, ...added] },
  };
}

function requirements(keys: readonly string[], operator: 'In' | 'NotIn', labels: Labels): LabelSelectorRequirement[] {
  return keys.flatMap((key) => {
    const value = labels[key];
    return value === undefined ? [] : [{ key, operator, values: [value] }];
  });
}

const constraint: fc.Arbitrary<TopologySpreadConstraint> = fc
  .record({
    maxSkew: fc.constantFrom(1, 1, 2, 3),
    topologyKey,
    whenUnsatisfiable: fc.constantFrom('DoNotSchedule' as const, 'ScheduleAnyway' as const),
    labelSelector: maybePodSelector,
    minDomains: fc.constantFrom(1, 1, 1, 2, 3),
    nodeAffinityPolicy: sometimes(25, fc.constant('Ignore' as const), 'Honor' as 'Honor' | 'Ignore'),
    nodeTaintsPolicy: sometimes(35, fc.constant('Honor' as const), 'Ignore' as 'Honor' | 'Ignore'),
    matchLabelKeys: few(20, labelKey, 1),
  })
  .map(({ labelSelector, minDomains, ...rest }) => ({
    ...rest,
    // Allowed only for constraints that must hold.
    minDomains: rest.whenUnsatisfiable === 'DoNotSchedule' ? minDomains : 1,
    ...optional('labelSelector', labelSelector),
  }));

/** The API server refuses two constraints of one key that both must hold, or both should. */
export const spreadConstraints: fc.Arbitrary<TopologySpreadConstraint[]> = fc.uniqueArray(constraint, {
  selector: ({ topologyKey: key, whenUnsatisfiable }) => `${key} ${whenUnsatisfiable}`,
  minLength: 1,
  maxLength: 2,
});

/** For a profile: without a selector of their own. */
export const defaultConstraints: fc.Arbitrary<TopologySpreadConstraint[]> = spreadConstraints.map((constraints) =>
  constraints.map(({ labelSelector: _, ...rest }) => ({ ...rest, matchLabelKeys: [] })),
);
