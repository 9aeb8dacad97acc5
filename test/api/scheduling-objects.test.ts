import assert from 'node:assert/strict';
import { loadSchedulingObjects } from '../../src/api/index.ts';
import { memoryFiles } from './memory-files.ts';
import { loadAll, problemsOf, type Written, writtenPod } from './support.ts';

const storageClass = (name: string, metadata: Written = {}): Written => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name, ...metadata },
  provisioner: 'd.csi',
});
const isDefault = { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } };
const claim = (name: string, spec: Written = {}): Written => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name, namespace: 'shop' },
  spec: { resources: { requests: { storage: '1Gi' } }, ...spec },
});

describe('loading objects for scheduling', () => {
  it('gives pods apart from all others, and notes the kinds that are not used', async () => {
    const { objects, pods, notes } = await loadAll(
      writtenPod({}),
      { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' } },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' } },
      { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'd' } },
    );
    assert.deepEqual(
      pods.map(({ metadata }) => metadata.name),
      ['p'],
    );
    assert.deepEqual(
      objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`),
      ['Namespace default', 'Node n'],
    );
    assert.deepEqual(notes, [
      '1 x v1 ConfigMap: this kind is not used',
      '1 x apps/v1 DaemonSet: this kind is not used',
    ]);
  });

  it('makes the namespaces that are only mentioned, with their label', async () => {
    const given = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { team: 'a' } } };
    const { objects } = await loadAll(given, claim('data'), writtenPod({}));
    assert.deepEqual(
      objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.labels),
      [{ 'kubernetes.io/metadata.name': 'default' }, { 'kubernetes.io/metadata.name': 'shop', team: 'a' }],
    );
  });

  it('gives claims without a class the newest default class', async () => {
    const old = storageClass('old', { ...isDefault, creationTimestamp: '2025-01-01T00:00:00Z' });
    const newer = storageClass('newer', { ...isDefault, creationTimestamp: '2026-01-01T00:00:00Z' });
    const { objects } = await loadAll(
      old,
      newer,
      storageClass('other'),
      claim('a'),
      claim('b', { storageClassName: '' }),
      claim('c', { storageClassName: 'other' }),
    );
    const classes = objects.flatMap((object) =>
      object.kind === 'PersistentVolumeClaim' ? [object.spec.storageClassName] : [],
    );
    assert.deepEqual(classes, ['newer', '', 'other']);
  });

  it('leaves claims without a class where there is no default', async () => {
    const { objects } = await loadAll(storageClass('other'), claim('a'));
    const found = objects.find((object) => object.kind === 'PersistentVolumeClaim');
    assert.equal(found?.spec.storageClassName, undefined);
  });

  it('reads what kubectl get -o json prints', async () => {
    const managedFields = [{ manager: 'kubectl', operation: 'Update', fieldsV1: { 'f:metadata': {} } }];
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: 'web-5d4f8-abcde',
        generateName: 'web-5d4f8-',
        namespace: 'shop',
        uid: 'u',
        resourceVersion: '12',
        generation: 1,
        creationTimestamp: '2026-01-01T00:00:00Z',
        managedFields,
      },
      spec: {
        containers: [
          {
            name: 'c',
            image: 'i:1',
            imagePullPolicy: 'IfNotPresent',
            env: [{ name: 'A', value: 'b' }],
            livenessProbe: { httpGet: { path: '/', port: 80 } },
            terminationMessagePath: '/dev/termination-log',
            terminationMessagePolicy: 'File',
            volumeMounts: [{ name: 'token', mountPath: '/t' }],
          },
        ],
        dnsPolicy: 'ClusterFirst',
        enableServiceLinks: true,
        nodeName: 'n',
        priority: 0,
        restartPolicy: 'Always',
        securityContext: {},
        serviceAccount: 'default',
        serviceAccountName: 'default',
        terminationGracePeriodSeconds: 30,
        tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }],
        volumes: [{ name: 'token', projected: { sources: [] } }],
      },
      status: {
        phase: 'Running',
        conditions: [{ type: 'Ready', status: 'True', observedGeneration: 1, lastProbeTime: null }],
        containerStatuses: [{ name: 'c', image: 'i:1', ready: true, restartCount: 0, state: { running: {} } }],
        podIPs: [{ ip: '10.0.0.9' }],
      },
    };
    const text = JSON.stringify({ apiVersion: 'v1', items: [pod], kind: 'List', metadata: { resourceVersion: '' } });
    const { pods } = await loadSchedulingObjects(['-'], memoryFiles({}, text));
    assert.equal(pods[0]?.spec.nodeName, 'n');
    assert.equal(JSON.stringify(pods).includes('managedFields'), false);
  });

  it('names the place of a mistake in an item of a JSON list', async () => {
    const bad = writtenPod({ priority: 'high' });
    const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [bad] }, null, 2);
    const line = text.split('\n').findIndex((found) => found.includes('"high"')) + 1;
    assert.deepEqual(await problemsOf(text, 'f.json'), [
      `f.json:${line}:21: items[0].spec.priority: is out of range (got "high"; allowed a whole number from -2147483648 to 2147483647)`,
    ]);
  });
});
