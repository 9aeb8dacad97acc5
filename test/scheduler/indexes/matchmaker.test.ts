import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compileLabelSelector } from '../../../src/api/label-selectors.ts';
import type { LabelSelector, Labels } from '../../../src/api/objects.ts';
import { anchorsOf, Matchmaker } from '../../../src/scheduler/indexes/matchmaker.ts';

const value = fc.constantFrom('1', '2', '3');
const labels: fc.Arbitrary<Labels> = fc.dictionary(fc.constantFrom('a', 'b', 'c'), value);
const expression = fc.oneof(
  fc.record({ key: fc.constantFrom('a', 'b'), operator: fc.constant('In' as const), values: fc.uniqueArray(value) }),
  fc.record({ key: fc.constantFrom('a', 'b'), operator: fc.constant('NotIn' as const), values: fc.uniqueArray(value) }),
  fc.record({ key: fc.constantFrom('a', 'b'), operator: fc.constant('Exists' as const), values: fc.constant([]) }),
);
const selector: fc.Arbitrary<LabelSelector | undefined> = fc.option(
  fc.record({
    matchLabels: fc.dictionary(fc.constantFrom('a', 'b', 'c'), value, { maxKeys: 2 }),
    matchExpressions: fc.array(expression, { maxLength: 2 }),
  }),
  { nil: undefined, freq: 9 },
);

interface Labelled {
  readonly labels: Labels;
}
interface Selecting {
  readonly selectors: readonly (LabelSelector | undefined)[];
}

const matches = ({ labels: own }: Labelled, { selectors }: Selecting): boolean =>
  selectors.some((one) => compileLabelSelector(one).matches(own));

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ type: fc.constant('labelled' as const), labels }) },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('selecting' as const),
      selectors: fc.array(selector, { minLength: 1, maxLength: 2 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('gone' as const), pick: fc.nat(100), isLabelled: fc.boolean() }),
  },
);

describe('a matchmaker', () => {
  it('finds everything that matches, and nothing that is gone', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40, size: 'max' }), (steps) => {
        const matchmaker = new Matchmaker<Labelled, Selecting>();
        const labelled: Labelled[] = [];
        const selecting: Selecting[] = [];
        const anchors = ({ selectors }: Selecting) => selectors.map(anchorsOf);
        for (const each of steps) {
          if (each.type === 'labelled') {
            labelled.push(each);
            matchmaker.addLabelled(each, each.labels);
          } else if (each.type === 'selecting') {
            selecting.push(each);
            matchmaker.addSelecting(each, anchors(each));
          } else if (each.isLabelled) {
            const [gone] = labelled.splice(each.pick % Math.max(1, labelled.length), 1);
            if (gone !== undefined) matchmaker.removeLabelled(gone);
          } else {
            const [gone] = selecting.splice(each.pick % Math.max(1, selecting.length), 1);
            if (gone !== undefined) matchmaker.removeSelecting(gone);
          }
          for (const one of labelled) {
            const found = matchmaker.selectingFor(one.labels);
            for (const other of selecting) if (matches(one, other)) assert.ok(found.has(other));
            for (const other of found) assert.ok(selecting.includes(other));
          }
          for (const one of selecting) {
            const found = matchmaker.labelledFor(anchors(one));
            for (const other of labelled) if (matches(other, one)) assert.ok(found.has(other));
            for (const other of found) assert.ok(labelled.includes(other));
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('goes by the label that tells the most apart', () => {
    const matchmaker = new Matchmaker<string, string>();
    for (let place = 0; place < 100; place += 1) matchmaker.addLabelled(`p${place}`, { team: 'x', app: `${place}` });
    const anchors = anchorsOf({ matchLabels: { team: 'x', app: '7' }, matchExpressions: [] });
    assert.deepEqual([...matchmaker.labelledFor([anchors])], ['p7']);
  });

  it('finds nothing for a selector that selects nothing', () => {
    const matchmaker = new Matchmaker<string, string>();
    matchmaker.addLabelled('pod', {});
    assert.equal(matchmaker.labelledFor([anchorsOf(undefined)]).size, 0);
    matchmaker.addSelecting('nobody', [anchorsOf(undefined)]);
    assert.equal(matchmaker.selectingFor({ '': '' }).size, 0);
  });
});
