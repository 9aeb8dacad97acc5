import assert from 'node:assert/strict';
import type { Pod, VolumeSource } from '../../../../src/api/objects.ts';
import { planScheduler } from '../../../../src/scheduler/config/read-config.ts';
import { defaultSchedulerConfig } from '../../../../src/scheduler/config/scheduler-config.ts';
import { pluginRegistry } from '../../../../src/scheduler/plugins/registry.ts';
import { SchedulingSession } from '../../../../src/scheduler/session.ts';
import { testNode, testPod } from '../../support/cluster.ts';
import { podWithClaims, testDeviceClass, testResourceClaim, testSlice } from '../../support/device-objects.ts';
import {
  claimSource,
  csiSource,
  testClaim,
  testCsiNode,
  testStorageClass,
  testVolume,
  volumesOf,
} from '../../support/volume-objects.ts';

const session = (): SchedulingSession =>
  new SchedulingSession({ plan: planScheduler(defaultSchedulerConfig(), {}, pluginRegistry) });

const podWith = (name: string, ...sources: readonly VolumeSource[]): Pod =>
  testPod({ name, spec: { volumes: volumesOf(...sources) } });

function nodeOf({ api }: SchedulingSession, name: string): string | undefined {
  return api.get('Pod', 'default', name)?.spec.nodeName;
}

function whyNot({ api }: SchedulingSession, name: string): string | undefined {
  return api.get('Pod', 'default', name)?.status.conditions.find(({ type }) => type === 'PodScheduled')?.message;
}

describe('a scheduler with volumes and devices', () => {
  const nodes = ['a', 'b'].map((name) => testNode({ name, labels: { host: name } }));

  it('binds each pod where its local volume is, and one more than there are volumes waits', () => {
    const s = session();
    const volumes = ['a', 'b'].map((host) => testVolume({ name: host, onNodesWith: { host } }));
    const claims = ['c0', 'c1', 'c2'].map((name) => testClaim({ name }));
    s.put(...nodes, testStorageClass(), ...volumes, ...claims);
    s.put(...claims.map(({ metadata }) => podWith(`of-${metadata.name}`, claimSource(metadata.name))));
    s.settle();
    const placed = ['of-c0', 'of-c1'].map((name) => nodeOf(s, name));
    assert.deepEqual([...placed].sort(), ['a', 'b']);
    for (const [place, node] of placed.entries()) {
      assert.equal(s.api.get('PersistentVolumeClaim', 'default', `c${place}`)?.spec.volumeName, node);
    }
    assert.equal(nodeOf(s, 'of-c2'), '');
    assert.match(
      whyNot(s, 'of-c2') ?? '',
      /0\/2 nodes are available: 2 node\(s\) didn't find available persistent volumes to bind\./,
    );
    s.put(testVolume({ name: 'late', onNodesWith: { host: 'b' } }));
    s.settle();
    assert.equal(nodeOf(s, 'of-c2'), 'b');
  });

  it('has volumes provisioned, up to what the drivers of the nodes can attach', () => {
    const s = session();
    const claims = ['c0', 'c1', 'c2'].map((name) => testClaim({ name, storageClassName: 'made' }));
    s.put(...nodes, testStorageClass({ name: 'made', provisioner: 'd' }), ...claims);
    s.put(testCsiNode('a', { d: 1 }), testCsiNode('b', { d: 1 }));
    s.put(...claims.map(({ metadata }) => podWith(`of-${metadata.name}`, claimSource(metadata.name))));
    s.settle();
    assert.deepEqual(['of-c0', 'of-c1'].map((name) => nodeOf(s, name)).sort(), ['a', 'b']);
    assert.match(whyNot(s, 'of-c2') ?? '', /2 node\(s\) exceed max volume count/);
    const first = s.api.get('Pod', 'default', 'of-c0');
    assert.ok(first !== undefined);
    s.api.deletePod(first);
    s.settle();
    assert.equal(nodeOf(s, 'of-c2'), first.spec.nodeName);
  });

  it('waits for a claim that is bound at once, until it is', () => {
    const s = session();
    s.put(...nodes, testStorageClass({ mode: 'Immediate' }), testClaim(), podWith('waits', claimSource('claim')));
    s.settle();
    assert.match(whyNot(s, 'waits') ?? '', /pod has unbound immediate PersistentVolumeClaims/);
    s.put(testVolume({ keptFor: 'claim', source: csiSource('d', 'h') }));
    s.settle();
    assert.notEqual(nodeOf(s, 'waits'), '');
  });

  it('gives devices to claims, and to the next pod once they are free', () => {
    const s = session();
    s.put(...nodes, testDeviceClass(), testSlice({ nodeName: 'b', devices: ['d0'] }));
    s.put(testResourceClaim({ name: 'c0' }), testResourceClaim({ name: 'c1' }));
    const [first, second] = ['c0', 'c1'].map((claim) => {
      const pod = podWithClaims(claim);
      return { ...pod, metadata: { ...pod.metadata, name: `of-${claim}` } };
    });
    assert.ok(first !== undefined && second !== undefined);
    s.put(first, second);
    s.settle();
    assert.equal(nodeOf(s, 'of-c0'), 'b');
    assert.equal(s.api.get('ResourceClaim', 'default', 'c0')?.status.reservedFor.length, 1);
    assert.match(whyNot(s, 'of-c1') ?? '', /0\/2 nodes are available: 2 cannot allocate all claims\./);
    s.put(testResourceClaim({ name: 'c0' }));
    s.settle();
    assert.equal(nodeOf(s, 'of-c1'), 'b');
  });
});
