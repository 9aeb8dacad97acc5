import assert from 'node:assert/strict';
import type { Container } from '../../../src/api/objects.ts';
import { type ContainerWords, testContainer, testPod } from '../support/objects.ts';
import { nonZeroRequestsOfPending, requestsOfAssigned, requestsOfPending } from './pod-requests.ts';

const containers = (...words: readonly ContainerWords[]): Container[] => words.map(testContainer);
const needs = (cpu: string, memory: string): ContainerWords => ({ requests: { cpu, memory } });
const sidecar = (cpu: string, memory: string): ContainerWords => ({ ...needs(cpu, memory), restartPolicy: 'Always' });
const plain = (amounts: ReadonlyMap<string, bigint>): Record<string, number> =>
  Object.fromEntries([...amounts].map(([name, amount]) => [name, Number(amount)]));

describe('what a pod asks for', () => {
  it('is the sum of its containers, or the largest init container', () => {
    const pod = testPod({
      spec: {
        initContainers: containers(needs('2', '1G'), needs('2', '3G')),
        containers: containers(needs('2', '1G'), needs('1', '1G')),
      },
    });
    assert.deepEqual(plain(requestsOfPending(pod)), { cpu: 3000, memory: 3e9 });
  });

  it('has sidecars among the containers, and beside every init container that comes after them', () => {
    const pod = testPod({
      spec: {
        initContainers: containers(needs('5', '1'), sidecar('1', '10'), needs('4500m', '1'), sidecar('2', '20')),
        containers: containers(needs('1', '1')),
      },
    });
    // Containers and sidecars: 1 + 1 + 2. At the start: 5, then 1 + 4.5, then 1 + 2.
    assert.deepEqual(plain(requestsOfPending(pod)), { cpu: 5500, memory: 31 });
  });

  it('is what the pod as a whole says, where it does, and the overhead on top', () => {
    const pod = testPod({
      requests: { cpu: '1', memory: '1Gi', 'example.com/gpu': '2' },
      spec: {
        resources: { requests: { cpu: '3', 'example.com/gpu': '9' }, limits: {} },
        overhead: { cpu: '250m', memory: '1Mi' },
      },
    });
    const expected = { cpu: 3250, memory: 2 ** 30 + 2 ** 20, 'example.com/gpu': 2 };
    assert.deepEqual(plain(requestsOfPending(pod)), expected);
  });

  it('is taken for 100m and 200 MiB a container in scores, but an explicit zero is zero', () => {
    const pod = testPod({
      spec: { containers: containers({}, { requests: { cpu: '0', memory: '1' } }), initContainers: containers({}) },
    });
    assert.deepEqual(plain(requestsOfPending(pod)), { cpu: 0, memory: 1 });
    assert.deepEqual(plain(nonZeroRequestsOfPending(pod)), { cpu: 100, memory: 209715201 });
  });

  it('is not made up in scores where the pod as a whole says it', () => {
    const spec = { resources: { requests: { memory: '1Mi' }, limits: {} }, containers: containers({}, {}) };
    assert.deepEqual(plain(nonZeroRequestsOfPending(testPod({ spec }))), { cpu: 200, memory: 2 ** 20 });
  });

  describe('while it is resized', () => {
    const resized = (reason: string | undefined, allocated: string, actual: string): Record<string, number> => {
      const resources = { requests: { cpu: actual }, limits: {} };
      const pod = testPod({
        requests: { cpu: '2' },
        status: {
          containerStatuses: [{ name: 'main', allocatedResources: { cpu: allocated }, resources }],
          conditions: reason === undefined ? [] : [{ type: 'PodResizePending', status: 'True', reason }],
        },
      });
      return plain(requestsOfAssigned(pod));
    };

    it('is the largest of what is wanted, granted and in force', () => {
      assert.deepEqual(resized(undefined, '1', '1'), { cpu: 2000 });
      assert.deepEqual(resized(undefined, '3', '1'), { cpu: 3000 });
      assert.deepEqual(resized('Deferred', '1', '4'), { cpu: 4000 });
    });

    it('is only what is granted and in force when the node will never have more', () => {
      assert.deepEqual(resized('Infeasible', '1', '500m'), { cpu: 1000 });
    });
  });
});
