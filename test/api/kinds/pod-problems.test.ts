import assert from 'node:assert/strict';
import { problemsOf } from '../support.ts';

const pod = (spec: string): string => `apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  containers: [{name: c}]
  ${spec}
`;
const container = (fields: string): string => `apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  containers:
  - name: c
    ${fields}
`;
const affinity = (fields: string): string => pod(`affinity: {podAffinity: {${fields}}}`);
const required = (term: string): string => affinity(`requiredDuringSchedulingIgnoredDuringExecution: [${term}]`);
const nodes = (requirement: string): string =>
  pod(
    `affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [${requirement}]}]}}}`,
  );

/** What is written, and the one line it must give, without its place. */
const cases: readonly (readonly [what: string, text: string, expected: string])[] = [
  ['a misspelt field', pod('toleration: []'), 'f.yaml:6:3: spec.toleration: unknown field'],
  [
    'a misspelt field of a container',
    container('resource: {}'),
    'f.yaml:7:5: spec.containers[0].resource: unknown field',
  ],
  [
    'a text that is no quantity',
    container('resources: {requests: {cpu: 1core}}'),
    'spec.containers[0].resources.requests.cpu: is not a quantity (got "1core"; allowed a number with an optional suffix: m, k, M, G, T, P, E, Ki, Mi, Gi, Ti, Pi, Ei, or e3; not negative; in quotes from 2^53 on)',
  ],
  [
    'a negative quantity',
    container('resources: {requests: {memory: -1Gi}}'),
    'spec.containers[0].resources.requests.memory: is not a quantity (got "-1Gi"; allowed a number',
  ],
  [
    'a number that has lost its last digits',
    container('resources: {requests: {memory: 9007199254740993}}'),
    'spec.containers[0].resources.requests.memory: is not a quantity (got 9007199254740992; allowed a number',
  ],
  [
    'more than the limit',
    container('resources: {requests: {cpu: 2}, limits: {cpu: 1500m}}'),
    'spec.containers[0].resources.requests.cpu: is more than the limit (got 2; allowed at most 1500m)',
  ],
  [
    'a resource that there is not',
    container('resources: {requests: {cpus: 2}}'),
    'spec.containers[0].resources.requests.cpus: is not a resource (got 2; allowed cpu, memory, ephemeral-storage, hugepages-SIZE, or a name with a domain)',
  ],
  [
    'half a device',
    container('resources: {limits: {nvidia.com/gpu: 0.5}}'),
    'spec.containers[0].resources.limits["nvidia.com/gpu"]: is not whole (got 0.5; allowed whole numbers of nvidia.com/gpu)',
  ],
  [
    'a resource that a pod as a whole does not have',
    pod('resources: {requests: {ephemeral-storage: 1Gi}}'),
    'spec.resources.requests.ephemeral-storage: is not for a pod as a whole (got "1Gi"; allowed cpu, memory, hugepages-SIZE)',
  ],
  [
    'a port of the node out of range',
    container('ports: [{containerPort: 1, hostPort: 65536}]'),
    'spec.containers[0].ports[0].hostPort: is out of range (got 65536; allowed a whole number from 0 to 65535)',
  ],
  [
    'two containers of one name',
    pod('initContainers: [{name: c}]'),
    'f.yaml:6:27: spec.initContainers[0].name: repeats the name of containers[0] (got "c")',
  ],
  [
    'a volume with two sources',
    pod('volumes: [{name: v, emptyDir: {}, hostPath: {path: /}}]'),
    'spec.volumes[0].emptyDir: is a second source beside hostPath (got {}; allowed one source per volume)',
  ],
  [
    'a priority beyond 32 bits',
    pod('priority: 3000000000'),
    'spec.priority: is out of range (got 3000000000; allowed a whole number from -2147483648 to 2147483647)',
  ],
  [
    'a label that is none',
    pod('nodeSelector: {zone: "a b"}'),
    'spec.nodeSelector.zone: is not a label value (got "a b"; allowed up to 63 letters',
  ],
  [
    'an unknown effect of a taint',
    pod('tolerations: [{key: a, operator: Exists, effect: NoRun}]'),
    'spec.tolerations[0].effect: is not a known value (got "NoRun"; allowed "", NoSchedule, PreferNoSchedule, NoExecute)',
  ],
  [
    'a toleration of every key by value',
    pod('tolerations: [{value: a}]'),
    'spec.tolerations[0].key: is required (allowed a label key; none only with operator Exists)',
  ],
  [
    'a toleration of a key with a value',
    pod('tolerations: [{key: a, operator: Exists, value: b}]'),
    'spec.tolerations[0].value: does not fit the operator (got "b"; allowed no value with operator Exists)',
  ],
  [
    'a toleration that compares no number',
    pod('tolerations: [{key: a, operator: Gt, value: "1.5"}]'),
    'spec.tolerations[0].value: does not fit the operator (got "1.5"; allowed a whole number with operator Gt)',
  ],
  [
    'a weight out of range',
    affinity(
      'preferredDuringSchedulingIgnoredDuringExecution: [{weight: 0, podAffinityTerm: {topologyKey: zone, labelSelector: {}}}]',
    ),
    'preferredDuringSchedulingIgnoredDuringExecution[0].weight: is out of range (got 0; allowed a whole number from 1 to 100)',
  ],
  [
    'an affinity without a topology',
    required('{labelSelector: {}}'),
    'requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: is required (allowed [DNS name/]up to 63 letters',
  ],
  [
    'keys of labels without a selector',
    required('{topologyKey: zone, matchLabelKeys: [a]}'),
    'matchLabelKeys: has nothing to narrow (got ["a"]; allowed only with a labelSelector)',
  ],
  [
    'a key that must match and must not',
    required('{topologyKey: zone, labelSelector: {}, matchLabelKeys: [a], mismatchLabelKeys: [a]}'),
    'mismatchLabelKeys: has keys of matchLabelKeys (got ["a"]; allowed each key in one of the two)',
  ],
  [
    'an operator without its values',
    nodes('{key: a, operator: In}'),
    'matchExpressions[0].values: does not fit the operator (allowed at least one value for In)',
  ],
  [
    'a comparison with no number',
    nodes('{key: a, operator: Gt, values: [many]}'),
    'matchExpressions[0].values: does not fit the operator (got ["many"]; allowed one whole number for Gt)',
  ],
  [
    'an unknown operator',
    nodes('{key: a, operator: Is, values: [b]}'),
    'matchExpressions[0].operator: is not a known value (got "Is"; allowed In, NotIn, Exists, DoesNotExist, Gt, Lt)',
  ],
  [
    'a node selector without terms',
    pod('affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: []}}}'),
    'nodeSelectorTerms: is empty (got []; allowed at least one term)',
  ],
  [
    'a skew below 1',
    pod('topologySpreadConstraints: [{maxSkew: 0, topologyKey: zone, whenUnsatisfiable: DoNotSchedule}]'),
    'spec.topologySpreadConstraints[0].maxSkew: is out of range (got 0; allowed a whole number from 1',
  ],
  [
    'a spreading without a topology',
    pod('topologySpreadConstraints: [{maxSkew: 1, topologyKey: "", whenUnsatisfiable: DoNotSchedule}]'),
    'spec.topologySpreadConstraints[0].topologyKey: is not a label key (got ""; allowed',
  ],
  [
    'domains that would not be waited for',
    pod('topologySpreadConstraints: [{maxSkew: 1, topologyKey: a, whenUnsatisfiable: ScheduleAnyway, minDomains: 2}]'),
    'spec.topologySpreadConstraints[0].minDomains: has no effect (got 2; allowed only with DoNotSchedule)',
  ],
  [
    'a claim from nowhere',
    pod('resourceClaims: [{name: gpu}]'),
    'spec.resourceClaims[0].resourceClaimName: is required (allowed it or resourceClaimTemplateName, not both)',
  ],
  [
    'an object that is not in the API’s words',
    pod('affinity: {podAffinity: {required: []}}'),
    'f.yaml:6:28: spec.affinity.podAffinity.required: unknown field',
  ],
];

describe('a mistake in a pod is named with its place, value and remedy:', () => {
  for (const [what, text, expected] of cases) {
    it(what, async () => {
      const [line = '', ...more] = await problemsOf(text);
      assert.deepEqual(more, []);
      assert.ok(/^f\.yaml:\d+:\d+: /.test(line) && line.includes(expected), line);
    });
  }

  it('two equal constraints of spreading', async () => {
    const constraint = '{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule}';
    const [line] = await problemsOf(pod(`topologySpreadConstraints: [${constraint}, ${constraint}]`));
    assert.match(
      line ?? '',
      /topologySpreadConstraints\[1\]\.topologyKey: repeats the topologyKey and whenUnsatisfiable of topologySpreadConstraints\[0\]/,
    );
  });
});
