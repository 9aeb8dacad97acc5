import assert from 'node:assert/strict';
import type { DeviceClass, Node, Pod, ResourceList } from '../../../src/api/objects.ts';
import type { ClusterEvent, EventAction, EventResource } from '../../../src/scheduler/framework/events.ts';
import { nodeResourcesFit } from '../../../src/scheduler/plugins/node-resources-fit.ts';
import { createPlugin, testCluster, testNode, testPod } from '../support/cluster.ts';

const cluster = testCluster([]);
const gpu = 'example.com/gpu';

/** What the hint of the one interest in such an event says; undefined where there is no interest. */
function hint(pod: Pod, event: ClusterEvent, args: unknown = {}, gates = true): 'queue' | 'skip' | undefined {
  const { events = [] } = createPlugin(nodeResourcesFit, cluster, args, { featureEnabled: () => gates });
  const [interest] = events.filter(
    ({ resource, actions }) => resource === event.resource && actions.some((action) => event.actions.includes(action)),
  );
  return interest?.hint?.(cluster.info(pod), event);
}

function event<T extends NonNullable<ClusterEvent['after']>>(
  resource: EventResource,
  action: EventAction,
  before: T | undefined,
  after: T | undefined,
): ClusterEvent {
  return { resource, actions: [action], ...(before && { before }), ...(after && { after }) };
}

const asking = (requests: ResourceList, uid = 'u', nodeName = ''): Pod =>
  testPod({ metadata: { uid }, requests, nodeName });
const having = (resources: ResourceList): Node => testNode({ resources });

describe('the queueing hints of NodeResourcesFit', () => {
  const pod = asking({ cpu: '2', [gpu]: '1' });
  const deleted = (before: Pod) => hint(pod, event('AssignedPod', 'delete', before, undefined));

  it('wake a pod when another one leaves the room that it had or was promised', () => {
    assert.equal(deleted(asking({}, 'v', 'a')), 'queue');
    assert.equal(deleted(testPod({ status: { nominatedNodeName: 'a' } })), 'queue');
    assert.equal(deleted(testPod()), 'skip');
  });

  it('wake a pod when another one shrinks in what it asks for', () => {
    const resized = (before: ResourceList, after: ResourceList, nodeName = 'a', gates = true) =>
      hint(
        pod,
        event('AssignedPod', 'update-scale-down', asking(before, 'v', nodeName), asking(after, 'v', nodeName)),
        {},
        gates,
      );
    assert.equal(resized({ cpu: '2' }, { cpu: '1' }), 'queue');
    assert.equal(resized({ [gpu]: '1' }, {}), 'queue');
    assert.equal(resized({ memory: '2Gi' }, { memory: '1Gi' }), 'skip');
    assert.equal(resized({ cpu: '2' }, { cpu: '1' }, ''), 'skip');
    assert.equal(resized({ cpu: '2' }, { cpu: '1' }, 'a', false), undefined);
  });

  it('wake a pod that has shrunk itself', () => {
    const own = event('UnscheduledPod', 'update-scale-down', asking({ cpu: '3' }), asking({ cpu: '2' }));
    assert.equal(hint(pod, own), 'queue');
  });

  it('wake a pod for a new node on which it would fit alone', () => {
    const added = (after: Node) => hint(pod, event('Node', 'add', undefined, after));
    assert.equal(added(having({ cpu: '2', [gpu]: '1' })), 'queue');
    assert.equal(added(having({ cpu: '1', [gpu]: '1' })), 'skip');
    assert.equal(added(having({ cpu: '2' })), 'skip');
    assert.equal(added(having({ cpu: '2', [gpu]: '1', pods: '0' })), 'skip');
  });

  it('wake a pod for a node that has grown in what it asks for, or takes more pods', () => {
    const full = { cpu: '4', memory: '1Gi', [gpu]: '1', pods: '10' };
    const changed = (before: ResourceList, after: ResourceList) =>
      hint(pod, event('Node', 'update-allocatable', having({ ...full, ...before }), having({ ...full, ...after })));
    assert.equal(changed({ cpu: '3' }, {}), 'queue');
    assert.equal(changed({ [gpu]: '0' }, {}), 'queue');
    assert.equal(changed({ pods: '9' }, {}), 'queue');
    assert.equal(changed({ memory: '500Mi' }, {}), 'skip');
    assert.equal(changed({ cpu: '5' }, {}), 'skip');
    assert.equal(changed({ cpu: '500m' }, { cpu: '1' }), 'skip');
  });

  it('count ignored resources nevertheless, as kube-scheduler does', () => {
    const added = event('Node', 'add', undefined, having({ cpu: '2' }));
    assert.equal(hint(pod, added, { ignoredResources: [gpu] }), 'skip');
  });

  it('wake a pod for a class of devices that stands behind what it asks for', () => {
    const classOf = (name: string, extendedResourceName?: string): DeviceClass => ({
      apiVersion: 'resource.k8s.io/v1',
      kind: 'DeviceClass',
      metadata: { name, labels: {}, annotations: {} },
      spec: { selectors: [], ...(extendedResourceName === undefined ? {} : { extendedResourceName }) },
    });
    const implicit = asking({ 'deviceclass.resource.kubernetes.io/big': '1' });
    const added = (wanting: Pod, after: DeviceClass) => hint(wanting, event('DeviceClass', 'add', undefined, after));
    assert.equal(added(pod, classOf('big', gpu)), 'queue');
    assert.equal(added(pod, classOf('big')), 'skip');
    assert.equal(added(implicit, classOf('big')), 'queue');
    assert.equal(added(implicit, classOf('small')), 'skip');
    const changed = (before: DeviceClass, after: DeviceClass) =>
      hint(pod, event('DeviceClass', 'update', before, after));
    assert.equal(changed(classOf('big'), classOf('big', gpu)), 'queue');
    assert.equal(changed(classOf('big', gpu), classOf('big', gpu)), 'skip');
    assert.equal(hint(pod, event('DeviceClass', 'add', undefined, classOf('big', gpu)), {}, false), undefined);
  });
});
