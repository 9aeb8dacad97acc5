import assert from 'node:assert/strict';
import { InputError } from '../../../src/api/index.ts';
import { compileTemplate, readTemplateObject } from '../../../src/workloads/perf/index.ts';
import { ObjectTemplate } from '../../../src/workloads/perf/objects/object-template.ts';
import { withPlainKeys } from '../../../src/workloads/perf/objects/plain-keys.ts';
import { podYaml } from './workloads.ts';

const template = (text: string): ObjectTemplate =>
  new ObjectTemplate(compileTemplate('pod.yaml', text), readTemplateObject);
const data = (Index: number) => ({ Index, Count: 10 });

describe('A template of objects', () => {
  it('without actions is read once and gives the same object each time', () => {
    const pods = template(podYaml());
    assert.equal(pods.make(data(0)).object, pods.make(data(1)).object);
    assert.deepEqual([pods.make(data(0)).name, pods.make(data(0)).namePrefix], [undefined, 'pod-']);
  });

  it('shares what is the same from one index to the next: spec and labels, not the name', () => {
    const pods = template(podYaml('name: "pod-{{.Index}}", labels: {a: b}'));
    const [first, second] = [pods.make(data(0)), pods.make(data(1))];
    assert.deepEqual([first.name, second.name], ['pod-0', 'pod-1']);
    assert(first.object.kind === 'Pod' && second.object.kind === 'Pod');
    assert.equal(first.object.spec, second.object.spec);
    assert.equal(first.object.metadata.labels, second.object.metadata.labels);
  });

  it('does not share what differs', () => {
    const pods = template(podYaml('name: a', '  nodeSelector: {zone: "{{Mod .Index 2}}"}'));
    const [first, second] = [pods.make(data(0)).object, pods.make(data(1)).object];
    assert(first.kind === 'Pod' && second.kind === 'Pod');
    assert.deepEqual([first.spec.nodeSelector, second.spec.nodeSelector], [{ zone: '0' }, { zone: '1' }]);
  });

  it("takes fields in Go's spelling with a capital letter", () => {
    const constraint = '{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule, NodeTaintsPolicy: Honor}';
    const { object } = template(
      podYaml('name: a, labels: {Team: Devops}', `  topologySpreadConstraints: [${constraint}]`),
    ).make(data(0));
    assert(object.kind === 'Pod');
    assert.equal(object.spec.topologySpreadConstraints[0]?.nodeTaintsPolicy, 'Honor');
    assert.deepEqual(object.metadata.labels, { Team: 'Devops' });
  });

  const mistakes: readonly (readonly [string, string, RegExp])[] = [
    ['a wrong field, at its line', podYaml('name: a', '  priority: high'), /^pod\.yaml:\d+:13: spec\.priority: /],
    ['an unknown kind', 'apiVersion: v1\nkind: Pud\n', /^pod\.yaml:2:7: kind: is not a kind that scheduling reads/],
    ['two objects', `${podYaml()}\n---\n${podYaml()}`, /^pod\.yaml: one object is expected \(got 2 documents\)/],
    ['no object', '- a\n- b\n', /^pod\.yaml:/],
    ['no YAML once it is rendered', 'kind: {{"["}}\n', /\(in the text that is rendered for \{"Index":3,"Count":10\}\)/],
  ];
  for (const [what, text, expected] of mistakes) {
    it(`that is ${what} is refused`, () => {
      assert.throws(
        () => template(text).make(data(3)),
        (error) => error instanceof InputError && expected.test(error.message),
      );
    });
  }
});

describe('Keys in Go spelling', () => {
  it('get a small first letter, but for keys of mappings that are free', () => {
    const value = {
      Spec: [{ NodeSelector: { Zone: 'a' } }],
      Selector: { MatchLabels: { App: 'x' }, matchExpressions: [] },
    };
    assert.deepEqual(withPlainKeys(value), {
      spec: [{ nodeSelector: { Zone: 'a' } }],
      selector: { matchLabels: { App: 'x' }, matchExpressions: [] },
    });
  });

  it('that are as they should be leave the value itself', () => {
    const value = { spec: { selector: { App: 'x' }, list: [1, 'a', null] } };
    assert.equal(withPlainKeys(value), value);
  });
});
