import assert from 'node:assert/strict';
import { join } from 'node:path';
import { packageRoot } from '../../native/load.ts';
import { configYaml, nodeYaml, podYaml, schedulerVerb, withFiles } from '../support/scheduler-verb.ts';

const cluster = join(packageRoot(), 'examples', 'cluster.yaml');
const explain = (pod: string, ...args: readonly string[]) =>
  schedulerVerb('explain', '-f', cluster, '--pod', pod, ...args);

interface ExplainJson {
  readonly explanation: {
    readonly best: readonly string[];
    readonly nodes: readonly {
      readonly node: string;
      readonly kind: string;
      readonly total?: number;
      readonly scores?: readonly { plugin: string; weight: number; raw: number; normalized: number }[];
    }[];
  };
  readonly whatIf: readonly { readonly text: string; readonly explanation: ExplainJson['explanation'] }[];
}

describe('kubedyno scheduler explain', () => {
  it('shows every node’s verdict, every score, and the choice', async () => {
    const { out, exitCode } = await explain('report');
    assert.match(out, /^node-b {3}NodeAffinity {5}node\(s\) didn't match Pod's node affinity\/selector$/m);
    assert.match(out, /^node-c {3}TaintToleration {2}node\(s\) had untolerated taint\(s\)$/m);
    assert.match(out, /^node-a {6}412 {14}0→100 /m);
    assert.match(out, /^report goes to node-a, the only node on which it fits$/m);
    assert.equal(exitCode, 0);
  });

  it('gives totals that are the sums of the weighted scores', async () => {
    const { explanation } = JSON.parse((await explain('web-0', '--json')).out) as ExplainJson;
    const feasible = explanation.nodes.filter(({ kind }) => kind === 'feasible');
    assert.equal(feasible.length, 2);
    for (const { total, scores = [] } of feasible) {
      assert.equal(
        total,
        scores.reduce((sum, { weight, normalized }) => sum + weight * normalized, 0),
      );
    }
  });

  const changes: readonly (readonly [change: string, best: readonly string[]])[] = [
    ['label:node-b:disk=ssd', ['node-b']],
    ['label:node-a:disk-', []],
    ['taint:node-a:full=yes:NoSchedule', []],
    ['taint:node-c:dedicated-', ['node-a']],
    ['request:cpu=5', []],
    ['weight:ImageLocality=7', ['node-a']],
  ];
  it('tries changes, each by itself', async () => {
    const { out } = await explain('report', '--json', '--what-if', ...changes.map(([change]) => change));
    const { whatIf } = JSON.parse(out) as ExplainJson;
    assert.deepEqual(
      whatIf.map(({ text, explanation }) => [text, explanation.best]),
      changes,
    );
  });

  it('finds the weight that tips the choice, and a what-if with that weight agrees', async () => {
    // The empty node is to be avoided if possible, the other one is nearly full.
    const avoided = nodeYaml('a').replace(
      'status:',
      'spec: { taints: [{ key: old, effect: PreferNoSchedule }] }\nstatus:',
    );
    const manifests = avoided + nodeYaml('b') + podYaml('x', '3', 'nodeName: b') + podYaml('p');
    const config = configYaml(
      'profiles: [{ plugins: { score: { disabled: [{ name: "*" }], enabled: [{ name: NodeResourcesFit }, { name: TaintToleration, weight: 1 }] } } }]',
    );
    await withFiles({ 'm.yaml': manifests, 'c.yaml': config }, async (pathOf) => {
      const args = ['explain', '-f', pathOf('m.yaml'), '--config', pathOf('c.yaml'), '--pod', 'p', '--json'];
      const { explanation, tipping } = JSON.parse((await schedulerVerb(...args)).out) as ExplainJson & {
        tipping: { plugin: string; newWeight: number; node: string }[];
      };
      for (const { plugin, newWeight, node } of tipping) {
        assert.ok(!explanation.best.includes(node));
        const changed = JSON.parse(
          (await schedulerVerb(...args, '--what-if', `weight:${plugin}=${newWeight}`)).out,
        ) as ExplainJson;
        assert.deepEqual(changed.whatIf[0]?.explanation.best, [node]);
      }
      assert.ok(tipping.length > 0, JSON.stringify(explanation));
    });
  });

  it('says that a pod fits nowhere, and ends with 1', async () => {
    const on = (manifests: string) =>
      withFiles({ 'm.yaml': manifests }, (pathOf) => schedulerVerb('explain', '-f', pathOf('m.yaml'), '--pod', 'p'));
    assert.deepEqual(await on(podYaml('p')), { out: 'p goes nowhere: there are no nodes\n', err: '', exitCode: 1 });
    const { out, exitCode } = await on(nodeYaml('n1') + podYaml('p', '9'));
    assert.match(out, /^n1 {7}NodeResourcesFit {2}Insufficient cpu\n\np fits on none of 1 nodes$/m);
    assert.equal(exitCode, 1);
  });

  it('takes a pod that runs already off its node first', () =>
    withFiles({ 'm.yaml': nodeYaml('n1', '1') + podYaml('p', '1', 'nodeName: n1') }, async (pathOf) => {
      const { out, err } = await schedulerVerb('explain', '-f', pathOf('m.yaml'), '--pod', 'p');
      assert.match(out, /^p goes to n1, the only node/m);
      assert.equal(err, 'note: p runs on n1; it is taken off for this\n');
    }));

  it('has the claims made that belong to the pod', () => {
    const fast = `---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: { name: fast }
provisioner: d.csi
volumeBindingMode: WaitForFirstConsumer
`;
    const claimSpec =
      '{ storageClassName: fast, accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }';
    const volume = `volumes: [{ name: scratch, ephemeral: { volumeClaimTemplate: { spec: ${claimSpec} } } }]`;
    return withFiles({ 'm.yaml': nodeYaml('n1') + fast + podYaml('p', '1', volume) }, async (pathOf) => {
      const { out, exitCode } = await schedulerVerb('explain', '-f', pathOf('m.yaml'), '--pod', 'p');
      assert.match(out, /^p goes to n1, the only node on which it fits$/m);
      assert.equal(exitCode, 0);
    });
  });
});
