import assert from 'node:assert/strict';
import { definePlugin } from '../../../src/scheduler/framework/define-plugin.ts';
import type { Framework } from '../../../src/scheduler/framework/framework.ts';
import type { Plugin, PreFilterVerdict } from '../../../src/scheduler/framework/plugin.ts';
import type { SchedulingSession } from '../../../src/scheduler/session.ts';
import { testPod } from '../support/objects.ts';
import { attemptsOf, sessionWith } from './plugin-session.ts';

const pod = testPod({ name: 'pod' });

function frameworkOf({ scheduler }: SchedulingSession): Framework {
  const framework = scheduler.frameworks.get('default-scheduler');
  assert.ok(framework !== undefined);
  return framework;
}

/** Names of the feasible nodes, or the statuses with the number of nodes. */
function search(session: SchedulingSession): unknown {
  const framework = frameworkOf(session);
  const { cluster } = session.scheduler;
  const found = framework.find(framework.begin(cluster.info(pod)));
  if (found.kind === 'feasible') {
    return Array.from(found.nodes.slots.subarray(0, found.nodes.count), (slot) => cluster.nodeName(slot));
  }
  return [...found.diagnosis.counts].map(([{ plugin, reasons }, count]) => `${count} ${plugin}: ${reasons.join()}`);
}

function preFiltering(name: string, verdict: PreFilterVerdict, log: string[] = []): Plugin {
  return {
    name,
    preFilter: () => {
      log.push(`preFilter ${name}`);
      return verdict;
    },
    filter: () => log.push(`filter ${name}`),
  };
}
const naming = (...names: string[]): PreFilterVerdict => ({ nodeNames: new Set(names) });
const refusing = (plugin: string, code: 'unschedulable' | 'unresolvable'): PreFilterVerdict => ({
  code,
  plugin,
  reasons: [`${plugin} says no`],
});

describe('PreFilter', () => {
  it('narrows the nodes to those that all plugins name, in visiting order', () => {
    const plugins = [
      preFiltering('A', naming('node-3', 'node-1', 'node-0', 'gone')),
      preFiltering('B', naming('node-0', 'node-3', 'node-2')),
    ];
    assert.deepEqual(search(sessionWith({ plugins, nodes: 4 })), ['node-0', 'node-3']);
  });

  it('refuses the pod where the plugins name no node together', () => {
    const plugins = [preFiltering('B', naming('node-0')), preFiltering('A', naming('node-1'))];
    assert.deepEqual(search(sessionWith({ plugins, nodes: 2 })), [
      "2 : node(s) didn't satisfy plugin(s) [A B] simultaneously",
    ]);
  });

  it('names a node that is not there: nothing is looked at', () => {
    const plugins = [preFiltering('A', naming('gone'))];
    assert.deepEqual(search(sessionWith({ plugins, nodes: 2 })), ["2 : node(s) didn't satisfy plugin(s) [A]"]);
  });

  it('has the filter of a plugin left out that skips', () => {
    const log: string[] = [];
    const plugins = [preFiltering('A', 'skip', log), preFiltering('B', undefined, log)];
    search(sessionWith({ plugins }));
    assert.deepEqual(log, ['preFilter A', 'preFilter B', 'filter B']);
  });

  it('ends at once with a refusal that nothing can resolve, and asks the others after one that preemption might', () => {
    const log: string[] = [];
    const ends = [preFiltering('A', refusing('A', 'unresolvable'), log), preFiltering('B', undefined, log)];
    assert.deepEqual(search(sessionWith({ plugins: ends })), ['1 A: A says no']);
    assert.deepEqual(log, ['preFilter A']);
    log.length = 0;
    const goesOn = [
      preFiltering('A', refusing('A', 'unschedulable'), log),
      preFiltering('B', undefined, log),
      preFiltering('C', refusing('C', 'unresolvable'), log),
    ];
    assert.deepEqual(search(sessionWith({ plugins: goesOn })), ['1 C: C says no']);
    assert.deepEqual(log, ['preFilter A', 'preFilter B', 'preFilter C']);
  });
});

describe('the search', () => {
  it('asks the filters in order, each only for the nodes that the ones before have left', () => {
    const asked: string[] = [];
    const only = (name: string, kept: string): Plugin =>
      definePlugin({
        name,
        filterNode: (_cycle, node) => {
          asked.push(`${name} ${node.name}`);
          return kept.includes(node.name) ? undefined : `${name} says no`;
        },
      });
    const plugins = [only('A', 'node-0 node-2'), only('B', 'node-2')];
    assert.deepEqual(search(sessionWith({ plugins, nodes: 3 })), ['node-2']);
    assert.deepEqual(asked, ['A node-0', 'A node-1', 'A node-2', 'B node-0', 'B node-2']);
  });

  it('goes on where the last one has stopped, and stops when enough nodes are found', () => {
    const session = sessionWith({ plugins: [], nodes: 300 });
    // 48 per cent of 300 are enough where nothing is configured: 50 less 300 / 125.
    const { scheduler } = session;
    const first = search(session) as string[];
    assert.equal(first.length, 144);
    assert.equal(scheduler.rotation.start, 144);
    const second = search(session) as string[];
    assert.equal(second[0], 'node-144');
    const third = search(session) as string[];
    assert.deepEqual([third[0], third.at(-1)], ['node-288', 'node-131']);
    assert.equal(scheduler.rotation.start, (3 * 144) % 300);
  });

  it('looks first, and if it will do only, at the node that the pod was promised', () => {
    const asked: string[] = [];
    const plugin = definePlugin({
      name: 'Log',
      filterNode: (_cycle, { name }) => {
        asked.push(name);
        return name === 'node-1' ? undefined : 'no';
      },
    });
    const session = sessionWith({ plugins: [plugin], nodes: 3 });
    const attempt = (nominatedNodeName: string): string[] => {
      asked.length = 0;
      const { cluster } = session.scheduler;
      const framework = frameworkOf(session);
      const info = cluster.info({ ...pod, status: { ...pod.status, nominatedNodeName } });
      framework.find(framework.begin(info));
      return [...asked];
    };
    assert.deepEqual(attempt('node-1'), ['node-1']);
    assert.deepEqual(attempt('node-2'), ['node-2', 'node-0', 'node-1', 'node-2']);
    assert.deepEqual(attempt('gone'), ['node-0', 'node-1', 'node-2']);
  });

  it('ends with an empty cluster', () => {
    const session = sessionWith({ plugins: [], nodes: 0 });
    session.put(pod);
    assert.deepEqual(attemptsOf(session), ['unschedulable: no nodes available to schedule pods']);
  });
});

describe('scores', () => {
  const scoring = (name: string, scores: readonly number[], words: Partial<Plugin> = {}): Plugin => ({
    name,
    score: (_cycle, { count }, into) => into.set(scores.slice(0, count)),
    ...words,
  });

  it('are normalized, weighted and added, and told to who wants to know', () => {
    const halving: Partial<Plugin> = {
      normalize: (_cycle, { count }, into) => {
        for (let place = 0; place < count; place += 1) into[place] = (into[place] as number) / 2;
      },
    };
    const session = sessionWith({ plugins: [scoring('A', [10, 100]), scoring('B', [200, 0], halving)], nodes: 2 });
    const framework = frameworkOf(session);
    const cycle = framework.begin(session.scheduler.cluster.info(pod));
    const found = framework.find(cycle);
    assert.ok(found.kind === 'feasible');
    const told: unknown[] = [];
    const totals = framework.score(cycle, found.nodes, {
      scored: (plugin, weight, _nodes, raw, normalized) => told.push([plugin, weight, [...raw], [...normalized]]),
    });
    const fit = told.find((entry) => (entry as unknown[])[0] === 'NodeResourcesFit') as [
      string,
      number,
      number[],
      number[],
    ];
    const [, , , of] = fit;
    assert.deepEqual(
      told.filter((entry) => entry !== fit),
      [
        ['A', 1, [10, 100], [10, 100]],
        ['B', 1, [200, 0], [100, 0]],
      ],
    );
    assert.deepEqual([...totals.subarray(0, 2)], [110 + (of[0] as number), 100 + (of[1] as number)]);
  });

  it('of a plugin that skips in PreScore are not asked for', () => {
    const log: string[] = [];
    const skipping = scoring('A', [], { preScore: () => 'skip', score: () => log.push('scored') });
    const session = sessionWith({ plugins: [skipping], nodes: 2 });
    session.put(pod);
    session.drain();
    assert.deepEqual(log, []);
    assert.equal(session.api.boundCount, 1);
  });

  it('are not asked for where only one node will do', () => {
    const log: string[] = [];
    const session = sessionWith({ plugins: [scoring('A', [], { score: () => log.push('scored') })], nodes: 1 });
    session.put(pod);
    session.drain();
    assert.deepEqual(log, []);
    assert.equal(session.api.boundCount, 1);
  });
});
