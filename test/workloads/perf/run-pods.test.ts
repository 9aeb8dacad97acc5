import assert from 'node:assert/strict';
import { configOf, objects, onePod, podNames, podYaml, run } from './workloads.ts';

const node = '- opcode: createNodes\n  count: 1\n';
const collecting = '- opcode: createPods\n  count: 0\n  collectMetrics: true\n';

describe('createPods', () => {
  it('makes pods and waits until all of them are bound', async () => {
    const { result, target } = await run(configOf(`${node}- opcode: createPods\n  count: 5\n  collectMetrics: true\n`));
    assert.deepEqual(result.pods, { created: 5, bound: 5, pending: 0, deleted: 0 });
    assert.equal(target.clock.nowMs(), 5);
    assert(
      objects(target, 'Pod').every(
        ({ spec }) => spec.nodeName !== '' && spec.containers[0]?.resources.requests.cpu === '100m',
      ),
    );
  });

  it('gives pods of one template the same spec and labels, and each a name and an identity', async () => {
    const pods = `${node}- opcode: createPods\n  count: 3\n  namespace: ns\n  podTemplatePath: pod.yaml\n  skipWaitToCompletion: true\n${collecting}`;
    const { target } = await run(configOf(pods), { 'pod.yaml': podYaml('generateName: pod-, labels: {a: b}') });
    const created = target.changes.flatMap(({ before, after }) =>
      before === undefined && after.kind === 'Pod' ? [after] : [],
    );
    assert.equal(created.length, 3);
    assert.equal(new Set(created.map(({ spec }) => spec)).size, 1);
    assert.equal(new Set(created.map(({ metadata }) => metadata.labels)).size, 1);
    assert.equal(new Set(created.map(({ metadata }) => metadata.uid)).size, 3);
    for (const name of podNames(target, 'ns')) assert.match(name, /^pod-[0-9a-z]{5}$/);
  });

  it('labels pods with the signature of their batch, the label object shared within it', async () => {
    const pods = `${node}- opcode: createPods\n  count: 5\n  namespace: ns\n  signatureBatchSize: 2\n${collecting}`;
    const { target } = await run(configOf(pods));
    const labels = objects(target, 'Pod').map(({ metadata }) => metadata.labels);
    assert.deepEqual(
      labels.map(({ signature }) => signature),
      [0, 0, 1, 1, 2].map((batch) => `signature-label-${batch}`),
    );
    assert.equal(new Set(labels).size, 3);
  });

  it('makes sets of pods in namespaces of their own', async () => {
    const sets = `${node}- opcode: createPodSets\n  count: 2\n  namespacePrefix: set\n  createPodsOp: {count: 3}\n${collecting}`;
    const { target } = await run(configOf(sets));
    assert.deepEqual(
      ['set-0', 'set-1'].map((name) => podNames(target, name).length),
      [3, 3],
    );
  });

  it('waits for its own pods even where the namespace has enough others', async () => {
    const second = '- opcode: createPods\n  count: 2\n  namespace: ns\n';
    const { result, target } = await run(
      configOf(`${node}${second}${second}- opcode: createPods\n  count: 1\n  collectMetrics: true\n`),
    );
    // 4 ms have passed when the measured pod is made.
    assert.equal(target.clock.nowMs(), 5);
    assert.equal(result.collections[0]?.achieved.latencyMs?.Average, 1);
  });

  it('gives up after a while, and says for which pod and why', async () => {
    const large = podYaml('generateName: large-').replace('100m', '"9"');
    const pods = configOf(
      `${node}- opcode: createPods\n  count: 2\n  podTemplatePath: pod.yaml\n  collectMetrics: true\n`,
    );
    await assert.rejects(
      run(pods, { 'pod.yaml': large }, { waitTimeoutMs: 10_000 }),
      /performance-config\.yaml:5: createPods: waited 10 s in vain: 2 pods are not scheduled, among them namespace-1\/large-\w+ \(no node has room\)/,
    );
  });

  it('has done its work before the collection begins', async () => {
    const { result } = await run(configOf(`${node}- opcode: createPods\n  count: 10\n  collectMetrics: true\n`));
    assert.equal(result.collections[0]?.achieved.elapsedMs, 10);
    assert.equal(result.collections[0]?.achieved.achievedPodsPerSec, 1_000);
  });

  it('refuses a second pod of one name', async () => {
    const pods = configOf(
      `${node}- opcode: createPods\n  count: 2\n  podTemplatePath: pod.yaml\n  collectMetrics: true\n`,
    );
    await assert.rejects(run(pods, { 'pod.yaml': podYaml('name: same') }), /Pod namespace-1\/same already exists/);
  });
});

describe('createPods with volumes', () => {
  const files = {
    'pv.yaml':
      'apiVersion: v1\nkind: PersistentVolume\nspec: {accessModes: [ReadOnlyMany], capacity: {storage: 1Gi}, csi: {driver: x}}\n',
    'aws.yaml':
      'apiVersion: v1\nkind: PersistentVolume\nspec: {accessModes: [ReadOnlyMany], capacity: {storage: 1Gi}, awsElasticBlockStore: {volumeID: none}}\n',
    'pvc.yaml':
      'apiVersion: v1\nkind: PersistentVolumeClaim\nspec: {accessModes: [ReadOnlyMany], resources: {requests: {storage: 1Gi}}}\n',
  };
  const pods = (volume: string): string =>
    configOf(
      `${node}- opcode: createPods\n  count: 2\n  namespace: ns\n  collectMetrics: true\n  persistentVolumeTemplatePath: ${volume}\n  persistentVolumeClaimTemplatePath: pvc.yaml\n`,
    );

  it('binds one volume and one claim to each other for each pod', async () => {
    const { target } = await run(pods('pv.yaml'), files);
    const volumes = objects(target, 'PersistentVolume');
    const claims = objects(target, 'PersistentVolumeClaim');
    assert.deepEqual(
      volumes.map(({ metadata }) => metadata.name),
      ['ns-vol-0', 'ns-vol-1'],
    );
    assert.deepEqual(
      claims.map(({ metadata }) => [metadata.namespace, metadata.name]),
      [
        ['ns', 'pvc-0'],
        ['ns', 'pvc-1'],
      ],
    );
    for (const [place, { metadata, spec, status }] of volumes.entries()) {
      const claim = claims[place];
      assert.deepEqual(spec.claimRef, { namespace: 'ns', name: `pvc-${place}`, uid: claim?.metadata.uid });
      assert.deepEqual(spec.source, { kind: 'csi', driver: 'x', volumeHandle: metadata.name });
      assert.equal(claim?.spec.volumeName, metadata.name);
      assert.equal(claim?.metadata.annotations['pv.kubernetes.io/bind-completed'], 'true');
      assert.deepEqual([status.phase, claim?.status.phase], ['Bound', 'Bound']);
    }
    const source = { kind: 'persistentVolumeClaim', claimName: 'pvc-0', readOnly: false };
    assert.deepEqual(onePod(target, 'ns').spec.volumes, [{ name: 'vol', source }]);
  });

  it('has volumes and claims in the cluster before their pod', async () => {
    const { target } = await run(pods('pv.yaml'), files);
    const created = target.changes.flatMap(({ before, after }) => (before === undefined ? [after.kind] : []));
    assert.deepEqual(created.slice(-3), ['PersistentVolumeClaim', 'PersistentVolume', 'Pod']);
  });

  it('makes a disk of its own of each volume that is not of a CSI driver', async () => {
    const { target } = await run(pods('aws.yaml'), files);
    const sources = objects(target, 'PersistentVolume').map(({ spec }) => spec.source);
    assert.deepEqual(
      sources,
      ['vol-0', 'vol-1'].map((volumeID) => ({ kind: 'awsElasticBlockStore', volumeID })),
    );
  });
});
