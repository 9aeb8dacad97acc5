import assert from 'node:assert/strict';
import { configOf, objects, onePod, podYaml, run } from './workloads.ts';

const node = '- opcode: createNodes\n  count: 1\n';
const collecting = '- opcode: createPods\n  count: 0\n  collectMetrics: true\n';
const service =
  'apiVersion: v1\nkind: Service\nmetadata: {name: "svc-{{.Index}}"}\nspec: {selector: {app: x}, ports: [{port: 80}]}\n';
const nodeYaml = (fields: string): string => `apiVersion: v1\nkind: Node\nmetadata: {name: "n-{{.Index}}"}\n${fields}`;
const any = (fields: string): string => configOf(`- opcode: createAny\n${fields}${collecting}`);

describe('createAny', () => {
  it('makes as many objects as it says, each with its index, in a namespace that it makes too', async () => {
    const { target } = await run(any('  templatePath: a.yaml\n  namespace: ns\n  count: 2\n'), { 'a.yaml': service });
    assert.deepEqual(
      objects(target, 'Service').map(({ metadata }) => [metadata.namespace, metadata.name]),
      [
        ['ns', 'svc-0'],
        ['ns', 'svc-1'],
      ],
    );
    assert(objects(target, 'Namespace').some(({ metadata }) => metadata.name === 'ns'));
  });

  it('makes one where it does not say how many, of kinds without namespaces too', async () => {
    const { target } = await run(any('  templatePath: a.yaml\n'), {
      'a.yaml': nodeYaml('status: {capacity: {cpu: "1"}}\n'),
    });
    assert.deepEqual(
      objects(target, 'Node').map(({ metadata }) => [metadata.name, metadata.namespace]),
      [['n-0', undefined]],
    );
  });

  it('makes namespaces too, also where they are there already', async () => {
    const yaml = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: team, labels: {team: devops}}\n';
    const { target } = await run(any('  templatePath: a.yaml\n  count: 2\n'), { 'a.yaml': yaml });
    const made = objects(target, 'Namespace').filter(({ metadata }) => metadata.name === 'team');
    assert.deepEqual(
      made.map(({ metadata }) => metadata.labels),
      [{ team: 'devops', 'kubernetes.io/metadata.name': 'team' }],
    );
  });

  it('counts the pods that it makes', async () => {
    const { result } = await run(any('  templatePath: a.yaml\n  namespace: ns\n  count: 3\n'), { 'a.yaml': podYaml() });
    assert.deepEqual(result.pods, { created: 3, bound: 0, pending: 3, deleted: 0 });
  });

  it('refuses a namespace for a kind without, and a kind that needs one without', async () => {
    await assert.rejects(
      run(any('  templatePath: a.yaml\n'), { 'a.yaml': service }),
      /topic\/a\.yaml holds a Service, which belongs to a namespace: give the operation a namespace/,
    );
    await assert.rejects(
      run(any('  templatePath: a.yaml\n  namespace: ns\n'), { 'a.yaml': nodeYaml('') }),
      /holds a Node, which belongs to no namespace: take the operation's namespace out/,
    );
  });
});

const created = `${node}- opcode: createPods\n  count: 1\n  namespace: ns\n  podTemplatePath: pod.yaml\n`;
const update = (fields: string): string => `- opcode: updateAny\n${fields}`;

describe('updateAny', () => {
  it('puts the template in place of the object of its name, which keeps its identity and its node', async () => {
    const files = {
      'pod.yaml': podYaml('name: pod'),
      'new.yaml': podYaml('name: pod, labels: {a: b}').replace('100m', '1m'),
    };
    const { target, result } = await run(
      configOf(created + update('  templatePath: new.yaml\n  namespace: ns\n') + collecting),
      files,
    );
    const pod = onePod(target, 'ns');
    assert.deepEqual(pod.metadata.labels, { a: 'b' });
    assert.notEqual(pod.spec.nodeName, '');
    assert.equal(pod.spec.containers[0]?.resources.requests.cpu, '1m');
    assert.deepEqual(result.pods, { created: 1, bound: 1, pending: 0, deleted: 0 });
  });

  it('leaves a node the label with its host name', async () => {
    const files = {
      'a.yaml': nodeYaml('status: {capacity: {cpu: "1"}}\n'),
      'b.yaml': nodeYaml('status: {capacity: {cpu: "2"}}\n'),
    };
    const operations = `- opcode: createNodes\n  count: 2\n  nodeTemplatePath: a.yaml\n${update('  templatePath: b.yaml\n  count: 2\n')}`;
    const { target } = await run(configOf(operations + collecting), files);
    const found = objects(target, 'Node').map(({ metadata, status }) => [
      metadata.labels['kubernetes.io/hostname'],
      status.allocatable.cpu,
    ]);
    assert.deepEqual(found, [
      ['n-0', '2'],
      ['n-1', '2'],
    ]);
  });

  it('keeps to its rate, and waits for the last one', async () => {
    const files = { 'a.yaml': service };
    const operations = `- opcode: createAny\n  templatePath: a.yaml\n  namespace: ns\n  count: 5\n${update('  templatePath: a.yaml\n  namespace: ns\n  count: 5\n  updatePerSecond: 100\n')}`;
    const { target } = await run(configOf(operations + collecting), files);
    assert.equal(target.clock.nowMs(), 50);
  });

  it('refuses what does not exist, at once or at a rate', async () => {
    for (const rate of ['', '  updatePerSecond: 10\n']) {
      await assert.rejects(
        run(configOf(update(`  templatePath: a.yaml\n  namespace: ns\n${rate}`) + collecting), { 'a.yaml': service }),
        /updateAny: Service ns\/svc-0 does not exist/,
      );
    }
  });
});
