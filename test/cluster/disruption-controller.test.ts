import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { OwnerReference, Pod, PodDisruptionBudget, ReplicaSet } from '../../src/api/objects.ts';
import { DisruptionController } from '../../src/cluster/disruption-controller.ts';
import { MemoryCluster } from '../../src/cluster/index.ts';
import { testPod } from '../scheduler/support/cluster.ts';

const meta = (name: string) => ({ name, namespace: 'default', labels: {}, annotations: {} });

function budget(
  spec: Partial<PodDisruptionBudget['spec']>,
  status: Partial<PodDisruptionBudget['status']> = {},
): PodDisruptionBudget {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: meta('web'),
    spec: { selector: { matchLabels: { app: 'web' }, matchExpressions: [] }, ...spec },
    status: { disruptionsAllowed: 0, disruptedPods: {}, ...status },
  };
}

const replicaSet = (name: string, replicas: number, owner?: OwnerReference): ReplicaSet => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: { ...meta(name), uid: `uid-of-${name}`, ...(owner === undefined ? {} : { ownerReferences: [owner] }) },
  spec: { selector: { matchLabels: {}, matchExpressions: [] }, replicas },
});

const ownedBy = (name: string, kind = 'ReplicaSet', uid?: string): OwnerReference => ({
  ...{ apiVersion: 'apps/v1', kind, name, controller: true },
  ...(uid === undefined ? {} : { uid }),
});

function pod(name: string, nodeName = '', owner?: OwnerReference): Pod {
  const made = testPod({ name, labels: { app: 'web' } });
  const metadata = owner === undefined ? made.metadata : { ...made.metadata, ownerReferences: [owner] };
  return { ...made, metadata, spec: { ...made.spec, nodeName } };
}

function controlled() {
  const cluster = new MemoryCluster();
  const controller = new DisruptionController(cluster);
  const status = () => cluster.get('PodDisruptionBudget', 'default', 'web')?.status;
  return { cluster, controller, status, allowed: () => status()?.disruptionsAllowed };
}

describe('the disruption controller', () => {
  it('allows as many disruptions as there are pods on nodes beyond minAvailable', () => {
    const { cluster, status, allowed } = controlled();
    cluster.put(budget({ minAvailable: 2 }));
    assert.equal(allowed(), 0);
    const pods = ['a', 'b', 'c'].map((name) => pod(name));
    for (const one of pods) cluster.put(one);
    assert.equal(allowed(), 0);
    for (const one of pods) cluster.bind(one, 'n');
    assert.deepEqual(status(), {
      ...{ disruptionsAllowed: 1, disruptedPods: {}, currentHealthy: 3, desiredHealthy: 2 },
      ...{ expectedPods: 3, observedGeneration: 1 },
    });
    cluster.evict(pods[0] as Pod, '');
    assert.equal(allowed(), 0);
  });

  it('counts no pod that is not ready, has ended, is going, or is disrupted already', () => {
    const { cluster, status } = controlled();
    cluster.put(budget({ minAvailable: 0 }, { disruptedPods: { disrupted: '2026-01-01T00:00:00Z' } }));
    const running = pod('running', 'n');
    const { status: state, metadata } = running;
    cluster.put(running);
    cluster.put({
      ...running,
      metadata: { ...metadata, name: 'unready' },
      status: { ...state, conditions: [{ type: 'Ready', status: 'False' }] },
    });
    cluster.put({ ...running, metadata: { ...metadata, name: 'ended' }, status: { ...state, phase: 'Succeeded' } });
    cluster.put({ ...running, metadata: { ...metadata, name: 'going', deletionTimestamp: '2026-01-01T00:00:00Z' } });
    cluster.put({ ...running, metadata: { ...metadata, name: 'disrupted' } });
    cluster.put({ ...running, metadata: { ...metadata, name: 'other', labels: { app: 'db' } } });
    cluster.put({ ...running, metadata: { ...metadata, namespace: 'elsewhere' } });
    assert.deepEqual([status()?.currentHealthy, status()?.expectedPods], [1, 5]);
  });

  it('rounds shares of what the owners want up', () => {
    // 7 pods are wanted: 50 % of them are 4.
    for (const [spec, desired] of [
      [{ minAvailable: '50%' }, 4],
      [{ maxUnavailable: '50%' }, 3],
      [{ maxUnavailable: 2 }, 5],
      [{ maxUnavailable: 9 }, 0],
      [{ minAvailable: '100%' }, 7],
    ] as const) {
      const { cluster, status } = controlled();
      for (const object of [replicaSet('x', 5), replicaSet('y', 2), budget(spec)]) cluster.put(object);
      for (const name of ['a', 'b', 'c', 'd', 'e']) cluster.put(pod(name, 'n', ownedBy('x')));
      cluster.put(pod('f', 'n', ownedBy('y', 'ReplicaSet', 'uid-of-y')));
      cluster.put(pod('loner', 'n'));
      assert.deepEqual([status()?.expectedPods, status()?.desiredHealthy, status()?.currentHealthy], [7, desired, 7]);
      assert.equal(status()?.disruptionsAllowed, 7 - desired);
    }
  });

  it('counts a Deployment once for all its ReplicaSets, and follows what it wants', () => {
    const { cluster, status } = controlled();
    const deployment = (replicas: number) =>
      ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: meta('web'), spec: { replicas } }) as const;
    const owner = ownedBy('web', 'Deployment');
    cluster.put(deployment(4));
    for (const set of [replicaSet('old', 1, owner), replicaSet('new', 3, owner)]) cluster.put(set);
    cluster.put(budget({ maxUnavailable: '25%' }));
    for (const name of ['a', 'b', 'c']) cluster.put(pod(name, 'n', ownedBy('new')));
    cluster.put(pod('d', 'n', ownedBy('old')));
    assert.deepEqual([status()?.expectedPods, status()?.disruptionsAllowed], [4, 1]);
    cluster.put(deployment(3));
    assert.deepEqual([status()?.expectedPods, status()?.disruptionsAllowed], [3, 2]);
  });

  it('allows nothing, and says why, where it does not know how many pods are wanted', () => {
    const { cluster, controller, allowed } = controlled();
    cluster.put(budget({ maxUnavailable: 1 }));
    cluster.put(pod('a', 'n', ownedBy('gone')));
    cluster.put(replicaSet('gone', 1));
    assert.deepEqual([allowed(), controller.problems], [1, []]);
    cluster.put(pod('b', 'n', ownedBy('gone', 'ReplicaSet', 'another-uid')));
    assert.equal(allowed(), 0);
    const message = 'found no controllers for pod "b"';
    assert.deepEqual(controller.problems, [{ namespace: 'default', name: 'web', message }]);
  });

  it('allows nothing for pods without any owner where only owners say how many there should be', () => {
    const { cluster, allowed } = controlled();
    cluster.put(budget({ maxUnavailable: 1 }));
    cluster.put(pod('a', 'n'));
    assert.equal(allowed(), 0);
  });

  it('begins with the status that a budget comes with, which has the pods that are there already', () => {
    const { cluster, status, allowed } = controlled();
    const given = {
      disruptionsAllowed: 2,
      currentHealthy: 5,
      desiredHealthy: 3,
      expectedPods: 5,
      observedGeneration: 7,
    };
    cluster.put(budget({ minAvailable: 3 }, given));
    const [a, b, c] = [pod('a', 'n'), pod('b', 'n'), pod('c')];
    for (const one of [a, b, c]) cluster.put(one);
    assert.deepEqual(status(), { ...given, disruptedPods: {} });
    cluster.deletePod(a);
    assert.deepEqual([allowed(), status()?.currentHealthy], [1, 4]);
    cluster.bind(c, 'n');
    assert.equal(allowed(), 2);
  });

  it('takes a given status that allows nothing for as far below as it says', () => {
    const { cluster, allowed } = controlled();
    cluster.put(budget({ minAvailable: 3 }, { currentHealthy: 1, desiredHealthy: 3, observedGeneration: 1 }));
    const pods = ['a', 'b', 'c'].map((name) => pod(name));
    for (const one of pods) cluster.put(one);
    const seen = pods.map((one) => {
      cluster.bind(one, 'n');
      return allowed();
    });
    assert.deepEqual(seen, [0, 0, 1]);
  });

  it('works a budget out anew when its spec changes', () => {
    const { cluster, allowed } = controlled();
    cluster.put(budget({ minAvailable: 1 }));
    for (const name of ['a', 'b']) cluster.put(pod(name, 'n'));
    const known = cluster.get('PodDisruptionBudget', 'default', 'web') as PodDisruptionBudget;
    cluster.put({ ...known, spec: { ...known.spec, minAvailable: 2 } });
    assert.equal(allowed(), 0);
    cluster.put(budget({ minAvailable: 0 }));
    assert.equal(allowed(), 2);
  });

  it('always says what a count of all pods would', () => {
    const step = fc.record({
      pod: fc.nat(4),
      what: fc.constantFrom('put', 'bind', 'delete', 'scale'),
      owner: fc.nat(2),
    });
    const limit = fc.oneof(
      fc.record({ minAvailable: fc.oneof(fc.nat(4), fc.constant('40%')) }),
      fc.record({ maxUnavailable: fc.oneof(fc.nat(4), fc.constant('40%')) }),
    );
    fc.assert(
      fc.property(limit, fc.array(step, { maxLength: 30 }), (spec, steps) => {
        const { cluster, status } = controlled();
        cluster.put(budget(spec));
        for (const [place, { pod: number, what, owner }] of steps.entries()) {
          const name = `p${number}`;
          const current = cluster.get('Pod', 'default', name);
          if (what === 'put' && current === undefined) cluster.put(pod(name, '', ownedBy(`rs${owner}`)));
          if (what === 'bind' && current?.spec.nodeName === '') cluster.bind(current, 'n');
          if (what === 'delete' && current !== undefined) cluster.deletePod(current);
          if (what === 'scale') cluster.put(replicaSet(`rs${owner}`, place % 5));
        }
        const fresh = controlled();
        const kinds = ['ReplicaSet', 'Pod'] as const;
        for (const kind of kinds) for (const object of cluster.list(kind)) fresh.cluster.put(object);
        fresh.cluster.put(budget(spec));
        assert.deepEqual(status(), fresh.status());
      }),
    );
  });
});
