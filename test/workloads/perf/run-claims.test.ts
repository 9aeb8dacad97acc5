import assert from 'node:assert/strict';
import type { ResourceClaim } from '../../../src/api/objects.ts';
import { FakeTarget } from './fake-target.ts';
import { configOf, objects, onePod, podYaml, run } from './workloads.ts';

const node = '- opcode: createNodes\n  count: 2\n  nodeTemplatePath: node.yaml\n';
const collecting = '- opcode: createPods\n  count: 0\n  collectMetrics: true\n';
const request = 'devices: {requests: [{name: req-0, exactly: {deviceClassName: test-class}}]}';
const files = {
  'node.yaml':
    'apiVersion: v1\nkind: Node\nmetadata: {name: "dra-{{.Index}}"}\nstatus: {capacity: {cpu: "4", pods: "110"}}\n',
  'claim.yaml': `apiVersion: resource.k8s.io/v1\nkind: ResourceClaim\nmetadata: {name: "claim-{{.Index}}"}\nspec: {${request}}\n`,
  'template.yaml': `apiVersion: resource.k8s.io/v1\nkind: ResourceClaimTemplate\nmetadata: {name: template}\nspec: {spec: {${request}}}\n`,
  'pod.yaml': podYaml('generateName: pod-', '  resourceClaims: [{name: gpu, resourceClaimTemplateName: template}]'),
};
const template = '- opcode: createAny\n  templatePath: template.yaml\n  namespace: ns\n';
const pods = '- opcode: createPods\n  count: 2\n  namespace: ns\n  podTemplatePath: pod.yaml\n';

/** What the scheduler writes on a claim that all pods share. */
function reservedForAllPods(target: FakeTarget): ResourceClaim['status'] {
  const reservedFor = objects(target, 'Pod').map(({ metadata: { name, uid = '' } }) => ({
    resource: 'pods',
    name,
    uid,
  }));
  return { allocation: { results: [] }, reservedFor };
}

describe('createResourceDriver', () => {
  it('gives devices to the nodes whose names match', async () => {
    const other = '- opcode: createNodes\n  count: 1\n';
    const driver = '- opcode: createResourceDriver\n  driverName: test\n  nodes: d?a-[0-9]*\n  maxClaimsPerNode: 3\n';
    const { target } = await run(configOf(node + other + driver + collecting), files);
    const slices = objects(target, 'ResourceSlice');
    assert.deepEqual(
      slices.map(({ spec }) => [spec.nodeName, spec.driver, spec.devices.length]),
      [
        ['dra-0', 'test', 3],
        ['dra-1', 'test', 3],
      ],
    );
    assert.deepEqual(slices[0]?.spec.devices[2]?.attributes['dra.example.com/numa'], 2);
  });
});

describe('Claims from a template', () => {
  it('are made for each pod, named in its status, owned by it', async () => {
    const { target } = await run(configOf(node + template + pods + collecting), files);
    const claims = objects(target, 'ResourceClaim');
    assert.equal(claims.length, 2);
    const pod = onePod(target, 'ns');
    const named = pod.status.resourceClaimStatuses?.[0]?.resourceClaimName;
    const claim = claims.find(({ metadata }) => metadata.name === named);
    assert.equal(claim?.metadata.ownerReferences?.[0]?.uid, pod.metadata.uid);
    assert.equal(claim?.spec.requests[0]?.exactly?.deviceClassName, 'test-class');
  });

  it('go with their pods', async () => {
    const deletion = '- opcode: deletePods\n  namespace: ns\n- opcode: sleep\n  duration: 1ms\n';
    const { target } = await run(configOf(node + template + pods + deletion + collecting), files);
    assert.equal(objects(target, 'ResourceClaim').length, 0);
  });

  it('that pods share lose the reservation of a pod that goes, and with the last one their devices', async () => {
    const named = 'name: "pod-{{.Index}}", labels: {index: "{{.Index}}"}';
    const shared = {
      ...files,
      'pod.yaml': podYaml(named, '  resourceClaims: [{name: gpu, resourceClaimName: claim-0}]'),
    };
    const claim = '- opcode: createAny\n  templatePath: claim.yaml\n  namespace: ns\n';
    const deletion = (index: number): string =>
      `- opcode: deletePods\n  namespace: ns\n  labelSelector: {index: "${index}"}\n- opcode: sleep\n  duration: 1ms\n`;
    const target = new FakeTarget();
    const seen: (readonly [number, boolean])[] = [];
    const onOperation = ({ opcode }: { readonly opcode: string }): void => {
      const current = target.cluster.get('ResourceClaim', 'ns', 'claim-0');
      if (current === undefined || (opcode !== 'deletePods' && opcode !== 'barrier')) return;
      if (seen.length === 0) target.cluster.put({ ...current, status: reservedForAllPods(target) });
      const { status = current.status } = target.cluster.get('ResourceClaim', 'ns', 'claim-0') ?? {};
      seen.push([status.reservedFor.length, status.allocation !== undefined]);
    };
    const operations = `${node}${claim}${pods}${deletion(0)}${deletion(1)}- opcode: barrier\n${collecting}`;
    await run(configOf(operations), shared, { target, onOperation });
    const expected = [
      [2, true],
      [1, true],
      [0, false],
    ];
    assert.deepEqual(seen, expected);
  });

  it('need the template to be there', async () => {
    await assert.rejects(
      run(configOf(node + pods + collecting), files),
      /pod ns\/pod-\w+ names ResourceClaimTemplate ns\/template, which does not exist/,
    );
  });
});

const claims = '- opcode: createResourceClaims\n  count: 3\n  namespace: ns\n  templatePath: claim.yaml\n';
const alloc = '- opcode: allocResourceClaims\n  namespace: ns\n';

describe('allocResourceClaims', () => {
  it('gives each claim devices of some node', async () => {
    const { target } = await run(configOf(node + claims + alloc + collecting), files, { devicesPerNode: 2 });
    const used = objects(target, 'ResourceClaim').map(({ status }) => status.allocation?.results[0]?.pool ?? '');
    assert.equal(used.length, 3);
    assert(used.every((pool) => pool.startsWith('dra-')));
  });

  it('says which claim finds no devices, and what cannot allocate at all', async () => {
    const text = configOf(node + claims + alloc + collecting);
    await assert.rejects(
      run(text, files, { devicesPerNode: 1 }),
      /no node has devices for ResourceClaim ns\/claim-2 \(2 of 3 are allocated\)/,
    );
    await assert.rejects(run(text, files), /this scheduler cannot allocate ResourceClaims apart from pods/);
  });
});
