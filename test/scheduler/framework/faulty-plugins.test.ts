import assert from 'node:assert/strict';
import type { Plugin } from '../../../src/scheduler/framework/plugin.ts';
import type { SchedulingSession } from '../../../src/scheduler/session.ts';
import { testPod } from '../support/objects.ts';
import { attemptsOf, placementsOf, sessionWith, soon } from './plugin-session.ts';

/** Throws the first time that the method is called, and does nothing later. */
function onceBroken(method: string, words: Partial<Plugin> = {}): Plugin {
  let calls = 0;
  const broken = (): undefined => {
    calls += 1;
    if (calls === 1) throw new Error('boom');
  };
  return { name: 'Broken', ...words, [method]: broken };
}

/** Every pod is bound or in the queue, and the scheduler's own account of nodes is that of the API server. */
function assertNothingLost({ api, scheduler }: SchedulingSession): void {
  const { counts } = scheduler.queue;
  const queued = counts.active + counts.backoff + counts.unschedulable + counts.gated;
  const pods = [...api.list('Pod')];
  const bound = pods.filter(({ spec }) => spec.nodeName !== '').length;
  assert.equal(queued + bound, pods.length, 'pods that are bound or wait');
  assert.equal(counts.inFlight, 0);
  assert.equal(scheduler.heldCount, 0);
  assert.equal(scheduler.cluster.assignedPodCount, bound, 'pods that hold room');
}

const decisionPoints = ['preFilter', 'filter', 'preScore', 'score', 'normalize', 'reserve', 'permit'] as const;

describe('a plugin that throws', () => {
  for (const point of [...decisionPoints, 'preBind', 'bind'] as const) {
    it(`in ${point} makes the attempt fail, and the pod is tried again after its backoff`, () => {
      // Only the points named need others: a normalize without scores is not called, nor a score of one node.
      const words: Partial<Plugin> =
        point === 'normalize' ? { score: (_cycle, { count }, scores) => void scores.fill(0, 0, count) } : {};
      const broken = onceBroken(point, words);
      const fixed: Plugin =
        point === 'bind' ? { ...broken, bind: (cycle, slot) => broken.bind?.(cycle, slot) ?? 'skip' } : broken;
      const session = sessionWith({ plugins: [fixed], nodes: 2 });
      session.put(testPod({ name: 'pod', requests: { cpu: '1' } }));
      const told = point === 'normalize' ? 'score' : point;
      assert.deepEqual(attemptsOf(session), [`error: plugin Broken: ${told} threw: boom`]);
      assert.equal(session.scheduler.queue.counts.backoff, 1);
      assertNothingLost(session);
      session.runUntil(2000);
      assert.deepEqual(Object.keys(placementsOf(session)), ['pod']);
      assertNothingLost(session);
    });
  }

  it('in unreserve does not keep what the pod has held', () => {
    let refusals = 0;
    const refusing: Plugin = {
      name: 'Refusing',
      reserve: () => {
        refusals += 1;
        return refusals === 1 ? { code: 'unschedulable', plugin: 'Refusing', reasons: ['not yet'] } : undefined;
      },
      unreserve: () => {
        throw new Error('boom');
      },
    };
    const given: string[] = [];
    const other: Plugin = { name: 'Other', reserve: () => undefined, unreserve: () => given.push('given back') };
    const session = sessionWith({ plugins: [other, refusing] });
    session.put(testPod({ name: 'pod', requests: { cpu: '1' } }));
    assert.deepEqual(attemptsOf(session), ['error: plugin Refusing: unreserve threw: boom']);
    assert.deepEqual(given, ['given back']);
    assertNothingLost(session);
    session.runUntil(2000);
    assert.deepEqual(placementsOf(session), { pod: 'node-0' });
  });

  it('in postBind leaves the pod bound, and the observer is told', () => {
    const told: string[] = [];
    const seen: string[] = [];
    const later: Plugin = { name: 'Later', postBind: ({ pod }) => seen.push(pod.key) };
    const session = sessionWith({
      plugins: [onceBroken('postBind'), later],
      observer: { postBindFailed: ({ key }, error) => told.push(`${key}: ${error.message}`) },
    });
    session.put(testPod({ name: 'pod', requests: { cpu: '1' } }));
    assert.deepEqual(attemptsOf(session), ['scheduled: node-0']);
    assert.deepEqual(told, ['default/pod: plugin Broken: postBind threw: boom']);
    assert.deepEqual(seen, ['default/pod']);
    assertNothingLost(session);
  });

  it('in postFilter makes the attempt fail', () => {
    const session = sessionWith({ plugins: [onceBroken('postFilter')], nodes: 1, preempts: false });
    session.put(testPod({ name: 'pod', requests: { cpu: '2' } }));
    assert.deepEqual(attemptsOf(session), ['error: plugin Broken: postFilter threw: boom']);
    assertNothingLost(session);
  });

  it('in preEnqueue gates the pod', () => {
    const session = sessionWith({ plugins: [onceBroken('preEnqueue')] });
    session.put(testPod({ name: 'pod' }));
    assert.deepEqual(attemptsOf(session), []);
    assert.equal(session.scheduler.queue.counts.gated, 1);
    assertNothingLost(session);
  });

  it('in a queueing hint wakes the pod, as if the event could help', () => {
    const refusing: Plugin = {
      name: 'Refusing',
      preFilter: () => ({ code: 'unschedulable', plugin: 'Refusing', reasons: ['no'] }),
      events: [
        {
          resource: 'Service',
          actions: ['add'],
          hint: () => {
            throw new Error('boom');
          },
        },
      ],
    };
    const session = sessionWith({ plugins: [refusing] });
    session.put(testPod({ name: 'pod' }));
    assert.equal(attemptsOf(session).length, 1);
    assert.equal(session.scheduler.queue.counts.unschedulable, 1);
    session.put({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: 'default', labels: {}, annotations: {} },
      spec: { selector: {}, ports: [] } as never,
    });
    assert.equal(session.scheduler.queue.counts.unschedulable, 0);
    assertNothingLost(session);
  });

  it('in the pass with nominated pods leaves the cluster as it was', () => {
    for (const point of ['filter', 'addPod', 'removePod'] as const) {
      let isArmed = false;
      const broken: Plugin = {
        name: 'Broken',
        preFilter: () => undefined,
        filter: () => undefined,
        addPod: () => undefined,
        [point]: () => {
          if (isArmed) throw new Error('boom');
        },
      };
      const session = sessionWith({ plugins: [broken], nodes: 2, preempts: false });
      const promised = ['first', 'second'].map((name) =>
        testPod({ name, priority: 10, requests: { cpu: '3' }, status: { nominatedNodeName: 'node-0' } }),
      );
      session.put(...promised);
      session.drain();
      isArmed = true;
      session.put(testPod({ name: 'pod', priority: 5, requests: { cpu: '1' } }));
      assert.deepEqual(attemptsOf(session), [`error: plugin Broken: ${point} threw: boom`]);
      assertNothingLost(session);
      isArmed = false;
      session.runUntil(2000);
      assert.deepEqual(placementsOf(session), { pod: 'node-1' }, point);
      assertNothingLost(session);
    }
  });

  it('in the dry run of a preemption leaves every pod where it is', () => {
    for (const point of ['addPod', 'removePod'] as const) {
      const broken: Plugin = {
        name: 'Broken',
        preFilter: () => undefined,
        filter: () => undefined,
        [point]: () => {
          throw new Error('boom');
        },
      };
      const session = sessionWith({ plugins: [broken] });
      session.put(...['a', 'b', 'c'].map((name) => testPod({ name, requests: { cpu: '300m' } })));
      session.drain();
      session.put(testPod({ name: 'pod', priority: 5, requests: { cpu: '1' } }));
      const [attempt] = attemptsOf(session);
      assert.match(attempt ?? '', new RegExp(`preemption: plugin Broken: ${point} threw: boom`));
      assert.deepEqual(Object.keys(placementsOf(session)), ['a', 'b', 'c']);
      assertNothingLost(session);
    }
  });

  it('in a binding that takes time lets the pod try again', async () => {
    let calls = 0;
    const failures: string[] = [];
    const slow: Plugin = {
      name: 'Slow',
      preBind: async () => {
        calls += 1;
        if (calls === 1) throw new Error('boom');
        return undefined;
      },
    };
    const session = sessionWith({
      plugins: [slow],
      observer: { bindingFailed: (_info, error) => failures.push(error.message) },
    });
    session.put(testPod({ name: 'pod', requests: { cpu: '1' } }));
    assert.deepEqual(attemptsOf(session), ['waiting: node-0']);
    await soon();
    assert.deepEqual(failures, ['plugin Slow: preBind threw: boom']);
    assertNothingLost(session);
    session.runUntil(2000);
    await soon();
    assert.deepEqual(placementsOf(session), { pod: 'node-0' });
    assertNothingLost(session);
  });
});

describe('an answer that a plugin must not give', () => {
  for (const [score, words] of [
    [101, '101'],
    [-1, '-1'],
    [Number.NaN, 'NaN'],
  ] as const) {
    it(`a score of ${words} is a fault of the attempt that names plugin, node and score`, () => {
      const generous: Plugin = {
        name: 'Generous',
        score: (_cycle, { count }, scores) => {
          scores.fill(50, 0, count);
          scores[1] = score;
        },
      };
      const session = sessionWith({ plugins: [generous], nodes: 2 });
      session.put(testPod({ name: 'pod' }));
      assert.deepEqual(attemptsOf(session), [
        `error: plugin Generous: gave node node-1 the score ${words}; allowed after its normalize: whole numbers from 0 to 100`,
      ]);
      assertNothingLost(session);
    });
  }

  it('an error as the verdict on a node is a fault where no node is left', () => {
    const failing: Plugin = {
      name: 'Failing',
      filter: ({ verdicts, statuses }, block) => {
        const id = statuses.intern({ code: 'error', plugin: 'Failing', reasons: ['no connection'] });
        for (const slot of block.slots.subarray(0, block.count)) verdicts[slot] = id;
        block.count = 0;
      },
    };
    const session = sessionWith({ plugins: [failing], nodes: 3 });
    session.put(testPod({ name: 'pod' }));
    assert.deepEqual(attemptsOf(session), ['error: plugin Failing: no connection']);
    assert.equal(session.scheduler.queue.counts.backoff, 1);
    assertNothingLost(session);
  });

  it('an error of PreFilter is a fault, not a refusal', () => {
    const failing: Plugin = {
      name: 'Failing',
      preFilter: () => ({ code: 'error', plugin: 'Failing', reasons: ['no connection'] }),
    };
    const session = sessionWith({ plugins: [failing] });
    session.put(testPod({ name: 'pod' }));
    assert.deepEqual(attemptsOf(session), ['error: plugin Failing: no connection']);
    assert.equal(session.scheduler.queue.counts.backoff, 1);
  });
});
