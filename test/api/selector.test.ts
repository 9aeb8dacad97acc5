import assert from 'node:assert/strict';
import { matchesLabels, matchesSelector } from '../../src/api/index.ts';
import { labelSelector } from '../../src/api/selector.ts';

const labels = { app: 'web', tier: 'front' };

it("a Service's selector needs every pair, and an empty one selects nothing", () => {
  assert.equal(matchesLabels({ app: 'web' }, labels), true);
  assert.equal(matchesLabels({ app: 'web', tier: 'back' }, labels), false);
  assert.equal(matchesLabels({ zone: 'a' }, labels), false);
  assert.equal(matchesLabels({}, labels), false);
});

describe("a workload's selector", () => {
  const matches = (selector: unknown): boolean => matchesSelector(labelSelector.parse(selector), labels);
  const expression = (operator: string, key: string, values?: string[]): boolean =>
    matches({ matchExpressions: [{ key, operator, ...(values === undefined ? {} : { values }) }] });

  it('selects everything when it is empty', () => assert.equal(matches({}), true));
  it('needs all of matchLabels', () => {
    assert.equal(matches({ matchLabels: { app: 'web', tier: 'front' } }), true);
    assert.equal(matches({ matchLabels: { app: 'web', tier: 'back' } }), false);
  });
  it('needs all of matchExpressions', () => {
    assert.equal(expression('In', 'app', ['api', 'web']), true);
    assert.equal(expression('In', 'zone', ['a']), false);
    assert.equal(expression('NotIn', 'app', ['web']), false);
    assert.equal(expression('NotIn', 'zone', ['a']), true);
    assert.equal(expression('Exists', 'app'), true);
    assert.equal(expression('Exists', 'zone'), false);
    assert.equal(expression('DoesNotExist', 'app'), false);
    assert.equal(expression('DoesNotExist', 'zone'), true);
  });
  it('is refused when its values do not fit the operator', () => {
    const parse = (operator: string, values: string[]) =>
      labelSelector.safeParse({ matchExpressions: [{ key: 'a', operator, values }] }).success;
    assert.equal(parse('In', []), false);
    assert.equal(parse('Exists', ['x']), false);
  });
});
