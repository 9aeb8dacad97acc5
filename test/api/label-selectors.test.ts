import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compileLabelSelector, compileNodeSelector, compileNodeSelectorTerm } from '../../src/api/label-selectors.ts';
import type {
  LabelSelector,
  LabelSelectorRequirement,
  Labels,
  NodeSelectorRequirement,
  NodeSelectorTerm,
} from '../../src/api/objects.ts';

const select = (matchLabels: Labels, ...matchExpressions: LabelSelectorRequirement[]): LabelSelector => ({
  matchLabels,
  matchExpressions,
});
const term = (...matchExpressions: NodeSelectorRequirement[]): NodeSelectorTerm => ({
  matchExpressions,
  matchFields: [],
});

describe('a label selector', () => {
  it('selects everything when it is empty, and nothing when it is absent', () => {
    assert.equal(compileLabelSelector(select({})).matches({}), true);
    assert.equal(compileLabelSelector(select({})).isEmpty, true);
    assert.equal(compileLabelSelector(undefined).matches({ a: 'b' }), false);
    assert.equal(compileLabelSelector(undefined).isEmpty, false);
    assert.notEqual(compileLabelSelector(undefined).key, compileLabelSelector(select({})).key);
  });

  it('is not taken in by keys that every object has', () => {
    const exists = select({}, { key: 'constructor', operator: 'Exists', values: [] });
    assert.equal(compileLabelSelector(exists).matches({}), false);
    assert.equal(compileLabelSelector(exists).matches({ constructor: 'x' }), true);
  });

  it('has the same key in whatever order and form it is written', () => {
    const inOrder = select({ a: '1' }, { key: 'b', operator: 'In', values: ['2', '3'] });
    const other = select(
      {},
      { key: 'b', operator: 'In', values: ['3', '2'] },
      { key: 'a', operator: 'In', values: ['1'] },
      { key: 'a', operator: 'In', values: ['1'] },
    );
    assert.equal(compileLabelSelector(inOrder).key, compileLabelSelector(other).key);
    assert.notEqual(compileLabelSelector(inOrder).key, compileLabelSelector(select({ a: '1' })).key);
  });
});

const key = fc.constantFrom('a', 'b', 'c');
const value = fc.constantFrom('1', '2', '10', 'x');
const labels: fc.Arbitrary<Labels> = fc.dictionary(key, value);
const requirement: fc.Arbitrary<LabelSelectorRequirement> = fc
  .record({
    key,
    operator: fc.constantFrom('In' as const, 'NotIn' as const, 'Exists' as const, 'DoesNotExist' as const),
    values: fc.uniqueArray(value, { minLength: 1, maxLength: 3 }),
  })
  .map((one) => (one.operator === 'In' || one.operator === 'NotIn' ? one : { ...one, values: [] }));

/** The API's own words: what each operator asks of a label. */
function holds({ key, operator, values }: LabelSelectorRequirement, labels: Labels): boolean {
  const found = labels[key];
  switch (operator) {
    case 'In':
      return found !== undefined && values.includes(found);
    case 'NotIn':
      return found === undefined || !values.includes(found);
    case 'Exists':
      return found !== undefined;
    case 'DoesNotExist':
      return found === undefined;
  }
}

it('a compiled selector selects what all its requirements hold for', () => {
  fc.assert(
    fc.property(labels, fc.array(requirement, { maxLength: 3 }), labels, (matchLabels, expressions, candidate) => {
      const expected =
        Object.entries(matchLabels).every(([name, wanted]) => candidate[name] === wanted) &&
        expressions.every((one) => holds(one, candidate));
      assert.equal(compileLabelSelector(select(matchLabels, ...expressions)).matches(candidate), expected);
    }),
  );
});

it('selectors of one key select the same', () => {
  const selector = fc.tuple(fc.dictionary(key, value, { maxKeys: 1 }), fc.array(requirement, { maxLength: 2 }));
  fc.assert(
    fc.property(selector, selector, labels, ([labelsA, a], [labelsB, b], candidate) => {
      const [one, other] = [compileLabelSelector(select(labelsA, ...a)), compileLabelSelector(select(labelsB, ...b))];
      fc.pre(one.key === other.key);
      assert.equal(one.matches(candidate), other.matches(candidate));
    }),
    { numRuns: 200 },
  );
});

describe('a node selector term', () => {
  const matches = (operator: 'Gt' | 'Lt', bound: string, found?: string): boolean =>
    compileNodeSelectorTerm(term({ key: 'n', operator, values: [bound] })).matches(
      found === undefined ? {} : { n: found },
      'node',
    );

  it('compares whole numbers', () => {
    assert.equal(matches('Gt', '9', '10'), true);
    assert.equal(matches('Gt', '10', '10'), false);
    assert.equal(matches('Lt', '-9', '-10'), true);
    assert.equal(matches('Lt', '9223372036854775807', '9223372036854775806'), true);
    assert.equal(matches('Gt', '+5', '6'), true);
  });

  it('does not match what is not a whole number of 64 bits, or is not there', () => {
    assert.equal(matches('Gt', '1', 'two'), false);
    assert.equal(matches('Gt', '1', '1.5'), false);
    assert.equal(matches('Gt', '1', ''), false);
    assert.equal(matches('Gt', '1'), false);
    assert.equal(matches('Lt', '1'), false);
    assert.equal(matches('Gt', 'one', '5'), false);
    assert.equal(matches('Gt', '1', '9223372036854775808'), false);
  });

  it('matches the name of a node', () => {
    const named = (operator: 'In' | 'NotIn'): NodeSelectorTerm => ({
      matchExpressions: [],
      matchFields: [{ key: 'metadata.name', operator, values: ['one'] }],
    });
    assert.equal(compileNodeSelectorTerm(named('In')).matches({}, 'one'), true);
    assert.equal(compileNodeSelectorTerm(named('In')).matches({}, 'two'), false);
    assert.equal(compileNodeSelectorTerm(named('NotIn')).matches({}, 'two'), true);
  });

  it('asks for its labels and its fields together', () => {
    const both = compileNodeSelectorTerm({
      matchExpressions: [{ key: 'a', operator: 'Exists', values: [] }],
      matchFields: [{ key: 'metadata.name', operator: 'In', values: ['one'] }],
    });
    assert.equal(both.matches({ a: '' }, 'one'), true);
    assert.equal(both.matches({}, 'one'), false);
    assert.equal(both.matches({ a: '' }, 'two'), false);
  });

  it('without requirements selects no node', () => {
    assert.equal(compileNodeSelectorTerm(term()).matches({ a: 'b' }, 'one'), false);
  });
});

describe('a node selector', () => {
  const a = term({ key: 'a', operator: 'Exists', values: [] });
  const b = term({ key: 'b', operator: 'Exists', values: [] });
  it('selects by any of its terms', () => {
    const either = compileNodeSelector({ nodeSelectorTerms: [a, b] });
    assert.equal(either.matches({ b: '' }, 'one'), true);
    assert.equal(either.matches({ c: '' }, 'one'), false);
  });
  it('without terms selects no node', () => {
    assert.equal(compileNodeSelector({ nodeSelectorTerms: [] }).matches({ a: '' }, 'one'), false);
  });
  it('has the same key for its terms in any order', () => {
    const keys = [
      [a, b],
      [b, a, b],
    ].map((nodeSelectorTerms) => compileNodeSelector({ nodeSelectorTerms }).key);
    assert.equal(keys[0], keys[1]);
  });
});
