import assert from 'node:assert/strict';
import type { PersistentVolumeClaim, Pod, ResourceClaim, ResourceClaimTemplate } from '../../src/api/objects.ts';
import { EphemeralVolumeController } from '../../src/cluster/ephemeral-volume-controller.ts';
import { MemoryCluster } from '../../src/cluster/index.ts';
import { ResourceClaimController } from '../../src/cluster/resource-claim-controller.ts';
import { testPod } from '../scheduler/support/cluster.ts';

const meta = (name: string) => ({ name, namespace: 'default', labels: {}, annotations: {} });

function pod(name: string, spec: Partial<Pod['spec']>, status: Partial<Pod['status']> = {}): Pod {
  const made = testPod({ name });
  return { ...made, spec: { ...made.spec, ...spec }, status: { ...made.status, ...status } };
}

describe('the controller of ephemeral volumes', () => {
  const template: PersistentVolumeClaim['spec'] = {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: '1Gi' } },
    volumeName: '',
    volumeMode: 'Filesystem',
  };
  const source = { kind: 'ephemeral', template, labels: { app: 'web' } } as const;
  const scratch = { volumes: [{ name: 'scratch', source }] };
  const foreign: PersistentVolumeClaim = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: meta('web-scratch'),
    spec: template,
    status: { phase: 'Pending' },
  };

  function controlled() {
    const cluster = new MemoryCluster();
    new EphemeralVolumeController(cluster);
    return { cluster, claim: (name: string) => cluster.get('PersistentVolumeClaim', 'default', name) };
  }

  it('makes a claim that belongs to the pod, and takes it away with the pod', () => {
    const { cluster, claim } = controlled();
    const web = pod('web', scratch);
    cluster.put(web);
    const uid = web.metadata.uid ?? 'default/web';
    assert.deepEqual(claim('web-scratch')?.metadata, {
      name: 'web-scratch',
      namespace: 'default',
      labels: { app: 'web' },
      annotations: {},
      ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'web', uid, controller: true }],
    });
    assert.deepEqual(claim('web-scratch')?.spec, template);
    cluster.deletePod(web);
    assert.equal(cluster.count('PersistentVolumeClaim'), 0);
  });

  it('gives the claim the default class', () => {
    const { cluster, claim } = controlled();
    cluster.put({
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'fast', labels: {}, annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
      provisioner: 'd.csi',
      volumeBindingMode: 'Immediate',
      allowedTopologies: [],
    });
    cluster.put(pod('web', scratch));
    assert.equal(claim('web-scratch')?.spec.storageClassName, 'fast');
  });

  it('leaves a claim of that name alone that is someone else’s, until that is gone', () => {
    const { cluster, claim } = controlled();
    cluster.put(foreign);
    const web = pod('web', scratch);
    cluster.put(web);
    assert.equal(claim('web-scratch'), foreign);
    cluster.delete('PersistentVolumeClaim', 'default', 'web-scratch');
    assert.equal(claim('web-scratch')?.metadata.ownerReferences?.length, 1);
    cluster.put(foreign);
    cluster.deletePod(web);
    assert.equal(claim('web-scratch'), foreign);
  });

  it('makes nothing for a pod that is being deleted', () => {
    const { cluster } = controlled();
    const web = pod('web', scratch);
    cluster.put({ ...web, metadata: { ...web.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } });
    assert.equal(cluster.count('PersistentVolumeClaim'), 0);
  });
});

describe('the controller of ResourceClaims', () => {
  const request = { name: 'gpu', exactly: undefined } as never;
  const template: ResourceClaimTemplate = {
    apiVersion: 'resource.k8s.io/v1',
    kind: 'ResourceClaimTemplate',
    metadata: meta('one-gpu'),
    spec: { spec: { requests: [request], constraints: [] } },
  };
  const asking = { resourceClaims: [{ name: 'gpu', resourceClaimTemplateName: 'one-gpu' }] };
  const reserved = (...pods: readonly Pod[]): ResourceClaim['status'] => ({
    allocation: { results: [] },
    reservedFor: pods.map(({ metadata }) => ({
      resource: 'pods',
      name: metadata.name,
      uid: metadata.uid ?? `default/${metadata.name}`,
    })),
  });
  const sharedClaim = (...pods: readonly Pod[]): ResourceClaim => ({
    apiVersion: 'resource.k8s.io/v1',
    kind: 'ResourceClaim',
    metadata: meta('shared'),
    spec: template.spec.spec,
    status: reserved(...pods),
  });

  function controlled() {
    const cluster = new MemoryCluster();
    new ResourceClaimController(cluster);
    const nameOf = (podName: string) =>
      cluster.get('Pod', 'default', podName)?.status.resourceClaimStatuses?.[0]?.resourceClaimName;
    const claim = (name = '') => cluster.get('ResourceClaim', 'default', name);
    return { cluster, nameOf, claim };
  }

  it('makes a claim from the template, names it in the pod’s status, and takes it away with the pod', () => {
    const { cluster, nameOf, claim } = controlled();
    cluster.put(template);
    for (const name of ['a', 'b']) cluster.put(pod(name, asking));
    assert.deepEqual([nameOf('a'), nameOf('b')], ['a-gpu-00001', 'b-gpu-00002']);
    const made = claim(nameOf('a'));
    assert.equal(made?.spec, template.spec.spec);
    assert.equal(made?.metadata.annotations['resource.kubernetes.io/pod-claim-name'], 'gpu');
    assert.equal(made?.metadata.ownerReferences?.[0]?.name, 'a');
    cluster.deletePod(pod('a', asking));
    assert.deepEqual(
      [...cluster.list('ResourceClaim')].map(({ metadata }) => metadata.name),
      ['b-gpu-00002'],
    );
  });

  it('waits for the template', () => {
    const { cluster, nameOf } = controlled();
    cluster.put(pod('a', asking));
    assert.equal(nameOf('a'), undefined);
    cluster.put(template);
    assert.equal(nameOf('a'), 'a-gpu-00001');
  });

  it('takes the claim that was made for the pod before', () => {
    const { cluster, nameOf, claim } = controlled();
    cluster.put(template);
    cluster.put(pod('a', asking));
    const made = claim(nameOf('a')) as ResourceClaim;
    for (const status of [{}, { resourceClaimStatuses: [{ name: 'gpu', resourceClaimName: 'from-a-dump' }] }]) {
      const other = controlled();
      other.cluster.put(template);
      other.cluster.put({ ...made, metadata: { ...made.metadata, name: 'from-a-dump' } });
      other.cluster.put(pod('a', asking, status));
      assert.deepEqual([other.nameOf('a'), other.cluster.count('ResourceClaim')], ['from-a-dump', 1]);
    }
  });

  it('makes the claim anew that a status names but that is gone, and none where the status says that none is needed', () => {
    const { cluster, nameOf } = controlled();
    cluster.put(template);
    cluster.put(pod('a', asking, { resourceClaimStatuses: [{ name: 'gpu', resourceClaimName: 'gone' }] }));
    cluster.put(pod('b', asking, { resourceClaimStatuses: [{ name: 'gpu' }] }));
    assert.deepEqual([nameOf('a'), nameOf('b'), cluster.count('ResourceClaim')], ['a-gpu-00001', undefined, 1]);
  });

  it('frees a shared claim from pods that have ended, and its devices with the last one', () => {
    const { cluster, claim } = controlled();
    const naming = { nodeName: 'n', resourceClaims: [{ name: 'gpu', resourceClaimName: 'shared' }] };
    const [a, b] = [pod('a', naming), pod('b', naming)];
    for (const object of [sharedClaim(a, b), a, b]) cluster.put(object);
    cluster.put({ ...a, status: { ...a.status, phase: 'Succeeded' } });
    assert.deepEqual(claim('shared')?.status, reserved(b));
    cluster.deletePod(b);
    assert.deepEqual(claim('shared')?.status, { reservedFor: [] });
  });
});
