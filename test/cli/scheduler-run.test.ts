import assert from 'node:assert/strict';
import { join } from 'node:path';
import { packageRoot } from '../../native/load.ts';
import { configYaml, nodeYaml, podYaml, schedulerVerb, withFiles } from '../support/scheduler-verb.ts';

const cluster = join(packageRoot(), 'examples', 'cluster.yaml');

/** Runs `run` over these manifests. */
const over = (manifests: string, ...args: readonly string[]) =>
  withFiles({ 'all.yaml': manifests }, (pathOf) => schedulerVerb('run', '-f', pathOf('all.yaml'), ...args));

describe('kubedyno scheduler run', () => {
  it('says where each pod goes, how full the nodes are, and ends with 0', async () => {
    const { out, err, exitCode } = await schedulerVerb('run', '-f', cluster);
    assert.match(out, /^default\/report {2}node-a$/m);
    assert.match(out, /^node-a {2}3\/110 {2}cpu 100 % {2}memory 38 %$/m);
    assert.match(out, /^6 bound, 0 pending, 3 nodes$/m);
    assert.deepEqual([err, exitCode], ['', 0]);
  });

  it('prints the same as JSON for programs', async () => {
    const { out } = await schedulerVerb('run', '-f', cluster, '--json');
    const { bindings, pending, nodes } = JSON.parse(out) as Record<string, unknown[]>;
    assert.deepEqual([bindings?.length, pending, nodes?.length], [6, [], 3]);
  });

  it('says why a pod waits in kube-scheduler’s words, and ends with 1', async () => {
    const { out, exitCode } = await over(nodeYaml('n1') + podYaml('big', '100'));
    assert.match(out, /^default\/big {2}0\/1 nodes are available: 1 Insufficient cpu\. preemption: 0\/1 nodes/m);
    assert.match(out, /^0 bound, 1 pending, 1 nodes$/m);
    assert.equal(exitCode, 1);
  });

  describe('with a disruption budget without a status', () => {
    const budget = (limit: string): string => `---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { ${limit}, selector: { matchLabels: { app: web } } }
`;
    const owned = (name: string, nodeName: string, owner: string): string => `---
apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  labels: { app: web }
  ownerReferences: [{ apiVersion: apps/v1, kind: ReplicaSet, name: ${owner}, controller: true }]
spec: { nodeName: ${nodeName}, containers: [{ name: c, resources: { requests: { cpu: 4 } } }] }
`;
    const replicaSet = `---
apiVersion: apps/v1
kind: ReplicaSet
metadata: { name: web }
spec: { replicas: 1, selector: { matchLabels: { app: web } } }
`;
    const priorityClass = (name: string, value: number): string => `---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: { name: ${name} }
value: ${value}
`;
    /** Two full nodes. The pod of `web` is the less important one: without a budget it is the one that goes. */
    const full =
      priorityClass('low', 1) +
      priorityClass('high', 10) +
      nodeYaml('n1') +
      nodeYaml('n2') +
      replicaSet +
      owned('web-0', 'n1', 'web') +
      podYaml('batch', '4', 'nodeName: n2, priorityClassName: low') +
      podYaml('important', '4', 'priorityClassName: high');

    it('evicts a more important pod rather than one that the budget has none of to spare', async () => {
      for (const [limit, evicted] of [
        ['maxUnavailable: 0', 'n2'],
        ['maxUnavailable: 1', 'n1'],
        ['minAvailable: 100%', 'n2'],
        ['minAvailable: 1', 'n2'],
        ['minAvailable: 0', 'n1'],
      ]) {
        const { out } = await over(full + budget(limit ?? ''));
        assert.match(out, new RegExp(`^default/important {2}${evicted}$`, 'm'), limit);
      }
    });

    it('notes a budget that cannot be worked out', async () => {
      const { err } = await over(nodeYaml('n1') + budget('maxUnavailable: 1') + owned('p', 'n1', 'gone'));
      assert.match(
        err,
        /^note: PodDisruptionBudget default\/web allows no disruption: found no controllers for pod "p"$/m,
      );
    });
  });

  describe('with claims that belong to pods', () => {
    const fast = `---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: { name: fast }
provisioner: d.csi
volumeBindingMode: WaitForFirstConsumer
`;
    const claimSpec =
      '{ storageClassName: fast, accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }';
    const scratch = (pod: string): string =>
      podYaml(pod, '1', `volumes: [{ name: scratch, ephemeral: { volumeClaimTemplate: { spec: ${claimSpec} } } }]`);
    const claim = (name: string, spec: string): string =>
      `---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: ${name} }\nspec: ${spec}\n`;

    it('makes those of ephemeral volumes, as a cluster would', async () => {
      const { out, exitCode } = await over(nodeYaml('n1') + fast + scratch('web') + scratch('db'));
      assert.match(out, /^2 bound, 0 pending, 1 nodes$/m);
      assert.equal(exitCode, 0);
    });

    it('keeps a pod waiting whose ephemeral volume has the name of another claim', async () => {
      const { out } = await over(nodeYaml('n1') + fast + claim('web-scratch', claimSpec) + scratch('web'));
      assert.match(
        out,
        /^default\/web {2}0\/1 nodes are available: PVC default\/web-scratch was not created for pod default\/web \(pod is not owner\)\./m,
      );
    });

    it('binds claims that do not wait for a pod, wherever in the file their class is', async () => {
      const immediate = claim('data', claimSpec.replace('fast', 'now'));
      const now = fast.replace('name: fast', 'name: now').replace('WaitForFirstConsumer', 'Immediate');
      const pod = podYaml('web', '1', 'volumes: [{ name: v, persistentVolumeClaim: { claimName: data } }]');
      const { out } = await over(nodeYaml('n1') + pod + immediate + now);
      assert.match(out, /^default\/web {2}n1$/m);
    });

    const devices = `---
apiVersion: resource.k8s.io/v1
kind: ResourceSlice
metadata: { name: s }
spec:
  driver: gpu.example.com
  nodeName: n1
  pool: { name: n1, generation: 1, resourceSliceCount: 1 }
  devices: [{ name: g0 }, { name: g1 }]
---
apiVersion: resource.k8s.io/v1
kind: DeviceClass
metadata: { name: gpu }
spec: { selectors: [{ cel: { expression: 'device.driver == "gpu.example.com"' } }] }
---
apiVersion: resource.k8s.io/v1
kind: ResourceClaimTemplate
metadata: { name: one-gpu }
spec: { spec: { devices: { requests: [{ name: r, exactly: { deviceClassName: gpu } }] } } }
`;
    const withDevice = (pod: string, template: string): string =>
      podYaml(pod, '1', `resourceClaims: [{ name: gpu, resourceClaimTemplateName: ${template} }]`);

    it('makes those of device claims from templates, as many as there are devices', async () => {
      const { out } = await over(
        nodeYaml('n1') + devices + ['a', 'b', 'c'].map((p) => withDevice(p, 'one-gpu')).join(''),
      );
      assert.match(out, /^default\/c {2}0\/1 nodes are available: 1 cannot allocate all claims\./m);
      assert.match(out, /^2 bound, 1 pending, 1 nodes$/m);
    });

    it('says of a pod whose template is missing what keeps it from being tried', async () => {
      const { out } = await over(nodeYaml('n1') + devices + withDevice('a', 'missing'));
      assert.match(out, /^default\/a {2}pod "default\/a": ResourceClaim not created yet$/m);
    });
  });

  const others: readonly (readonly [title: string, manifests: string, said: RegExp, exitCode: number])[] = [
    ['a cluster without nodes', podYaml('p'), /^default\/p {2}no nodes available to schedule pods$/m, 1],
    ['a cluster without pods', nodeYaml('n1'), /^0 bound, 0 pending, 1 nodes$/m, 0],
    ['an empty list', 'apiVersion: v1\nkind: List\nitems: []\n', /^0 bound, 0 pending, 0 nodes$/m, 0],
    [
      'a pod that names a missing PersistentVolumeClaim',
      nodeYaml('n1') + podYaml('p', '1', 'volumes: [{ name: v, persistentVolumeClaim: { claimName: gone } }]'),
      /^default\/p {2}0\/1 nodes are available: persistentvolumeclaim "gone" not found\./m,
      1,
    ],
    [
      'a pod that is for another scheduler',
      nodeYaml('n1') + podYaml('p', '1', 'schedulerName: other'),
      /^default\/p {2}not tried$/m,
      1,
    ],
    [
      'a pod behind a gate',
      nodeYaml('n1') + podYaml('p', '1', 'schedulingGates: [{ name: later }]'),
      /^default\/p {2}waiting for scheduling gates: \[later\]$/m,
      1,
    ],
  ];
  for (const [title, manifests, said, code] of others) {
    it(`has an answer for ${title}`, async () => {
      const { out, exitCode } = await over(manifests);
      assert.match(out, said);
      assert.equal(exitCode, code);
    });
  }

  it('counts how many more of a pod fit, and says why the next one does not', async () => {
    const { out } = await over(nodeYaml('n1') + podYaml('p'), '--fit', 'p');
    assert.match(out, /^3 more of p fit; the next one: 0\/1 nodes are available: 1 Insufficient cpu\./m);
  });

  it('counts how many more of a node it takes', async () => {
    const pods = Array.from({ length: 9 }, (_, place) => podYaml(`p${place}`)).join('');
    assert.match((await over(nodeYaml('n1') + pods, '--more-of', 'n1')).out, /^2 more of n1 are needed$/m);
    assert.match(
      (await over(nodeYaml('n1') + podYaml('big', '5'), '--more-of', 'n1', '--limit', '3')).out,
      /^1 pod still waits with 3 more of n1: more of them do not help$/m,
    );
  });

  it('places the same for the same seed, whatever the way of breaking ties', async () => {
    const manifests =
      [1, 2, 3, 4].map((n) => nodeYaml(`n${n}`)).join('') + [1, 2, 3].map((n) => podYaml(`p${n}`)).join('');
    for (const way of ['seeded', 'first', 'reservoir']) {
      const run = async (seed: string) => (await over(manifests, '--tie-break', way, '--seed', seed, '--json')).out;
      assert.equal(await run('5'), await run('5'));
    }
  });

  it('takes an empty list of profiles for none, as kube-scheduler does', () =>
    withFiles({ 'c.yaml': configYaml('profiles: []') }, async (pathOf) => {
      assert.match((await schedulerVerb('run', '-f', cluster, '--config', pathOf('c.yaml'))).out, /^6 bound, /m);
    }));

  it('says which extender did not answer', () =>
    withFiles(
      { 'c.yaml': configYaml('extenders: [{ urlPrefix: "http://127.0.0.1:9/x", filterVerb: filter }]') },
      async (pathOf) => {
        const { out, exitCode } = await schedulerVerb('run', '-f', cluster, '--config', pathOf('c.yaml'));
        assert.match(out, /^default\/web-0 {3}extender http:\/\/127\.0\.0\.1:9\/x: filter failed: /m);
        assert.equal(exitCode, 1);
      },
    ));

  it('remarks on a gate that changes nothing', async () => {
    const { err } = await schedulerVerb('run', '-f', cluster, '--gate', 'Nonsense=true');
    assert.match(
      err,
      /^note: no decision depends on the gate Nonsense; those that matter: DynamicResourceAllocation, /,
    );
  });
});
