import assert from 'node:assert/strict';
import { nodeUpdateActions, podUpdateActions } from '../../../src/scheduler/queue/index.ts';
import { type NodeWords, type PodWords, testNode, testPod } from '../support/objects.ts';

describe('what has changed of a node', () => {
  const actions = (before: NodeWords, after: NodeWords): readonly string[] =>
    nodeUpdateActions(testNode(before), testNode(after));

  it('is nothing when amounts are only written differently', () => {
    assert.deepEqual(actions({ cpu: '2' }, { cpu: '2000m' }), []);
    assert.deepEqual(actions({ annotations: { a: '1' } }, { annotations: { a: '2' } }), []);
  });

  it('is told apart', () => {
    assert.deepEqual(actions({ cpu: '2' }, { cpu: '3' }), ['update-allocatable']);
    assert.deepEqual(actions({}, { resources: { 'example.com/gpu': '1' } }), ['update-allocatable']);
    assert.deepEqual(actions({}, { labels: { zone: 'a' } }), ['update-labels']);
    assert.deepEqual(actions({ labels: { zone: 'a' } }, { labels: { zone: 'b' } }), ['update-labels']);
    assert.deepEqual(actions({ taints: ['a=b:NoSchedule'] }, {}), ['update-taints']);
    assert.deepEqual(actions({ taints: ['a=b:NoSchedule'] }, { taints: ['a=b:NoExecute'] }), ['update-taints']);
    assert.deepEqual(actions({ cpu: '2' }, { cpu: '3', taints: ['a:NoSchedule'], labels: { a: '' } }), [
      'update-allocatable',
      'update-labels',
      'update-taints',
    ]);
  });

  it('counts as a taint less when pods may be scheduled there again', () => {
    assert.deepEqual(actions({ unschedulable: true }, {}), ['update-taints']);
    assert.deepEqual(actions({}, { unschedulable: true }), []);
  });
});

describe('what has changed of a pod', () => {
  const actions = (before: PodWords, after: PodWords): readonly string[] =>
    podUpdateActions(testPod(before), testPod(after));

  it('is told apart', () => {
    assert.deepEqual(actions({}, { labels: { app: 'web' } }), ['update-labels']);
    assert.deepEqual(actions({ requests: { cpu: '2' } }, { requests: { cpu: '1' } }), ['update-scale-down']);
    assert.deepEqual(actions({ requests: { cpu: '2' } }, {}), ['update-scale-down']);
    assert.deepEqual(actions({}, { tolerations: [{ key: 'a' }] }), ['update-tolerations']);
    assert.deepEqual(actions({ spec: { schedulingGates: ['a'] } }, {}), ['update-gates-eliminated']);
    assert.deepEqual(actions({}, { status: { resourceClaimStatuses: [{ name: 'gpu', resourceClaimName: 'x' }] } }), [
      'update-claims',
    ]);
    assert.deepEqual(actions({ requests: { cpu: '2' } }, { requests: { cpu: '1' }, labels: { a: 'b' } }), [
      'update-labels',
      'update-scale-down',
    ]);
  });

  it('is an update like any other when nothing of these has', () => {
    assert.deepEqual(actions({ requests: { cpu: '1' } }, { requests: { cpu: '2' } }), ['update']);
    assert.deepEqual(actions({ spec: { schedulingGates: ['a', 'b'] } }, { spec: { schedulingGates: ['a'] } }), [
      'update',
    ]);
  });

  it('includes what an in-place resize gives back', () => {
    const resized = (cpu: string): PodWords => ({
      requests: { cpu: '1' },
      nodeName: 'node',
      status: { containerStatuses: [{ name: 'main', resources: { requests: { cpu }, limits: {} } }] },
    });
    assert.deepEqual(actions(resized('2'), resized('1')), ['update-scale-down']);
  });
});
