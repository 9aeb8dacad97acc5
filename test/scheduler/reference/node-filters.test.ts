import assert from 'node:assert/strict';
import type { NodeAffinity, NodeSelectorTerm } from '../../../src/api/objects.ts';
import { type NodeWords, type PodWords, testContainer, testNode, testPod } from '../support/objects.ts';
import { emptyCluster } from './cluster.ts';
import type { ReferenceOptions } from './options.ts';
import { referenceSchedule } from './schedule.ts';
import { nodeTerm, refusals, requirement, scoresOf } from './words.ts';

/** What keeps the pod off the one node, and off a second, plain one called `other`. */
function refusal(
  node: NodeWords,
  pod: PodWords,
  running: readonly PodWords[] = [],
  options: Partial<ReferenceOptions> = {},
): string | undefined {
  const cluster = emptyCluster({
    nodes: [testNode({ name: 'n', ...node })],
    pods: running.map((words, index) => testPod({ name: `running-${index}`, nodeName: 'n', ...words })),
  });
  return refusals(referenceSchedule(cluster, testPod(pod), options)).n;
}

const requiring = (...nodeSelectorTerms: readonly NodeSelectorTerm[]): NodeAffinity => ({
  required: { nodeSelectorTerms },
  preferred: [],
});
const affine = (nodeAffinity: NodeAffinity): PodWords => ({ spec: { affinity: { nodeAffinity } } });

describe('NodeUnschedulable', () => {
  it('keeps pods off a cordoned node, unless they tolerate that', () => {
    const cordoned = { unschedulable: true };
    assert.equal(refusal(cordoned, {}), 'unresolvable: node(s) were unschedulable');
    const tolerations = [{ key: 'node.kubernetes.io/unschedulable', operator: 'Exists' as const }];
    assert.equal(refusal(cordoned, { tolerations }), undefined);
  });
});

describe('NodeName', () => {
  it('keeps a pod that names another node off this one', () => {
    assert.equal(refusal({}, { nodeName: 'm' }), "unresolvable: node(s) didn't match the requested node name");
    assert.equal(refusal({}, { nodeName: 'n' }), undefined);
  });
});

describe('TaintToleration', () => {
  const taints = ['soft:PreferNoSchedule', 'gpu=yes:NoSchedule', 'dedicated=db:NoExecute'];

  it('keeps pods off a node with a taint that they do not tolerate', () => {
    assert.equal(refusal({ taints }, {}), 'unresolvable: node(s) had untolerated taint(s)');
  });

  it('does not name the taint in late releases of 1.34 either', () => {
    const options = { compat: '1.34' } as const;
    assert.equal(refusal({ taints }, {}, [], options), 'unresolvable: node(s) had untolerated taint(s)');
  });

  it('matches key, value and effect, where they are given', () => {
    const tolerated = (toleration: NonNullable<PodWords['tolerations']>[number]): boolean =>
      refusal({ taints: ['gpu=yes:NoSchedule'] }, { tolerations: [toleration] }) === undefined;
    assert.ok(tolerated({ operator: 'Exists' }));
    assert.ok(tolerated({ key: 'gpu', value: 'yes' }));
    assert.ok(tolerated({ key: 'gpu', value: 'yes', effect: 'NoSchedule' }));
    assert.ok(!tolerated({ key: 'gpu', value: 'no' }));
    assert.ok(!tolerated({ key: 'gpu', operator: 'Exists', effect: 'NoExecute' }));
    assert.ok(!tolerated({ key: 'cpu', operator: 'Exists' }));
  });

  it('scores nodes by the soft taints that the pod does not tolerate', () => {
    const nodes = [
      testNode({ name: 'none' }),
      testNode({ name: 'one', taints: ['a:PreferNoSchedule', 'c=1:NoSchedule'] }),
      testNode({ name: 'three', taints: ['a:PreferNoSchedule', 'b:PreferNoSchedule', 'd:PreferNoSchedule'] }),
    ];
    const tolerations = [
      { key: 'c', operator: 'Exists' as const },
      // Of another effect, so it does not count here.
      { key: 'd', operator: 'Exists' as const, effect: 'NoSchedule' as const },
    ];
    const decision = referenceSchedule(emptyCluster({ nodes }), testPod({ tolerations }));
    assert.deepEqual(scoresOf(decision, 'TaintToleration'), { raw: [0, 1, 3], normalized: [100, 67, 0] });
  });
});

describe('NodeAffinity', () => {
  const labels = { disk: 'ssd', generation: '4', zone: 'a' };
  const mismatch = "unresolvable: node(s) didn't match Pod's node affinity/selector";

  it('asks for every label of the selector', () => {
    assert.equal(refusal({ labels }, { nodeSelector: { disk: 'ssd', zone: 'a' } }), undefined);
    assert.equal(refusal({ labels }, { nodeSelector: { disk: 'ssd', zone: 'b' } }), mismatch);
  });

  it('knows six operators', () => {
    const allows = (...expression: Parameters<typeof requirement>): boolean =>
      refusal({ labels }, affine(requiring(nodeTerm({ matchExpressions: [requirement(...expression)] })))) ===
      undefined;
    const yes: readonly Parameters<typeof requirement>[] = [
      ['disk', 'In', 'hdd', 'ssd'],
      ['disk', 'NotIn', 'hdd'],
      ['absent', 'NotIn', 'hdd'],
      ['disk', 'Exists'],
      ['absent', 'DoesNotExist'],
      ['generation', 'Gt', '3'],
      ['generation', 'Lt', '5'],
    ];
    const no: readonly Parameters<typeof requirement>[] = [
      ['disk', 'In', 'hdd'],
      ['absent', 'In', 'hdd'],
      ['disk', 'NotIn', 'ssd'],
      ['absent', 'Exists'],
      ['disk', 'DoesNotExist'],
      ['generation', 'Gt', '4'],
      ['generation', 'Lt', '4'],
      ['disk', 'Gt', '3'],
      ['absent', 'Lt', '3'],
      ['generation', 'Gt', 'three'],
    ];
    assert.deepEqual(
      yes.filter((expression) => !allows(...expression)),
      [],
    );
    assert.deepEqual(
      no.filter((expression) => allows(...expression)),
      [],
    );
  });

  it('takes any of the terms, but none that asks for nothing', () => {
    const ssd = nodeTerm({ matchExpressions: [requirement('disk', 'In', 'ssd')] });
    const hdd = nodeTerm({ matchExpressions: [requirement('disk', 'In', 'hdd')] });
    assert.equal(refusal({ labels }, affine(requiring(hdd, ssd))), undefined);
    assert.equal(refusal({ labels }, affine(requiring(hdd, nodeTerm({})))), mismatch);
  });

  it('rules out all nodes that no term names', () => {
    const named = nodeTerm({ matchFields: [requirement('metadata.name', 'In', 'm')] });
    assert.equal(
      refusal({ labels }, affine(requiring(named))),
      "unresolvable: node(s) didn't satisfy plugin(s) [NodeAffinity]",
    );
    const other = nodeTerm({ matchExpressions: [requirement('zone', 'In', 'b')] });
    assert.equal(refusal({ labels }, affine(requiring(named, other))), mismatch);
  });

  it('refuses a pod whose terms all name nodes that contradict each other', () => {
    const matchFields = ['n', 'm'].map((name) => requirement('metadata.name', 'In', name));
    const decision = referenceSchedule(
      emptyCluster({ nodes: [testNode()] }),
      testPod(affine(requiring(nodeTerm({ matchFields })))),
    );
    assert.deepEqual(decision.preFilter.rejection?.reasons, ['pod affinity terms conflict']);
    assert.equal(decision.diagnosis.preFilterMessage, 'pod affinity terms conflict');
  });

  it('asks for what the profile adds first', () => {
    const addedAffinity = requiring(nodeTerm({ matchExpressions: [requirement('zone', 'In', 'b')] }));
    const enforced = "unresolvable: node(s) didn't match scheduler-enforced node affinity";
    assert.equal(refusal({ labels }, {}, [], { addedAffinity }), enforced);
    assert.equal(
      refusal({ labels: { zone: 'b' } }, { nodeSelector: { disk: 'ssd' } }, [], { addedAffinity }),
      mismatch,
    );
  });

  it('adds up the weights of the preferred terms that match', () => {
    const preferred = (key: string, weight: number): NodeAffinity['preferred'][number] => ({
      weight,
      preference: nodeTerm({ matchExpressions: [requirement(key, 'Exists')] }),
    });
    const nodes = [
      testNode({ name: 'a', labels: { x: '1', y: '1' } }),
      testNode({ name: 'b', labels: { y: '1' } }),
      testNode({ name: 'c' }),
    ];
    const empty = { weight: 50, preference: nodeTerm({}) };
    const pod = testPod(affine({ preferred: [preferred('x', 10), preferred('y', 5), empty] }));
    const decision = referenceSchedule(emptyCluster({ nodes }), pod, {
      addedAffinity: { preferred: [preferred('y', 1)] },
    });
    assert.deepEqual(scoresOf(decision, 'NodeAffinity'), { raw: [16, 6, 0], normalized: [100, 37, 0] });
    assert.equal(scoresOf(referenceSchedule(emptyCluster({ nodes }), testPod()), 'NodeAffinity'), undefined);
  });
});

describe('NodePorts', () => {
  const taken = "unschedulable: node(s) didn't have free ports for the requested pod ports";
  const asking = (hostIP: string, protocol: 'TCP' | 'UDP' = 'TCP', restartPolicy?: 'Always'): PodWords => {
    const container = testContainer({
      ports: [{ hostPort: 80, hostIP, protocol }],
      ...(restartPolicy ? { restartPolicy } : {}),
    });
    return { spec: restartPolicy ? { initContainers: [container] } : { containers: [container] } };
  };

  it('gives a port out once', () => {
    assert.equal(refusal({}, { hostPorts: [80] }, [{ hostPorts: [443, 80] }]), taken);
    assert.equal(refusal({}, { hostPorts: [80] }, [{ hostPorts: [443] }]), undefined);
    assert.equal(refusal({}, asking('', 'UDP'), [asking('')]), undefined);
  });

  it('once for each address, where no one has it on all', () => {
    assert.equal(refusal({}, asking('10.0.0.1'), [asking('10.0.0.2')]), undefined);
    assert.equal(refusal({}, asking('10.0.0.1'), [asking('10.0.0.1')]), taken);
    assert.equal(refusal({}, asking('10.0.0.1'), [asking('')]), taken);
    assert.equal(refusal({}, asking('0.0.0.0'), [asking('10.0.0.2')]), taken);
  });

  it('sees the ports of sidecars', () => assert.equal(refusal({}, asking('', 'TCP', 'Always'), [asking('')]), taken));
});

describe('NodeResourcesFit', () => {
  const full = [{ requests: { cpu: '3', memory: '30Gi', 'example.com/gpu': '1' } }];
  const resources = { 'example.com/gpu': '1' };

  it('names everything that there is too little of', () => {
    const requests = { cpu: '1001m', memory: '2049Mi', 'example.com/gpu': '1' };
    const reasons = 'unschedulable: Insufficient cpu, Insufficient memory, Insufficient example.com/gpu';
    assert.equal(refusal({ resources }, { requests }, full), reasons);
    assert.equal(refusal({ resources }, { requests: { cpu: '1', memory: '2Gi' } }, full), undefined);
  });

  it('knows when evicting would not help', () => {
    assert.equal(
      refusal({}, { requests: { cpu: '4001m', memory: '31Gi' } }, full),
      'unresolvable: Insufficient cpu, Insufficient memory',
    );
    assert.equal(
      refusal({}, { requests: { 'ephemeral-storage': '1' } }),
      'unresolvable: Insufficient ephemeral-storage',
    );
  });

  it('counts pods, also those that ask for nothing', () => {
    assert.equal(refusal({ pods: '1' }, {}, [{}]), 'unschedulable: Too many pods');
    const both = 'unschedulable: Too many pods, Insufficient cpu';
    assert.equal(refusal({ pods: '1' }, { requests: { cpu: '2' } }, full), both);
    assert.equal(refusal({ pods: '2' }, { requests: { cpu: '0' } }, [{ requests: { cpu: '9' } }]), undefined);
  });

  it('passes over extended resources that the profile ignores', () => {
    const requests = { 'example.com/gpu': '5', 'hugepages-2Mi': '4Mi' };
    const lacking = 'unresolvable: Insufficient hugepages-2Mi';
    assert.equal(refusal({}, { requests }, [], { ignoredResources: ['example.com/gpu', 'hugepages-2Mi'] }), lacking);
    assert.equal(refusal({}, { requests }, [], { ignoredResourceGroups: ['example.com'] }), lacking);
  });
});

describe('NodeDeclaredFeatures', () => {
  const container = { ...testContainer(), restartPolicyRules: [{ action: 'RestartAllContainers' }] };
  const pod = { spec: { containers: [container], hostNetwork: true, hostUsers: false } };
  const [restart, users] = ['RestartAllContainersOnContainerExits', 'UserNamespacesHostNetworkSupport'] as const;
  const text = 'unresolvable: node declared features check failed - unsatisfied requirements: ';

  it('asks for every feature that the pod needs', () => {
    assert.equal(refusal({}, pod), `${text}${restart}, ${users}`);
    assert.equal(refusal({ declaredFeatures: [restart] }, pod), text + users);
    assert.equal(refusal({ declaredFeatures: [users, 'Other', restart] }, pod), undefined);
    assert.equal(refusal({}, { spec: { hostNetwork: true, hostUsers: true } }), undefined);
  });

  it('came after 1.34', () => assert.equal(refusal({}, pod, [], { compat: '1.34' }), undefined));
});
