import assert from 'node:assert/strict';
import { HeldPod } from '../../../src/scheduler/binding.ts';
import { ClusterState } from '../../../src/scheduler/cluster/cluster-state.ts';
import type { Plugin, WaitingPod } from '../../../src/scheduler/framework/plugin.ts';
import type { Status } from '../../../src/scheduler/framework/status.ts';
import { testPod } from '../support/objects.ts';
import { attemptsOf, placementsOf, sessionWith, soon } from './plugin-session.ts';

const pod = testPod({ name: 'pod', requests: { cpu: '1' } });
const other = testPod({ name: 'other', requests: { cpu: '1' } });

/** Holds every pod for so long; `waiting` are the pods that the scheduler knows to wait. */
function holder(name: string, timeoutMs: number) {
  let list: () => Iterable<WaitingPod> = () => [];
  return {
    plugin: ({ waitingPods }: { readonly waitingPods: () => Iterable<WaitingPod> }): Plugin => {
      list = waitingPods;
      return { name, events: [], permit: () => ({ kind: 'wait', timeoutMs }) };
    },
    waiting: (): WaitingPod => {
      const [first] = list();
      assert.ok(first !== undefined, 'no pod waits');
      return first;
    },
  };
}

function twoHolders() {
  const outcomes: (Status | undefined)[] = [];
  const timers: { readonly delayMs: number; readonly expire: () => void; isCancelled: boolean }[] = [];
  const held = new HeldPod(
    new ClusterState().info(pod),
    new Map([
      ['A', 5000],
      ['B', 3_600_000],
    ]),
    (delayMs, expire) => {
      const timer = { delayMs, expire, isCancelled: false };
      timers.push(timer);
      return () => {
        timer.isCancelled = true;
      };
    },
    (refusal) => outcomes.push(refusal),
  );
  return { held, outcomes, timers };
}

describe('a pod that plugins hold', () => {
  it('goes on when each of them has allowed it, and no earlier', () => {
    const { held, outcomes, timers } = twoHolders();
    held.allow('A');
    held.allow('A');
    held.allow('Stranger');
    assert.deepEqual(outcomes, []);
    held.allow('B');
    assert.deepEqual(outcomes, [undefined]);
    assert.ok(timers.every(({ isCancelled }) => isCancelled));
  });

  it('is refused by the first that rejects it, once', () => {
    const { held, outcomes, timers } = twoHolders();
    held.reject('B', 'no');
    assert.ok(timers.every(({ isCancelled }) => isCancelled));
    held.reject('A', 'too late');
    held.allow('A');
    held.allow('B');
    assert.deepEqual(outcomes, [{ code: 'unschedulable', plugin: 'B', reasons: ['no'] }]);
  });

  it('is refused when the time of one of them is up, which is a quarter of an hour at most', () => {
    const { outcomes, timers } = twoHolders();
    assert.deepEqual(
      timers.map(({ delayMs }) => delayMs),
      [5000, 900_000],
    );
    timers[0]?.expire();
    assert.deepEqual(outcomes, [
      { code: 'unschedulable', plugin: 'A', reasons: ['rejected due to timeout after waiting 5s at plugin A'] },
    ]);
  });
});

describe('permit', () => {
  it('keeps the room of a held pod until it is allowed, and binds it then', () => {
    const bound: string[] = [];
    const { plugin, waiting } = holder('Test0', 10_000);
    const session = sessionWith({
      plugins: [plugin],
      observer: { bound: ({ key }, nodeName) => bound.push(`${key} ${nodeName}`) },
    });
    session.put(pod, other);
    assert.deepEqual(
      attemptsOf(session).map((attempt) => attempt.split(':')[0]),
      ['waiting', 'unschedulable'],
    );
    assert.deepEqual(placementsOf(session), {});
    assert.equal(session.scheduler.heldCount, 1);
    waiting().allow('Test0');
    assert.deepEqual(placementsOf(session), { pod: 'node-0' });
    assert.deepEqual(bound, ['default/pod node-0']);
    assert.equal(session.scheduler.heldCount, 0);
  });

  it('gives the room of a rejected pod to one that has waited for it', () => {
    const { plugin, waiting } = holder('Test0', 10_000);
    const session = sessionWith({ plugins: [plugin] });
    session.put(pod, other);
    session.drain();
    waiting().reject('Test0', 'no');
    session.runUntil(1500);
    assert.equal(waiting().info.key, 'default/other');
    waiting().allow('Test0');
    assert.deepEqual(placementsOf(session), { other: 'node-0' });
  });

  it('lets a pod go whose time is up', () => {
    const failures: string[] = [];
    const { plugin } = holder('Test0', 500);
    const session = sessionWith({
      plugins: [plugin],
      observer: { bindingFailed: (_info, error) => failures.push(error.message) },
    });
    session.put(pod);
    session.drain();
    session.runUntil(499);
    assert.equal(session.scheduler.heldCount, 1);
    session.runUntil(501);
    assert.deepEqual(failures, ['plugin Test0: rejected due to timeout after waiting 500ms at plugin Test0']);
    assert.equal(session.scheduler.heldCount, 0);
    assert.equal(session.scheduler.cluster.assignedPodCount, 0);
  });

  it('lets a pod go that is deleted meanwhile, and nothing of it is left', () => {
    const { plugin } = holder('Test0', 500);
    const session = sessionWith({ plugins: [plugin] });
    session.put(pod);
    session.drain();
    session.api.deletePod(pod);
    assert.equal(session.scheduler.heldCount, 0);
    assert.equal(session.scheduler.cluster.assignedPodCount, 0);
    const { counts } = session.scheduler.queue;
    assert.deepEqual(counts, { active: 0, backoff: 0, unschedulable: 0, gated: 0, inFlight: 0 });
  });

  it('refuses at once what it does not want, and gives back what was reserved, the last first', () => {
    const steps: string[] = [];
    const reserving = (name: string): Plugin => ({
      name,
      reserve: () => void steps.push(`reserve ${name}`),
      unreserve: () => steps.push(`unreserve ${name}`),
    });
    const refusing: Plugin = {
      name: 'Refusing',
      events: [],
      permit: () => ({ code: 'unschedulable', plugin: 'Refusing', reasons: ['not here'] }),
    };
    const session = sessionWith({ plugins: [reserving('A'), reserving('B'), refusing] });
    session.put(pod);
    assert.deepEqual(attemptsOf(session), ['unschedulable: 0/1 nodes are available: 1 not here.']);
    assert.deepEqual(steps, ['reserve A', 'reserve B', 'unreserve B', 'unreserve A']);
    assert.equal(session.scheduler.cluster.assignedPodCount, 0);
  });
});

describe('binding', () => {
  it('runs PreBind before Bind before PostBind, and waits for each that takes time', async () => {
    const steps: string[] = [];
    const slowly = async (step: string): Promise<undefined> => {
      await soon();
      steps.push(step);
      return undefined;
    };
    const plugin: Plugin = {
      name: 'Slow',
      preBind: () => slowly('preBind'),
      bind: async (): Promise<'skip'> => {
        await slowly('bind');
        return 'skip';
      },
      postBind: () => steps.push('postBind'),
    };
    const quick: Plugin = { name: 'Quick', preBind: () => void steps.push('preBind of another') };
    const session = sessionWith({ plugins: [plugin, quick] });
    session.put(pod);
    assert.deepEqual(attemptsOf(session), ['waiting: node-0']);
    assert.deepEqual(placementsOf(session), {});
    for (let turn = 0; turn < 5; turn += 1) await soon();
    assert.deepEqual(steps, ['preBind', 'preBind of another', 'bind', 'postBind']);
    assert.deepEqual(placementsOf(session), { pod: 'node-0' });
  });

  it('stops at a PreBind that fails: nothing is bound, and reservations are given back', () => {
    const steps: string[] = [];
    const failing: Plugin = {
      name: 'Failing',
      reserve: () => undefined,
      unreserve: () => steps.push('unreserve'),
      preBind: () => ({ code: 'error', plugin: 'Failing', reasons: ['no disk'] }),
      bind: () => void steps.push('bind'),
      postBind: () => steps.push('postBind'),
    };
    const session = sessionWith({ plugins: [failing] });
    session.put(pod);
    assert.deepEqual(attemptsOf(session), ['error: plugin Failing: no disk']);
    assert.deepEqual(steps, ['unreserve']);
    assert.equal(session.scheduler.cluster.assignedPodCount, 0);
  });

  it('is by the first binder that does not skip', () => {
    const asked: string[] = [];
    const skipping: Plugin = {
      name: 'Skipping',
      bind: () => {
        asked.push('Skipping');
        return 'skip';
      },
    };
    const binding: Plugin = { name: 'Binding', bind: () => void asked.push('Binding') };
    const session = sessionWith({ plugins: [skipping, binding] });
    session.put(pod);
    assert.deepEqual(attemptsOf(session), ['scheduled: node-0']);
    assert.deepEqual(asked, ['Skipping', 'Binding']);
    assert.deepEqual(placementsOf(session), {}, 'the default binder was not asked');
  });

  it('fails when the pod is gone by then, and the room is free again', async () => {
    const failures: string[] = [];
    const session = sessionWith({
      plugins: [{ name: 'Slow', preBind: async () => undefined }],
      observer: { bindingFailed: (_info, error) => failures.push(error.message) },
    });
    session.put(pod);
    session.drain();
    session.api.deletePod(pod);
    await soon();
    assert.deepEqual(failures, ['plugin DefaultBinder: pods "pod" not found']);
    assert.equal(session.scheduler.cluster.assignedPodCount, 0);
    assert.equal(session.scheduler.queue.counts.inFlight, 0);
  });
});
