/** Affinity of few kinds, so that pods are in each other's way; for pods of the labels app and tier. */
import fc from 'fast-check';
import type { Affinity, LabelSelector, PodAffinity, PodAffinityTerm } from '../../../src/api/objects.ts';

const selector: fc.Arbitrary<LabelSelector> = fc.oneof(
  fc.constantFrom('web', 'db').map((app) => ({ matchLabels: { app }, matchExpressions: [] })),
  fc.constantFrom<LabelSelector>(
    { matchLabels: { tier: 'x' }, matchExpressions: [] },
    { matchLabels: {}, matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] },
    { matchLabels: {}, matchExpressions: [{ key: 'app', operator: 'In', values: ['web', 'db'] }] },
    { matchLabels: {}, matchExpressions: [] },
  ),
);

const namespaceSelector: fc.Arbitrary<LabelSelector> = fc.constantFrom<LabelSelector>(
  { matchLabels: { team: 'a' }, matchExpressions: [] },
  { matchLabels: {}, matchExpressions: [{ key: 'team', operator: 'DoesNotExist', values: [] }] },
  { matchLabels: {}, matchExpressions: [] },
);

const term: fc.Arbitrary<PodAffinityTerm> = fc
  .record({
    labelSelector: fc.option(selector, { nil: undefined, freq: 12 }),
    topologyKey: fc.constantFrom('zone', 'zone', 'hostname', 'rack'),
    namespaces: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.constant(['team-b']) }),
    namespaceSelector: fc.option(namespaceSelector, { nil: undefined, freq: 2 }),
  })
  .map(({ labelSelector, namespaceSelector: ofNamespaces, ...rest }) => ({
    ...rest,
    matchLabelKeys: [],
    mismatchLabelKeys: [],
    ...(labelSelector === undefined ? {} : { labelSelector }),
    ...(ofNamespaces === undefined ? {} : { namespaceSelector: ofNamespaces }),
  }));

const podAffinity: fc.Arbitrary<PodAffinity> = fc.record({
  required: fc.array(term, { maxLength: 2 }),
  preferred: fc.array(fc.record({ weight: fc.constantFrom(1, 10, 100), podAffinityTerm: term }), { maxLength: 2 }),
});

export const podAffinities: fc.Arbitrary<Affinity> = fc
  .record({ near: fc.option(podAffinity, { nil: undefined }), far: fc.option(podAffinity, { nil: undefined }) })
  .map(({ near, far }) => ({
    ...(near === undefined ? {} : { podAffinity: near }),
    ...(far === undefined ? {} : { podAntiAffinity: far }),
  }));
