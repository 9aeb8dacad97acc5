import assert from 'node:assert/strict';
import { problemsOf, read, type Written } from '../support.ts';

const v1 = (name: string, rest: Written): Written => ({ apiVersion: 'v1', metadata: { name }, ...rest });
const objectOf = (apiVersion: string, rest: Written): Written => ({ apiVersion, metadata: { name: 'a' }, ...rest });

describe('a node', () => {
  it('gives what it has, unless it says otherwise', () => {
    const capacity = { cpu: 4, memory: '16Gi', pods: 110 };
    const expected = { cpu: '4', memory: '16Gi', pods: '110' };
    const node = read('Node', v1('n', { status: { capacity } }));
    assert.deepEqual(node.status.allocatable, expected);
    const reserved = read('Node', v1('n', { status: { capacity, allocatable: { cpu: '3920m' } } }));
    assert.deepEqual(reserved.status, { capacity: expected, allocatable: { cpu: '3920m' }, images: [] });
    assert.equal('namespace' in node.metadata, false);
  });

  it('is read as kubectl gives it', () => {
    const node = read(
      'Node',
      v1('n', {
        metadata: { name: 'n', uid: 'u', resourceVersion: '7', managedFields: [{ manager: 'kubelet' }] },
        spec: {
          podCIDR: '10.1.0.0/24',
          providerID: 'x://n',
          unschedulable: true,
          taints: [
            { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule', timeAdded: '2026-01-01T00:00:00Z' },
          ],
        },
        status: {
          addresses: [{ type: 'InternalIP', address: '10.0.0.1' }],
          conditions: [{ type: 'Ready', status: 'True' }],
          images: [{ names: ['a@sha256:1', 'a:1'], sizeBytes: 500 }],
          nodeInfo: { kubeletVersion: 'v1.36.2' },
          declaredFeatures: ['UserNamespaces'],
        },
      }),
    );
    assert.deepEqual(node, {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'n', uid: 'u', labels: {}, annotations: {} },
      spec: {
        unschedulable: true,
        taints: [{ key: 'node.kubernetes.io/unschedulable', value: '', effect: 'NoSchedule' }],
      },
      status: {
        capacity: {},
        allocatable: {},
        images: [{ names: ['a@sha256:1', 'a:1'], sizeBytes: 500 }],
        declaredFeatures: ['UserNamespaces'],
      },
    });
  });
});

describe('what owns pods', () => {
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c' }] } };
  const selector = { matchLabels: { app: 'web' } };
  const asRead = { matchLabels: { app: 'web' }, matchExpressions: [] };

  it('is read for its selector, and for how many pods it wants', () => {
    assert.deepEqual(read('ReplicaSet', objectOf('apps/v1', { spec: { selector, template, replicas: 3 } })).spec, {
      selector: asRead,
      replicas: 3,
    });
    assert.deepEqual(read('StatefulSet', objectOf('apps/v1', { spec: { selector, serviceName: 'web' } })).spec, {
      selector: asRead,
      replicas: 1,
    });
    assert.deepEqual(read('Service', v1('web', { spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } })).spec, {
      selector: { app: 'web' },
    });
  });

  it('selects the labels of its template when it is a ReplicationController without a selector', () => {
    assert.deepEqual(read('ReplicationController', v1('web', { spec: { template } })).spec, {
      selector: { app: 'web' },
      replicas: 1,
    });
  });
});

it('a namespace is labelled with its name', () => {
  assert.deepEqual(read('Namespace', v1('shop', { status: { phase: 'Active' } })).metadata, {
    name: 'shop',
    labels: { 'kubernetes.io/metadata.name': 'shop' },
    annotations: {},
  });
});

describe('policies', () => {
  it('of priority preempt unless they say otherwise', () => {
    const made = read('PriorityClass', objectOf('scheduling.k8s.io/v1', { value: 10, description: 'x' }));
    assert.deepEqual(made, {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name: 'a', labels: {}, annotations: {} },
      value: 10,
      globalDefault: false,
      preemptionPolicy: 'PreemptLowerPriority',
    });
  });

  it('of disruption are read with their status', () => {
    const status = { disruptionsAllowed: 2, currentHealthy: 3, disruptedPods: { p: '2026-01-01T00:00:00Z' } };
    const { spec, status: found } = read(
      'PodDisruptionBudget',
      objectOf('policy/v1', { spec: { minAvailable: '50%', selector: {} }, status }),
    );
    assert.deepEqual(spec, { selector: { matchLabels: {}, matchExpressions: [] }, minAvailable: '50%' });
    assert.deepEqual(found, { ...status, observedGeneration: 0 });
    // Without the one number that matters, the status is nobody's yet.
    const unknown = { disruptionsAllowed: 0, disruptedPods: {} };
    for (const written of [{}, { status: {} }, { status: { expectedPods: 3, observedGeneration: 1 } }]) {
      const budget = read('PodDisruptionBudget', objectOf('policy/v1', { spec: { maxUnavailable: 1 }, ...written }));
      assert.deepEqual(budget.status, unknown);
    }
  });

  it('of gangs are read with their topology', () => {
    const { spec } = read(
      'PodGroup',
      objectOf('scheduling.k8s.io/v1alpha2', {
        spec: {
          schedulingPolicy: { gang: { minCount: 3 } },
          schedulingConstraints: { topology: [{ key: 'rack' }] },
        },
      }),
    );
    assert.deepEqual(spec, { policy: { gang: { minCount: 3 } }, topologyKey: 'rack' });
  });

  it('of quotas are read for their limits', () => {
    assert.deepEqual(read('ResourceQuota', v1('q', { spec: { hard: { pods: 4, 'requests.cpu': '2' } } })).spec, {
      hard: { pods: '4', 'requests.cpu': '2' },
    });
  });
});

const head = (apiVersion: string, kind: string, rest: string): string =>
  `{apiVersion: ${apiVersion}, kind: ${kind}, metadata: {name: a}, ${rest}}`;

const cases: readonly (readonly [what: string, text: string, expected: string])[] = [
  [
    'a taint without an effect',
    head('v1', 'Node', 'spec: {taints: [{key: a}]}'),
    'spec.taints[0].effect: is required (allowed NoSchedule, PreferNoSchedule, NoExecute)',
  ],
  [
    'a taint with an unknown effect',
    head('v1', 'Node', 'spec: {taints: [{key: a, effect: NoRun}]}'),
    'spec.taints[0].effect: is not a known value (got "NoRun"; allowed NoSchedule, PreferNoSchedule, NoExecute)',
  ],
  [
    'a node that has less than nothing',
    head('v1', 'Node', 'status: {capacity: {cpu: -4}}'),
    'status.capacity.cpu: is not a quantity (got -4; allowed',
  ],
  ['a misspelt field of a node', head('v1', 'Node', 'spec: {taint: []}'), 'spec.taint: unknown field'],
  [
    'a label key that is none',
    '{apiVersion: v1, kind: Node, metadata: {name: a, labels: {"a b": c}}}',
    'metadata.labels["a b"]: is not a label key (got "c"; allowed [DNS name/]up to 63 letters',
  ],
  [
    'a priority that is the system’s own',
    head('scheduling.k8s.io/v1', 'PriorityClass', 'value: 1000000001'),
    'value: is too great (got 1000000001; allowed at most 1000000000; more only in classes whose names begin with system-)',
  ],
  [
    'a gang of nobody',
    head('scheduling.k8s.io/v1alpha2', 'PodGroup', 'spec: {schedulingPolicy: {gang: {minCount: 0}}}'),
    'spec.schedulingPolicy.gang.minCount: is out of range (got 0; allowed a whole number from 1',
  ],
  [
    'a budget that is no share',
    head('policy/v1', 'PodDisruptionBudget', 'spec: {minAvailable: half}'),
    'spec.minAvailable: is neither a number of pods nor a share (got "half"; allowed a whole number that is not negative',
  ],
  [
    'a budget of more than all',
    head('policy/v1', 'PodDisruptionBudget', 'spec: {maxUnavailable: 120%}'),
    'spec.maxUnavailable: is neither a number of pods nor a share (got "120%"; allowed',
  ],
  [
    'a budget that is set twice',
    head('policy/v1', 'PodDisruptionBudget', 'spec: {minAvailable: 1, maxUnavailable: 2}'),
    'spec.maxUnavailable: cannot be set together with minAvailable (got 2; allowed one of them)',
  ],
  [
    'a version that is not read',
    head('policy/v1beta1', 'PodDisruptionBudget', 'spec: {}'),
    'apiVersion: is not a version of PodDisruptionBudget that is read (got "policy/v1beta1"; allowed policy/v1)',
  ],
];

describe('a mistake in an object of the cluster is named with its place, value and remedy:', () => {
  for (const [what, text, expected] of cases) {
    it(what, async () => {
      const [line = '', ...more] = await problemsOf(text);
      assert.deepEqual(more, []);
      assert.ok(/^f\.yaml:1:\d+: /.test(line) && line.includes(expected), line);
    });
  }
});
