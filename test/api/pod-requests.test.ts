import assert from 'node:assert/strict';
import { nodeAllocatable, nonZeroPodRequests, podRequests } from '../../src/api/pod-requests.ts';
import { read, type Written, writtenPod } from './support.ts';

const container = (name: string, requests: Written, rest: Written = {}): Written => ({
  name,
  image: 'i',
  resources: { requests },
  ...rest,
});
const sidecar = (name: string, requests: Written): Written => container(name, requests, { restartPolicy: 'Always' });

const requestsOf = (spec: Written, rest: Written = {}): Record<string, bigint> =>
  Object.fromEntries(podRequests(read('Pod', writtenPod(spec, rest))));
const nonZeroOf = (spec: Written): { milliCpu: bigint; memory: bigint } =>
  nonZeroPodRequests(read('Pod', writtenPod(spec)));

const mebi = 1024n * 1024n;
const giga = 10n ** 9n;

describe('the requests of a pod are', () => {
  it('the sum of its containers, or the greatest of those that run before them', () => {
    const requests = requestsOf({
      initContainers: [container('a', { cpu: 2, memory: '1G' }), container('b', { cpu: 2, memory: '3G' })],
      containers: [container('c', { cpu: 2, memory: '1G' }), container('d', { cpu: 1, memory: '1G' })],
    });
    assert.deepEqual(requests, { cpu: 3000n, memory: 3n * giga });
  });

  it('those of its sidecars and containers together, which all run at once', () => {
    const requests = requestsOf({
      initContainers: [sidecar('s', { cpu: '300m' }), sidecar('t', { cpu: '200m' })],
      containers: [container('c', { cpu: 1 })],
    });
    assert.deepEqual(requests, { cpu: 1500n });
  });

  it('what a starting container and the sidecars before it need', () => {
    const before = { initContainers: [sidecar('s', { cpu: 1 }), container('a', { cpu: 4 })] };
    const after = { initContainers: [container('a', { cpu: 4 }), sidecar('s', { cpu: 1 })] };
    const containers = [container('c', { cpu: 1 })];
    assert.deepEqual(requestsOf({ ...before, containers }), { cpu: 5000n });
    assert.deepEqual(requestsOf({ ...after, containers }), { cpu: 4000n });
  });

  it('limits, where there is no request', () => {
    const containers = [{ name: 'c', resources: { limits: { cpu: 2, memory: '1Gi' }, requests: { cpu: 1 } } }];
    assert.deepEqual(requestsOf({ containers }), { cpu: 1000n, memory: 1024n * mebi });
  });

  it('more by the overhead of its runtime', () => {
    const requests = requestsOf({
      overhead: { cpu: '250m', memory: '120Mi' },
      containers: [container('c', { cpu: 1 })],
    });
    assert.deepEqual(requests, { cpu: 1250n, memory: 120n * mebi });
  });

  it('the pod’s own, where it has some, and its containers’ for the rest', () => {
    const requests = requestsOf({
      resources: { requests: { cpu: 1 } },
      overhead: { cpu: '100m' },
      containers: [container('c', { cpu: '600m', memory: '1Gi', 'a.b/gpu': 1 }), container('d', { cpu: '600m' })],
    });
    assert.deepEqual(requests, { cpu: 1100n, memory: 1024n * mebi, 'a.b/gpu': 1n });
  });

  it('rounded up when they are summed, not before', () => {
    const half = container('c', { memory: '500m' });
    assert.deepEqual(requestsOf({ containers: [half, { ...half, name: 'd' }] }), { memory: 1n });
    assert.deepEqual(requestsOf({ containers: [container('c', { cpu: '0.1m' })] }), { cpu: 1n });
  });

  it('exact where a double would not be', () => {
    const containers = [container('c', { memory: '9007199254740993' }), container('d', { memory: '1' })];
    assert.deepEqual(requestsOf({ containers }), { memory: 9_007_199_254_740_994n });
  });

  it('nothing for a pod that asks for nothing', () => assert.deepEqual(requestsOf({}), {}));
});

describe('for scores, a container', () => {
  it('that says nothing uses 100m and 200Mi', () => {
    assert.deepEqual(nonZeroOf({}), { milliCpu: 100n, memory: 200n * mebi });
    assert.deepEqual(nonZeroOf({ containers: [container('c', {}), container('d', { cpu: 1 })] }), {
      milliCpu: 1100n,
      memory: 400n * mebi,
    });
  });

  it('that asks for nothing uses nothing', () => {
    const containers = [container('c', { cpu: 0, memory: 0 })];
    assert.deepEqual(nonZeroOf({ containers }), { milliCpu: 0n, memory: 0n });
  });

  it('uses something while it starts, too', () => {
    const requests = nonZeroOf({
      initContainers: [container('a', { cpu: 2 }), sidecar('s', { memory: '1Mi' })],
      containers: [container('c', { cpu: 1, memory: '1Mi' })],
    });
    assert.deepEqual(requests, { milliCpu: 2000n, memory: 200n * mebi });
  });

  it('of a pod with its own requests uses something only of what nobody in it asks for', () => {
    const containers = [container('c', { cpu: '300m' }), container('d', {})];
    const requests = nonZeroOf({ resources: { requests: { 'hugepages-2Mi': '2Mi' } }, containers });
    assert.deepEqual(requests, { milliCpu: 300n, memory: 400n * mebi });
  });

  it('of a pod that asks for cpu as a whole adds none', () => {
    const requests = nonZeroOf({ resources: { requests: { cpu: '50m' } } });
    assert.deepEqual(requests, { milliCpu: 50n, memory: 200n * mebi });
  });
});

describe('during a resize in place a running pod counts with', () => {
  const resize = (conditions: readonly Written[], nodeName = 'n'): Record<string, bigint> =>
    requestsOf(
      { nodeName, containers: [container('c', { cpu: 3 })] },
      {
        status: {
          conditions,
          containerStatuses: [{ name: 'c', allocatedResources: { cpu: 1 }, resources: { requests: { cpu: 2 } } }],
        },
      },
    );
  const pending = (reason: string): Written => ({ type: 'PodResizePending', status: 'True', reason });

  it('the most of what it wants, was given and uses', () => {
    assert.deepEqual(resize([]), { cpu: 3000n });
    assert.deepEqual(resize([pending('Deferred')]), { cpu: 3000n });
  });

  it('the most of what it was given and uses, when the node has refused', () => {
    assert.deepEqual(resize([pending('Infeasible')]), { cpu: 2000n });
  });

  it('what it wants, before it is on a node', () => {
    assert.deepEqual(resize([pending('Infeasible')], ''), { cpu: 3000n });
  });

  it('what it wants, as long as nothing is said of what it uses', () => {
    const status = { containerStatuses: [{ name: 'c', allocatedResources: { cpu: 9 } }] };
    assert.deepEqual(requestsOf({ nodeName: 'n', containers: [container('c', { cpu: 3 })] }, { status }), {
      cpu: 3000n,
    });
  });

  it('its sidecars likewise', () => {
    const status = {
      initContainerStatuses: [{ name: 's', allocatedResources: {}, resources: { requests: { cpu: 2 } } }],
    };
    const spec = { nodeName: 'n', initContainers: [sidecar('s', { cpu: 1 })], containers: [container('c', {})] };
    assert.deepEqual(requestsOf(spec, { status }), { cpu: 2000n });
  });

  it('its own requests likewise', () => {
    const spec = { nodeName: 'n', resources: { requests: { memory: '1Gi' } } };
    const status = { allocatedResources: { memory: '4Gi' }, resources: { requests: { memory: '1Gi' } } };
    assert.deepEqual(requestsOf(spec, { status }), { memory: 4096n * mebi });
    const refused = { ...status, conditions: [pending('Infeasible')], allocatedResources: { memory: '512Mi' } };
    assert.deepEqual(requestsOf({ ...spec, resources: { requests: { memory: '8Gi' } } }, { status: refused }), {
      memory: 1024n * mebi,
    });
  });
});

it('a node gives cpu in thousandths and everything else in units, pods among it', () => {
  const allocatable = { cpu: '3920m', memory: '32Gi', pods: 110, 'nvidia.com/gpu': '8' };
  const node = read('Node', { apiVersion: 'v1', metadata: { name: 'n' }, status: { allocatable } });
  assert.deepEqual(Object.fromEntries(nodeAllocatable(node)), {
    cpu: 3920n,
    memory: 32n * 1024n * mebi,
    pods: 110n,
    'nvidia.com/gpu': 8n,
  });
});
