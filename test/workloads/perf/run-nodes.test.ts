import assert from 'node:assert/strict';
import { configOf, objects, run } from './workloads.ts';

const collecting = '- opcode: createPods\n  count: 0\n  collectMetrics: true\n';
const nodes = async (fields: string, files = {}) => {
  const { target } = await run(configOf(`- opcode: createNodes\n${fields}${collecting}`), files);
  return { target, nodes: objects(target, 'Node') };
};
const nodeYaml = (metadata: string): string =>
  `apiVersion: v1\nkind: Node\nmetadata: {${metadata}}\nstatus: {capacity: {cpu: "8"}}\n`;

describe('createNodes', () => {
  it('makes nodes of 4 CPUs, 32 GiB and 110 pods, named after the operation, with their host name as a label', async () => {
    const made = (await nodes('  count: 2\n')).nodes;
    assert.deepEqual(
      made.map(({ status }) => status.allocatable),
      Array(2).fill({ cpu: '4', memory: '32Gi', pods: '110' }),
    );
    for (const { metadata } of made) {
      assert.match(metadata.name, /^node-0-[0-9a-z]{5}$/);
      assert.deepEqual(metadata.labels, { 'kubernetes.io/hostname': metadata.name });
    }
    assert.equal(new Set(made.map(({ metadata }) => metadata.uid)).size, 2);
  });

  it('makes nodes from a template, each with its index', async () => {
    const files = { 'node.yaml': nodeYaml('name: "n-{{.Index}}-of-{{.Count}}-{{.zone}}"') };
    const made = await nodes('  count: 2\n  nodeTemplatePath: node.yaml\n  templateParams: {zone: a}\n', files);
    assert.deepEqual(
      made.nodes.map(({ metadata, status }) => [metadata.name, status.allocatable.cpu]),
      [
        ['n-0-of-2-a', '8'],
        ['n-1-of-2-a', '8'],
      ],
    );
  });

  it('gives labels in turn, or one of its own to each', async () => {
    const inTurn = await nodes('  count: 5\n  labelNodePrepareStrategy: {labelKey: zone, labelValues: [a, b]}\n');
    assert.deepEqual(
      inTurn.nodes.map(({ metadata }) => metadata.labels.zone),
      ['a', 'b', 'a', 'b', 'a'],
    );
    const unique = await nodes('  count: 3\n  uniqueNodeLabelStrategy: {labelKey: id}\n');
    assert.equal(new Set(unique.nodes.map(({ metadata }) => metadata.labels.id)).size, 3);
  });

  it('gives further resources, and a CSINode with the limits of drivers', async () => {
    const strategy =
      '  nodeAllocatableStrategy:\n    nodeAllocatable: {attachable-volumes-csi-x: 39}\n    csiNodeAllocatable: {x: {count: 39}, y: {}}\n    migratedPlugins: [kubernetes.io/aws-ebs, b]\n';
    const { nodes: made, target } = await nodes(`  count: 1\n${strategy}`);
    assert.deepEqual(made[0]?.status.allocatable, {
      cpu: '4',
      memory: '32Gi',
      pods: '110',
      'attachable-volumes-csi-x': '39',
    });
    const [csi] = objects(target, 'CSINode');
    assert.equal(csi?.metadata.name, made[0]?.metadata.name);
    assert.equal(csi?.metadata.annotations['storage.alpha.kubernetes.io/migrated-plugins'], 'kubernetes.io/aws-ebs,b');
    assert.deepEqual(
      csi?.spec.drivers.map(({ name, allocatable }) => [name, allocatable?.count]),
      [
        ['x', 39],
        ['y', undefined],
      ],
    );
  });

  it('refuses a name that is taken, and a template that is no node', async () => {
    const taken = nodes('  count: 2\n  nodeTemplatePath: node.yaml\n', { 'node.yaml': nodeYaml('name: same') });
    await assert.rejects(
      taken,
      /^PerfError: topic\/performance-config\.yaml:3: createNodes: Node same already exists: give the template a generateName/,
    );
    const other = nodes('  count: 1\n  nodeTemplatePath: node.yaml\n', {
      'node.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n',
    });
    await assert.rejects(other, /topic\/node\.yaml holds a Namespace; this operation takes a Node/);
  });

  it('refuses a template that is not there, naming the operation', async () => {
    await assert.rejects(
      nodes('  count: 1\n  nodeTemplatePath: gone.yaml\n'),
      /performance-config\.yaml:3:5: createNodes: template cannot be read: no such file \(got topic\/gone\.yaml\)/,
    );
  });
});

describe('createNamespaces', () => {
  it('numbers the names, labels each with its own name and takes further labels from a template', async () => {
    const files = { 'ns.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {labels: {team: devops}}\n' };
    const { target } = await run(
      configOf(`- opcode: createNamespaces\n  prefix: ns\n  count: 2\n  namespaceTemplatePath: ns.yaml\n${collecting}`),
      files,
    );
    const made = objects(target, 'Namespace').filter(({ metadata }) => metadata.name.startsWith('ns-'));
    assert.deepEqual(
      made.map(({ metadata }) => metadata.labels),
      [0, 1].map((place) => ({ team: 'devops', 'kubernetes.io/metadata.name': `ns-${place}` })),
    );
  });

  it('leaves a namespace that is there as it is', async () => {
    const twice = '- opcode: createNamespaces\n  prefix: ns\n  count: 1\n'.repeat(2);
    const { target } = await run(configOf(twice + collecting));
    assert.equal(objects(target, 'Namespace').filter(({ metadata }) => metadata.name === 'ns-0').length, 1);
  });
});
