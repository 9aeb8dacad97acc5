import assert from 'node:assert/strict';
import type { Pod, PodGroup } from '../../../src/api/objects.ts';
import type { PodInfo } from '../../../src/scheduler/cluster/pod-info.ts';
import type { ClusterEvent } from '../../../src/scheduler/framework/events.ts';
import type { WaitingPod } from '../../../src/scheduler/framework/plugin.ts';
import { gangScheduling } from '../../../src/scheduler/plugins/gang-scheduling.ts';
import { assignPod, createPlugin, cycleFor, testCluster } from '../support/cluster.ts';
import { testNode, testPod } from '../support/objects.ts';

function podGroup(minCount: number | undefined, name = 'gang', namespace = 'default'): PodGroup {
  return {
    apiVersion: 'scheduling.k8s.io/v1alpha2',
    kind: 'PodGroup',
    metadata: { name, namespace, labels: {}, annotations: {} },
    spec: { policy: minCount === undefined ? {} : { gang: { minCount } } },
  };
}

const member = (name: string, nodeName = '', podGroupName: string | undefined = 'gang'): Pod =>
  testPod({ name, nodeName, spec: { podGroupName } });

/** A gang of which some pods wait in the queue, and some have a node. */
class Scene {
  readonly cluster;
  readonly unbound = new Map<string, PodInfo>();
  readonly waiting: WaitingPod[] = [];
  readonly allowed: string[] = [];
  readonly activated: string[] = [];
  readonly plugin;

  constructor(group?: PodGroup) {
    this.cluster = testCluster([testNode()], [], group === undefined ? [] : [group]);
    this.plugin = createPlugin(
      gangScheduling,
      this.cluster,
      {},
      {
        unboundGroupPods: () => this.unbound,
        waitingPods: () => this.waiting,
        activate: (key) => this.activated.push(key),
      },
    );
  }

  waits(name: string): this {
    const info = this.cluster.info(member(name));
    this.unbound.set(info.key, info);
    return this;
  }

  /** Reserved on a node and held there by this plugin. */
  holds(name: string): this {
    const info = assignPod(this.cluster, member(name, 'node'));
    this.unbound.set(info.key, info);
    this.waiting.push({ info, allow: (plugin) => this.allowed.push(`${name} by ${plugin}`), reject: () => undefined });
    return this;
  }

  runs(name: string): this {
    assignPod(this.cluster, member(name, 'node'));
    return this;
  }

  gate(pod: Pod = member('new')): string | undefined {
    return this.plugin.preEnqueue?.(this.cluster.info(pod))?.reasons.join();
  }

  permit(name: string) {
    assignPod(this.cluster, member(name, 'node'));
    return this.plugin.permit?.(cycleFor(this.cluster, member(name)), 0);
  }
}

describe('a pod of a gang', () => {
  it('waits until its PodGroup is there', () => {
    assert.equal(new Scene().gate(), `waiting for pod's pod group "gang" to appear in scheduling queue`);
  });

  it('waits until there are enough pods, those with a node included, each counted once', () => {
    const scene = new Scene(podGroup(4)).waits('a').holds('b');
    assert.equal(scene.gate(), 'waiting for minCount pods from a gang to appear in scheduling queue');
    assert.equal(scene.runs('c').gate(), undefined);
    assert.match(scene.gate(member('a')) ?? '', /waiting for minCount/);
  });

  it('is not held back by a group that is no gang, nor is a pod without a group', () => {
    assert.equal(new Scene(podGroup(undefined)).gate(), undefined);
    assert.equal(new Scene().gate(testPod()), undefined);
  });

  it('that has a node waits for five minutes, and has those tried that have none', () => {
    const scene = new Scene(podGroup(3)).waits('a').holds('b');
    assert.deepEqual(scene.permit('c'), { kind: 'wait', timeoutMs: 300_000 });
    assert.deepEqual(scene.activated, ['default/a']);
    assert.deepEqual(scene.allowed, []);
  });

  it('that completes the gang lets all go on', () => {
    const scene = new Scene(podGroup(3)).waits('a').holds('b').runs('c');
    scene.waiting.push({
      info: scene.cluster.info(member('other', '', 'another-gang')),
      allow: () => scene.allowed.push('other'),
      reject: () => undefined,
    });
    assert.equal(scene.permit('d'), undefined);
    assert.deepEqual(scene.allowed, ['b by GangScheduling']);
  });

  it('is bound right away without a gang', () => {
    assert.equal(new Scene(podGroup(undefined)).permit('a'), undefined);
  });

  it('is refused when its group has gone meanwhile', () => {
    assert.match(JSON.stringify(new Scene().permit('a')), /to appear in scheduling queue/);
  });
});

describe('a gang that lacks pods', () => {
  const scene = new Scene(podGroup(3));
  const info = scene.cluster.info(member('a'));
  const hint = (event: ClusterEvent): string | undefined =>
    scene.plugin.events
      ?.find(({ resource, actions }) => resource === event.resource && actions.includes(event.actions[0] ?? 'add'))
      ?.hint?.(info, event);

  it('is looked at again when one of its pods comes', () => {
    for (const resource of ['UnscheduledPod', 'AssignedPod'] as const) {
      assert.equal(hint({ resource, actions: ['add'], after: member('b') }), 'queue');
      assert.equal(hint({ resource, actions: ['add'], after: member('b', '', 'other') }), 'skip');
      assert.equal(hint({ resource, actions: ['add'], after: testPod() }), 'skip');
    }
    const elsewhere = testPod({ namespace: 'elsewhere', spec: { podGroupName: 'gang' } });
    assert.equal(hint({ resource: 'UnscheduledPod', actions: ['add'], after: elsewhere }), 'skip');
  });

  it('is looked at again when its group comes, or is content with fewer', () => {
    const updated = (before: PodGroup, after: PodGroup) =>
      hint({ resource: 'PodGroup', actions: ['update'], before, after });
    assert.equal(hint({ resource: 'PodGroup', actions: ['add'], after: podGroup(3) }), 'queue');
    assert.equal(hint({ resource: 'PodGroup', actions: ['add'], after: podGroup(3, 'other') }), 'skip');
    assert.equal(hint({ resource: 'PodGroup', actions: ['add'], after: podGroup(3, 'gang', 'other') }), 'skip');
    assert.equal(updated(podGroup(3), podGroup(2)), 'queue');
    assert.equal(updated(podGroup(2), podGroup(3)), 'skip');
    assert.equal(updated(podGroup(3), podGroup(undefined)), 'skip');
  });
});
