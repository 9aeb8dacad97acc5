/** Profiles: the default one most often, and every argument of every plugin now and then. */
import fc from 'fast-check';
import { defaultOptions, type ReferenceOptions } from '../reference/index.ts';
import type { ResourceWeight, ScoringStrategy, SpreadDefaults } from '../reference/options.ts';
import { defaultConstraints, nodeAffinity } from './affinity.ts';
import { gpu } from './pools.ts';
import { chance, few, maybe, optional, sometimes } from './some.ts';

const weighted = (names: readonly string[]): fc.Arbitrary<ResourceWeight[]> =>
  fc
    .tuple(
      fc.subarray([...names], { minLength: 1 }),
      fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 4, maxLength: 4 }),
    )
    .map(([chosen, weights]) => chosen.map((name, index) => ({ name, weight: weights[index] as number })));

const resources = weighted(['cpu', 'memory', gpu, 'ephemeral-storage']);

const shape = fc
  .uniqueArray(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 4 })
  .chain((utilizations) =>
    fc
      .array(fc.integer({ min: 0, max: 10 }), { minLength: utilizations.length, maxLength: utilizations.length })
      .map((scores) =>
        [...utilizations]
          .sort((left, right) => left - right)
          .map((utilization, index) => ({ utilization, score: scores[index] as number })),
      ),
  );

const scoringStrategy: fc.Arbitrary<ScoringStrategy> = fc.oneof(
  resources.map((chosen) => ({ type: 'LeastAllocated' as const, resources: chosen })),
  resources.map((chosen) => ({ type: 'MostAllocated' as const, resources: chosen })),
  fc
    .tuple(resources, shape)
    .map(([chosen, points]) => ({ type: 'RequestedToCapacityRatio' as const, resources: chosen, shape: points })),
);

const weights = fc.record({
  TaintToleration: fc.constantFrom(3, 1),
  NodeAffinity: fc.constantFrom(2, 10),
  NodeResourcesFit: fc.constantFrom(1, 5),
  PodTopologySpread: fc.constantFrom(2, 1),
  InterPodAffinity: fc.constantFrom(2, 7),
  NodeResourcesBalancedAllocation: fc.constantFrom(1, 2),
  ImageLocality: fc.constantFrom(1, 3),
});

const spreadDefaults: fc.Arbitrary<SpreadDefaults> = fc
  .oneof({ weight: 3, arbitrary: defaultConstraints }, { weight: 1, arbitrary: fc.constant([]) })
  .map((constraints) => ({ defaultingType: 'List', defaultConstraints: constraints }));

export const options: fc.Arbitrary<ReferenceOptions> = fc
  .record({
    compat: sometimes(50, fc.constant('1.34' as const), '1.36' as '1.34' | '1.36'),
    startIndex: fc.nat(20),
    weights: sometimes(15, weights, defaultOptions.weights),
    addedAffinity: maybe(8, nodeAffinity),
    scoringStrategy: sometimes(30, scoringStrategy, defaultOptions.scoringStrategy),
    ignoredResources: few(8, fc.constantFrom(gpu, 'hugepages-2Mi'), 1),
    ignoredResourceGroups: few(5, fc.constantFrom('example.com'), 1),
    balancedResources: sometimes(20, resources, defaultOptions.balancedResources as ResourceWeight[]),
    spreadDefaults: sometimes(20, spreadDefaults, defaultOptions.spreadDefaults),
    hardPodAffinityWeight: sometimes(25, fc.constantFrom(0, 5, 100), 1),
    ignorePreferredTermsOfExistingPods: chance(10),
    minCandidateNodesPercentage: sometimes(25, fc.constantFrom(0, 30, 100), 10),
    minCandidateNodesAbsolute: sometimes(35, fc.constantFrom(1, 2, 3), 100),
  })
  .map(({ addedAffinity, ...words }) => ({
    ...defaultOptions,
    ...words,
    ...optional('addedAffinity', addedAffinity),
  }));
