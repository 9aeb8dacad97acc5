/** Selectors of pods, namespaces and nodes. */
import fc from 'fast-check';
import type {
  LabelSelector,
  LabelSelectorRequirement,
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
} from '../../../src/api/objects.ts';
import { app, apps, nodeNames, team, zone, zoneKey, zones } from './pools.ts';
import { few, sometimes } from './some.ts';

const podRequirement: fc.Arbitrary<LabelSelectorRequirement> = fc.oneof(
  app.map((value) => ({ key: 'app', operator: 'In' as const, values: [value, 'other'] })),
  app.map((value) => ({ key: 'app', operator: 'NotIn' as const, values: [value] })),
  fc.constant({ key: 'tier', operator: 'Exists' as const, values: [] }),
  fc.constant({ key: 'tier', operator: 'DoesNotExist' as const, values: [] }),
);

const everything: LabelSelector = { matchLabels: {}, matchExpressions: [] };

/** Never absent, seldom empty. */
export const podSelector: fc.Arbitrary<LabelSelector> = fc.oneof(
  { withCrossShrink: true },
  { weight: 6, arbitrary: app.map((value) => ({ matchLabels: { app: value }, matchExpressions: [] })) },
  { weight: 2, arbitrary: podRequirement.map((requirement) => ({ matchLabels: {}, matchExpressions: [requirement] })) },
  { weight: 1, arbitrary: fc.constant(everything) },
);

export const maybePodSelector: fc.Arbitrary<LabelSelector | undefined> = fc.oneof(
  { weight: 15, arbitrary: podSelector },
  { weight: 1, arbitrary: fc.constant(undefined) },
);

export const namespaceSelector: fc.Arbitrary<LabelSelector> = team.map((matchLabels) => ({
  matchLabels,
  matchExpressions: [],
}));

const expression: fc.Arbitrary<NodeSelectorRequirement> = fc.oneof(
  zone.map((value) => ({ key: zoneKey, operator: 'In' as const, values: [value] })),
  fc.constant({ key: zoneKey, operator: 'In' as const, values: zones.slice(0, 2) }),
  zone.map((value) => ({ key: zoneKey, operator: 'NotIn' as const, values: [value] })),
  fc.constantFrom('ssd', 'hdd').map((value) => ({ key: 'disk', operator: 'In' as const, values: [value] })),
  fc
    .constantFrom('Exists' as const, 'DoesNotExist' as const)
    .map((operator) => ({ key: 'rack', operator, values: [] })),
  fc
    .record({ operator: fc.constantFrom('Gt' as const, 'Lt' as const), value: fc.constantFrom('1', '2', '-1') })
    .map(({ operator, value }) => ({ key: 'generation', operator, values: [value] })),
);

const field: fc.Arbitrary<NodeSelectorRequirement> = fc
  .record({
    operator: sometimes(30, fc.constant('NotIn' as const), 'In' as 'In' | 'NotIn'),
    name: fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...nodeNames.slice(0, 6)) },
      { weight: 1, arbitrary: fc.constant('gone') },
    ),
  })
  .map(({ operator, name }) => ({ key: 'metadata.name', operator, values: [name] }));

export const nodeTerm: fc.Arbitrary<NodeSelectorTerm> = fc.oneof(
  { withCrossShrink: true },
  {
    weight: 5,
    arbitrary: fc.record({
      matchExpressions: fc.array(expression, { minLength: 1, maxLength: 2 }),
      matchFields: few(10, field, 1),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ matchExpressions: fc.constant([]), matchFields: fc.array(field, { maxLength: 2 }) }),
  },
);

export const nodeSelector: fc.Arbitrary<NodeSelector> = fc
  .array(nodeTerm, { minLength: 1, maxLength: 2 })
  .map((nodeSelectorTerms) => ({ nodeSelectorTerms }));

/** A label selector for Services and the like that is plain labels. */
export const plainSelector = fc.constantFrom(...apps.map((value) => ({ app: value })), { tier: 'x' }, {});
