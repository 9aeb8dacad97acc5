import assert from 'node:assert/strict';
import { nodeObject, podObject } from '../../../src/workloads/trace/to-objects.ts';
import type { TracePod } from '../../../src/workloads/trace/trace.ts';

const gpu = 'alibabacloud.com/gpu-milli';
const pod: TracePod = {
  name: 'p',
  cpuMilli: 11_908,
  memoryMib: 47_104,
  gpus: 1,
  gpuMilli: 470,
  models: ['V100M16', 'V100M32'],
  qos: 'LS',
};

describe('a node of a trace as an object', () => {
  it('has its GPUs as thousandths and their model as a label', () => {
    const node = nodeObject({ name: 'n', cpuMilli: 96_000, memoryMib: 393_216, gpus: 8, model: 'G2' });
    assert.deepEqual(node.status.allocatable, { cpu: '96000m', memory: '393216Mi', pods: '1000', [gpu]: '8000' });
    assert.deepEqual(node.status.capacity, node.status.allocatable);
    assert.equal(node.metadata.labels['alibabacloud.com/gpu-card-model'], 'G2');
  });

  it('has neither without GPUs', () => {
    const node = nodeObject({ name: 'n', cpuMilli: 32_000, memoryMib: 262_144, gpus: 0, model: '' });
    assert.deepEqual(Object.keys(node.status.allocatable), ['cpu', 'memory', 'pods']);
    assert.deepEqual(node.metadata.labels, { 'kubernetes.io/hostname': 'n' });
  });
});

describe('a pod of a trace as an object', () => {
  it('asks for a share of a GPU and for its models', () => {
    const { spec } = podObject(pod);
    assert.deepEqual(spec.containers[0]?.resources.requests, { cpu: '11908m', memory: '47104Mi', [gpu]: '470' });
    assert.deepEqual(spec.affinity.nodeAffinity?.required?.nodeSelectorTerms, [
      {
        matchExpressions: [{ key: 'alibabacloud.com/gpu-card-model', operator: 'In', values: ['V100M16', 'V100M32'] }],
        matchFields: [],
      },
    ]);
  });

  it('asks for whole GPUs together, and for none without GPUs', () => {
    const requests = (demand: Partial<TracePod>) =>
      podObject({ ...pod, models: [], ...demand }).spec.containers[0]?.resources.requests[gpu];
    assert.equal(requests({ gpus: 4, gpuMilli: 1000 }), '4000');
    assert.equal(requests({ gpus: 0, gpuMilli: 0 }), undefined);
    assert.deepEqual(podObject({ ...pod, models: [] }).spec.affinity, {});
  });

  it('has the priority of its class of service, and 0 where none is given', () => {
    assert.equal(podObject(pod).spec.priority, 0);
    assert.equal(podObject(pod, { priorities: { LS: 100 } }).spec.priority, 100);
    assert.equal(podObject(pod, { priorities: { BE: 100 } }).spec.priority, 0);
  });
});
