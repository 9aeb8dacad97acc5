import assert from 'node:assert/strict';
import { InputError } from '../../../src/api/index.ts';
import { changedNode, changedPod, parseWhatIf } from '../../../src/scheduler/explain/what-if.ts';
import { testNode, testPod } from '../support/cluster.ts';

describe('a what-if', () => {
  it('changes a weight, a request, a label or a taint', () => {
    assert.deepEqual(parseWhatIf('weight:NodeAffinity=5'), { kind: 'weight', plugin: 'NodeAffinity', weight: 5 });
    assert.deepEqual(parseWhatIf('request:nvidia.com/gpu=1'), {
      kind: 'request',
      resource: 'nvidia.com/gpu',
      quantity: '1',
    });
    assert.deepEqual(parseWhatIf('label:n1:topology.kubernetes.io/zone=a'), {
      kind: 'label',
      node: 'n1',
      key: 'topology.kubernetes.io/zone',
      value: 'a',
    });
    assert.deepEqual(parseWhatIf('label:n1:disk-'), { kind: 'label', node: 'n1', key: 'disk', value: undefined });
    assert.deepEqual(parseWhatIf('taint:n1:dedicated=gpu:NoSchedule'), {
      kind: 'taint',
      node: 'n1',
      taint: { key: 'dedicated', value: 'gpu', effect: 'NoSchedule' },
    });
    assert.deepEqual(parseWhatIf('taint:n1:dedicated-'), { kind: 'untaint', node: 'n1', key: 'dedicated' });
  });

  for (const text of ['', 'weight:Fit', 'weight:Fit=-1', 'label:n1', 'taint:n1:key=value:Never', 'other:x=1']) {
    it(`is refused as '${text}', with the forms that there are`, () => {
      assert.throws(
        () => parseWhatIf(text),
        (error) => error instanceof InputError && /request:RESOURCE=QUANTITY/.test(error.message),
      );
    });
  }

  it('leaves everything else alone', () => {
    const node = testNode({ name: 'n1', labels: { zone: 'a', disk: 'ssd' } });
    assert.deepEqual(changedNode(node, parseWhatIf('label:n1:disk-')).metadata.labels, { zone: 'a' });
    assert.equal(changedNode(node, parseWhatIf('label:n2:disk-')), node);
    const tainted = changedNode(node, parseWhatIf('taint:n1:a=b:NoExecute'));
    assert.deepEqual(tainted.spec.taints, [{ key: 'a', value: 'b', effect: 'NoExecute' }]);
    assert.deepEqual(changedNode(tainted, parseWhatIf('taint:n1:a-')).spec.taints, []);
    const pod = testPod({});
    assert.equal(changedPod(pod, parseWhatIf('label:n1:disk-')), pod);
    assert.equal(changedPod(pod, parseWhatIf('request:cpu=7')).spec.containers[0]?.resources.requests.cpu, '7');
  });
});
