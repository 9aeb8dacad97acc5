import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  applyEvent,
  histories,
  largeCases,
  preemptionCases,
  type SchedulingCase,
  schedulingCases,
} from '../arbitraries/index.ts';
import { podKey, zonesOfCluster } from './cluster.ts';
import { fitErrorMessage } from './fit-error.ts';
import { referencePreempt } from './preempt.ts';
import { type ReferenceDecision, referenceSchedule } from './schedule.ts';
import { visitingOrder } from './visiting-order.ts';

const decide = ({ cluster, pod, options }: SchedulingCase): ReferenceDecision =>
  referenceSchedule(cluster, pod, options);

/** What holds of every decision. */
function checkDecision({ cluster }: SchedulingCase, decision: ReferenceDecision): void {
  const { verdicts, feasible, scores, chosen, diagnosis, nextStartIndex } = decision;
  assert.equal(decision.error, undefined);
  assert.deepEqual([...verdicts.keys()].sort(), cluster.nodes.map(({ metadata }) => metadata.name).sort());
  assert.equal(new Set(feasible).size, feasible.length);
  assert.ok(feasible.every((name) => verdicts.get(name) === undefined));
  assert.ok(
    [...diagnosis.byNode].every(
      ([name, rejection]) => verdicts.get(name) !== undefined && rejection.reasons.length > 0,
    ),
  );
  assert.ok(
    nextStartIndex >= 0 && nextStartIndex < Math.max(cluster.nodes.length, decision.cycle.options.startIndex + 1),
  );
  if (chosen === undefined || scores === undefined) {
    assert.deepEqual([feasible, scores, chosen], [[], undefined, undefined]);
    assert.ok(fitErrorMessage(diagnosis).startsWith(`0/${cluster.nodes.length} nodes are available: `));
    return;
  }
  assert.ok(scores.best.includes(chosen) && feasible.includes(chosen));
  for (const [plugin, { normalized }] of scores.byPlugin) {
    assert.ok(
      normalized.every((score) => Number.isInteger(score) && score >= 0 && score <= 100),
      plugin,
    );
  }
}

describe('the reference, on random clusters', () => {
  it('decides on every node, and scores within bounds', () => {
    fc.assert(
      fc.property(schedulingCases, (words) => checkDecision(words, decide(words))),
      { numRuns: 300 },
    );
  });

  it('also where there are more nodes than are looked at', () => {
    fc.assert(
      fc.property(largeCases, (words) => {
        const decision = decide(words);
        checkDecision(words, decision);
        const { options, cluster } = words;
        const order = visitingOrder(zonesOfCluster(cluster));
        const looked = order.filter((name) => decision.feasible.includes(name) || decision.diagnosis.byNode.has(name));
        if (decision.feasible.length === 0) return;
        const turned = [...order.slice(options.startIndex), ...order.slice(0, options.startIndex)];
        const first = new Set(turned.slice(0, looked.length));
        if (decision.preFilter.nodeNames === undefined) assert.ok(looked.every((name) => first.has(name)));
      }),
      { numRuns: 15 },
    );
  });

  it('decides the same of the same, and leaves it as it was', () => {
    fc.assert(
      fc.property(schedulingCases, (words) => {
        const before = JSON.stringify(words);
        const messages = [decide(words), decide(words)].map(({ scores, diagnosis }) => [
          scores?.totals,
          fitErrorMessage(diagnosis),
        ]);
        assert.deepEqual(messages[0], messages[1]);
        assert.equal(JSON.stringify(words), before);
      }),
      { numRuns: 100 },
    );
  });

  it('evicts only less important pods of the node that it picks, and none that it need not', () => {
    fc.assert(
      fc.property(preemptionCases, (words) => {
        const decision = decide(words);
        if (decision.chosen !== undefined) return;
        const { candidates, chosen, message } = referencePreempt(decision, words.offset);
        assert.equal(chosen === undefined, message !== '');
        assert.ok(chosen === undefined || candidates.includes(chosen));
        for (const { node, victims, violations } of candidates) {
          assert.ok(victims.length > 0 && violations <= victims.length);
          assert.ok(victims.every(({ spec }) => spec.nodeName === node && spec.priority < words.pod.spec.priority));
          const priorities = victims.map(({ spec }) => spec.priority);
          assert.deepEqual(
            priorities,
            [...priorities].sort((left, right) => right - left),
          );
        }
      }),
      { numRuns: 200 },
    );
  });

  it('finds the room that it has made', () => {
    fc.assert(
      fc.property(preemptionCases, (words) => {
        const { cluster, pod, options } = words;
        // Pods that are leaving count for less when they are evicted than when they have never been there.
        if (pod.spec.topologySpreadConstraints.length > 0 || options.spreadDefaults.defaultingType === 'List') return;
        const decision = decide(words);
        const chosen = decision.chosen === undefined ? referencePreempt(decision, words.offset).chosen : undefined;
        if (chosen === undefined || pod.spec.volumes.length > 0) return;
        const gone = new Set(chosen.victims.map(podKey));
        const without = { ...cluster, pods: cluster.pods.filter((other) => !gone.has(podKey(other))) };
        assert.equal(referenceSchedule(without, pod, options).verdicts.get(chosen.node), undefined);
      }),
      { numRuns: 200 },
    );
  });

  it('keeps its nodes together, whatever happens', () => {
    fc.assert(
      fc.property(histories(), ({ start, events }) => {
        let cluster = start;
        for (const event of events) {
          cluster = applyEvent(cluster, event);
          const order = visitingOrder(zonesOfCluster(cluster));
          assert.deepEqual([...order].sort(), cluster.nodes.map(({ metadata }) => metadata.name).sort());
          assert.equal(new Set(cluster.pods.map(podKey)).size, cluster.pods.length);
        }
      }),
      { numRuns: 200 },
    );
  });
});
