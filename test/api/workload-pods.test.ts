import assert from 'node:assert/strict';
import { loadAll, type Written, writtenPod } from './support.ts';

const labels = { app: 'web' };
const template = {
  metadata: { labels },
  spec: { containers: [{ name: 'c' }], volumes: [{ name: 'data', emptyDir: {} }] },
};
const workload = (kind: string, spec: Written, rest: Written = {}): Written => ({
  apiVersion: kind === 'Job' ? 'batch/v1' : 'apps/v1',
  kind,
  metadata: { name: 'web', namespace: 'shop' },
  spec: { ...(kind === 'Job' ? {} : { selector: { matchLabels: labels } }), template, ...spec },
  ...rest,
});

const namesOf = async (...items: Written[]): Promise<string[]> => {
  const { pods } = await loadAll(...items);
  return pods.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
};

describe('a workload stands for its pods:', () => {
  it('a Deployment for those of a ReplicaSet', async () => {
    const { pods, objects } = await loadAll(workload('Deployment', { replicas: 2 }));
    assert.deepEqual(
      pods.map(({ metadata }) => metadata.name),
      ['web-0', 'web-1'],
    );
    const uid = 'ReplicaSet/shop/web';
    assert.deepEqual(pods[0]?.metadata, {
      name: 'web-0',
      namespace: 'shop',
      uid: 'shop/web-0',
      labels,
      annotations: {},
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid, controller: true }],
    });
    assert.equal(pods[0]?.spec, pods[1]?.spec);
    const replicaSet = objects.find(({ kind }) => kind === 'ReplicaSet');
    assert.deepEqual(replicaSet, {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: 'web',
        namespace: 'shop',
        uid,
        labels,
        annotations: {},
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', controller: true }],
      },
      spec: { selector: { matchLabels: labels, matchExpressions: [] }, replicas: 2 },
    });
  });

  it('a ReplicaSet and a ReplicationController for one where they do not say how many', async () => {
    assert.deepEqual(await namesOf(workload('ReplicaSet', {})), ['shop/web-0']);
    const controller = {
      apiVersion: 'v1',
      kind: 'ReplicationController',
      metadata: { name: 'old' },
      spec: { template },
    };
    assert.deepEqual(await namesOf(controller), ['default/old-0']);
  });

  it('a Job for as many as run at once, with its name among their labels', async () => {
    const { pods } = await loadAll(workload('Job', { parallelism: 3, completions: 2 }));
    assert.equal(pods.length, 2);
    assert.deepEqual(pods[0]?.metadata.labels, {
      ...labels,
      'batch.kubernetes.io/job-name': 'web',
      'job-name': 'web',
    });
  });

  it('a Job that is suspended or done for none', async () => {
    assert.deepEqual(await namesOf(workload('Job', { suspend: true }), writtenPod({})), ['default/p']);
    const done = { status: { succeeded: 1, conditions: [{ type: 'Complete', status: 'True' }] } };
    assert.deepEqual(await namesOf(workload('Job', {}, done), writtenPod({})), ['default/p']);
  });

  it('a StatefulSet for pods with claims of their own', async () => {
    const claim = { metadata: { name: 'data' }, spec: { resources: { requests: { storage: '1Gi' } } } };
    const { pods, objects } = await loadAll(
      workload('StatefulSet', { replicas: 2, ordinals: { start: 5 }, volumeClaimTemplates: [claim] }),
    );
    assert.deepEqual(
      pods.map(({ metadata, spec }) => [metadata.name, spec.volumes]),
      ['web-5', 'web-6'].map((name) => [
        name,
        [{ name: 'data', source: { kind: 'persistentVolumeClaim', claimName: `data-${name}`, readOnly: false } }],
      ]),
    );
    assert.deepEqual(pods[0]?.metadata.labels, {
      ...labels,
      'apps.kubernetes.io/pod-index': '5',
      'statefulset.kubernetes.io/pod-name': 'web-5',
    });
    const claims = objects.filter(({ kind }) => kind === 'PersistentVolumeClaim');
    assert.deepEqual(
      claims.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
      ['shop/data-web-5', 'shop/data-web-6'],
    );
  });

  it('with the keys of affinity filled in from the labels of the template', async () => {
    const term = { topologyKey: 'zone', labelSelector: {}, matchLabelKeys: ['app'] };
    const affinity = { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
    const spec = { ...template.spec, affinity };
    const { pods } = await loadAll(workload('Deployment', { template: { ...template, spec } }));
    assert.deepEqual(pods[0]?.spec.affinity.podAffinity?.required[0]?.labelSelector?.matchExpressions, [
      { key: 'app', operator: 'In', values: ['web'] },
    ]);
  });

  it('two of one name for pods of different names', async () => {
    assert.deepEqual(await namesOf(workload('Deployment', {}), workload('Job', {})), ['shop/web-0', 'shop/web-job-0']);
  });
});

describe('a workload whose pods are given stands for none:', () => {
  const owned = (kind: string, name: string, rest: Written = {}): Written => ({
    name,
    namespace: 'shop',
    ownerReferences: [{ apiVersion: 'apps/v1', kind, name: 'web', uid: 'u', controller: true }],
    ...rest,
  });

  it('a ReplicaSet that owns a pod', async () => {
    const pod = writtenPod({}, { metadata: owned('ReplicaSet', 'web-x') });
    const { pods, notes } = await loadAll(workload('ReplicaSet', { replicas: 3 }), pod);
    assert.equal(pods.length, 1);
    assert.deepEqual(notes, ['1 x ReplicaSet: what it owns is given, so no pods are made from it']);
  });

  it('a Deployment that selects one, or whose ReplicaSet is given', async () => {
    const pod = writtenPod({}, { metadata: { name: 'web-x', namespace: 'shop', labels } });
    assert.deepEqual(await namesOf(workload('Deployment', {}), pod), ['shop/web-x']);
    const replicaSet = workload('ReplicaSet', { replicas: 2 }, { metadata: owned('Deployment', 'web-abc') });
    assert.deepEqual(await namesOf(workload('Deployment', { replicas: 9 }), replicaSet), [
      'shop/web-abc-0',
      'shop/web-abc-1',
    ]);
  });

  it('but not one of the same name in another namespace', async () => {
    const elsewhere = writtenPod({}, { metadata: { name: 'web-x', namespace: 'other', labels } });
    assert.deepEqual(await namesOf(workload('Deployment', {}), elsewhere), ['other/web-x', 'shop/web-0']);
  });
});
