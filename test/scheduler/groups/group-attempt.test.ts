import assert from 'node:assert/strict';
import type { Attempt } from '../../../src/scheduler/attempt.ts';
import { planScheduler } from '../../../src/scheduler/config/read-config.ts';
import { schedulerConfigSchema } from '../../../src/scheduler/config/scheduler-config.ts';
import type { Plugin } from '../../../src/scheduler/framework/plugin.ts';
import { pluginRegistry } from '../../../src/scheduler/plugins/registry.ts';
import { SchedulingSession } from '../../../src/scheduler/session.ts';
import { attemptsOf, placementsOf } from '../framework/plugin-session.ts';
import { testPod } from '../support/objects.ts';
import { groupGates, groupSession, member, members, messageOf, podGroup, rackNode } from './group-session.ts';

const nodesOf = (session: SchedulingSession): string[] => Object.values(placementsOf(session)).sort();

describe('a group that is decided on together', () => {
  it('goes to the rack that takes all of it', () => {
    const session = groupSession();
    session.put(
      rackNode('r1-a', '3'),
      rackNode('r2-a', '2'),
      rackNode('r2-b', '2'),
      podGroup('g', 4),
      ...members('g', 4, '1'),
    );
    session.drain();
    assert.deepEqual(nodesOf(session), ['r2-a', 'r2-a', 'r2-b', 'r2-b']);
  });

  it('prefers the rack that takes more of its pods to the one that they fill better', () => {
    const session = groupSession();
    // r1: (cpu 100 + memory 1) / 2 = 50, three of four pods 75. r2: (cpu 80 + memory 2) / 2 = 41, all pods 100.
    session.put(rackNode('r1-a', '3'), rackNode('r2-a', '5'), podGroup('g', 2), ...members('g', 4, '1'));
    session.drain();
    assert.deepEqual(nodesOf(session), ['r2-a', 'r2-a', 'r2-a', 'r2-a']);
  });

  it('places what fits when that is enough, higher priorities first, and lets the others wait', () => {
    const session = groupSession();
    session.put(rackNode('r1-a', '2'), podGroup('g', 2), ...members('g', 2, '1'));
    session.put(member('g', { name: 'high', priority: 5, requests: { cpu: '1' } }));
    session.drain();
    assert.deepEqual(placementsOf(session), { high: 'r1-a', 'g-0': 'r1-a' });
    assert.equal(messageOf(session, 'g-1'), '0/1 nodes are available: 1 Insufficient cpu.');
  });

  it('waits as a whole where no rack takes enough of it, and says which one takes most, and why no more', () => {
    const session = groupSession();
    session.put(
      rackNode('r1-a', '1'),
      rackNode('r2-a', '2'),
      rackNode('none', '9'),
      podGroup('g', 3),
      ...members('g', 3, '1'),
    );
    assert.equal(attemptsOf(session).length, 3);
    assert.deepEqual(placementsOf(session), {});
    const said =
      '0/2 placements are available: r2 takes most, 2 of 3 pods, and minCount is 3; g-2: 0/1 nodes are available: 1 Insufficient cpu.';
    for (const name of ['g-0', 'g-1', 'g-2']) assert.equal(messageOf(session, name), said);
    assert.equal(session.scheduler.cluster.assignedPodCount, 0);
  });

  it('comes back when a node is added, when room becomes free, and when minCount falls', () => {
    const start = (): SchedulingSession => {
      const session = groupSession();
      session.put(rackNode('r1-a', '2'), testPod({ name: 'old', nodeName: 'r1-a', requests: { cpu: '1' } }));
      session.put(podGroup('g', 2), ...members('g', 2, '1'));
      session.settle();
      assert.deepEqual(Object.keys(placementsOf(session)), ['old']);
      return session;
    };
    const grown = start();
    grown.put(rackNode('r1-b', '1'));
    grown.settle();
    assert.equal(nodesOf(grown).length, 3);
    const freed = start();
    freed.api.delete('Pod', 'default', 'old');
    freed.settle();
    assert.deepEqual(nodesOf(freed), ['r1-a', 'r1-a']);
    const content = start();
    content.put(podGroup('g', 1));
    content.settle();
    assert.deepEqual(nodesOf(content), ['r1-a', 'r1-a']);
  });

  it('sends pods that come later to the rack of the others, or has them wait', () => {
    const session = groupSession();
    session.put(rackNode('r1-a', '3'), podGroup('g', 2), ...members('g', 2, '1'));
    session.drain();
    session.put(rackNode('r2-a', '9'), member('g', { name: 'late', requests: { cpu: '1' } }));
    session.settle();
    assert.equal(placementsOf(session).late, 'r1-a');
    session.put(member('g', { name: 'too-late', requests: { cpu: '1' } }));
    session.settle();
    assert.match(
      messageOf(session, 'too-late') ?? '',
      /r1 takes most, 0 of 1 pods besides the 3 that it has, and minCount is 2/,
    );
  });

  it('does not preempt', () => {
    const session = groupSession();
    session.put(rackNode('r1-a', '1'), testPod({ name: 'low', nodeName: 'r1-a', requests: { cpu: '1' } }));
    session.put(podGroup('g', 1), member('g', { name: 'high', priority: 9, requests: { cpu: '1' } }));
    session.settle();
    assert.deepEqual(Object.keys(placementsOf(session)), ['low']);
  });

  it('is told of pod by pod, each once, and costs other pods nothing', () => {
    const told: string[] = [];
    const attempted = ({ kind, info }: Attempt): void => void told.push(`${info.pod.metadata.name} ${kind}`);
    const session = groupSession({ observer: { attempted } });
    session.put(rackNode('r1-a', '3'), podGroup('g', 2), ...members('g', 2, '1'), testPod({ name: 'alone' }));
    const kinds: string[] = [];
    session.drain(({ kind, info }) => kinds.push(`${info.pod.metadata.name} ${kind}`));
    assert.deepEqual(kinds, ['g-0 scheduled', 'g-1 scheduled', 'alone scheduled']);
    assert.deepEqual(told, kinds);
  });

  it('needs one scheduler for all of its pods', () => {
    const config = schedulerConfigSchema.parse({
      apiVersion: 'kubescheduler.config.k8s.io/v1',
      kind: 'KubeSchedulerConfiguration',
      profiles: [{}, { schedulerName: 'other' }],
    });
    const session = new SchedulingSession({ plan: planScheduler(config, { gates: groupGates }, pluginRegistry) });
    session.put(rackNode('r1-a', '3'), podGroup('g', 2), ...members('g', 1, '1'));
    session.put(member('g', { name: 'stranger', spec: { schedulerName: 'other' } }));
    session.drain();
    assert.deepEqual(placementsOf(session), {});
    const said = /all pods of a pod group must have the same schedulerName \(got default-scheduler, other\)/;
    assert.match(messageOf(session, 'g-0') ?? '', said);
  });

  it('leaves out pods with a scheduling gate until it is gone', () => {
    const session = groupSession();
    const gated = member('g', { name: 'gated', spec: { schedulingGates: ['later'] } });
    session.put(rackNode('r1-a', '3'), podGroup('g', 1), ...members('g', 1, '1'), gated);
    session.drain();
    assert.deepEqual(placementsOf(session), { 'g-0': 'r1-a' });
    session.put({ ...gated, spec: { ...gated.spec, schedulingGates: [] } });
    session.drain();
    assert.deepEqual(placementsOf(session), { 'g-0': 'r1-a', gated: 'r1-a' });
  });
});

describe('a plugin of a group', () => {
  const faults: readonly (readonly [what: string, plugin: Plugin, message: RegExp])[] = [
    [
      'that throws while placements are made',
      { name: 'Mine', placementGenerate: () => assert.fail('no racks') },
      /^plugin Mine: placementGenerate threw: no racks$/,
    ],
    [
      'that throws while placements are scored',
      { name: 'Mine', placementScore: () => assert.fail('no idea') },
      /^plugin Mine: placementScore threw: no idea$/,
    ],
    [
      'that gives a placement too high a score',
      { name: 'Mine', placementScore: () => 101 },
      /^plugin Mine: gave placement r\d the score 101; allowed after its normalizePlacements: whole numbers from 0 to 100$/,
    ],
    [
      'that throws when a pod of it is reserved in a trial',
      { name: 'Mine', reserve: ({ pod }) => (pod.pod.metadata.name === 'g-1' ? assert.fail('full') : undefined) },
      /^plugin Mine: reserve threw: full$/,
    ],
    [
      'that throws when it takes back what it has reserved',
      { name: 'Mine', reserve: () => undefined, unreserve: () => assert.fail('lost') },
      /^plugin Mine: unreserve threw: lost$/,
    ],
  ];
  for (const [what, plugin, message] of faults) {
    it(`${what} fails the attempt of all pods, which hold nothing and come back`, () => {
      const session = groupSession({ plugins: [plugin] });
      session.put(rackNode('r1-a', '3'), rackNode('r2-a', '3'), podGroup('g', 2), ...members('g', 2, '1'));
      const attempts: Attempt[] = [];
      session.drain((attempt) => attempts.push(attempt));
      assert.deepEqual(
        attempts.map(({ kind }) => kind),
        ['error', 'error'],
      );
      for (const name of ['g-0', 'g-1']) assert.match(messageOf(session, name) ?? '', message);
      assert.equal(session.scheduler.cluster.assignedPodCount, 0);
      assert.equal(session.scheduler.queue.counts.backoff, 2);
    });
  }

  it('that changes its mind between trial and reservation has all of the group wait, and hold nothing', () => {
    const kept = new Set<string>();
    let calls = 0;
    const fickle: Plugin = {
      name: 'Fickle',
      reserve: ({ pod }) => {
        calls += 1;
        if (calls === 4) return { code: 'unschedulable', plugin: 'Fickle', reasons: ['not any more'] };
        kept.add(pod.key);
        return undefined;
      },
      unreserve: ({ pod }) => void kept.delete(pod.key),
    };
    const session = groupSession({ plugins: [fickle] });
    session.put(rackNode('r1-a', '3'), podGroup('g', 2), ...members('g', 2, '1'));
    assert.deepEqual(attemptsOf(session), ['error: plugin Fickle: not any more', 'error: plugin Fickle: not any more']);
    assert.equal(kept.size, 0);
    assert.equal(session.scheduler.cluster.assignedPodCount, 0);
    session.settle();
    assert.deepEqual(nodesOf(session), ['r1-a', 'r1-a']);
  });

  it('may divide placements further', () => {
    const halves: Plugin = {
      name: 'Halves',
      placementGenerate: (_group, { name, slots }) =>
        Array.from(slots, (slot) => ({ name: `${name}/${slot}`, slots: Int32Array.of(slot) })),
    };
    const session = groupSession({ plugins: [halves] });
    session.put(rackNode('r1-a', '1'), rackNode('r1-b', '1'), podGroup('g', 2), ...members('g', 2, '1'));
    session.drain();
    assert.match(messageOf(session, 'g-0') ?? '', /^0\/2 placements are available: r1\/0 takes most, 1 of 2 pods/);
  });
});
