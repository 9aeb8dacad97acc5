import assert from 'node:assert/strict';
import fc from 'fast-check';
import { applyEvent, histories, options, preemptionCases } from '../arbitraries/index.ts';
import { buildPod, importantShape } from '../arbitraries/pods.ts';
import { assertSameDecision } from './compare.ts';
import { assertSamePreemption } from './compare-preemption.ts';
import { FastScheduler } from './fast-scheduler.ts';

/** More for a longer search: EXACTNESS_RUNS=20000 npx mocha test/scheduler/exactness/preemption.test.ts */
const numRuns = Number(process.env.EXACTNESS_RUNS ?? 1000);

describe('the scheduler preempts as the plain reference', function () {
  this.timeout(0);

  it('in any cluster, and leaves it as it was', () => {
    const seen = { fits: 0, nominated: 0, refused: 0 };
    fc.assert(
      fc.property(preemptionCases, ({ cluster, pod, ...words }) => {
        const fast = new FastScheduler(cluster, words.options);
        seen[assertSamePreemption(fast, cluster, pod, words)] += 1;
        assertSameDecision(fast, cluster, pod, words.options);
        assertSamePreemption(fast, cluster, pod, words);
      }),
      { numRuns },
    );
    assert.ok(seen.nominated > numRuns / 5, `only ${seen.nominated} of ${numRuns} cases made room`);
    assert.ok(seen.refused > numRuns / 20, `only ${seen.refused} of ${numRuns} cases found none`);
  });

  it('after any sequence of events, and between them', () => {
    const important = fc.array(importantShape, { minLength: 1, maxLength: 3 });
    const seen = { fits: 0, nominated: 0, refused: 0 };
    fc.assert(
      fc.property(histories(), important, options, fc.nat(12), ({ start, events }, shapes, profile, offset) => {
        const fast = new FastScheduler(start, profile);
        const pods = shapes.map((shape) => buildPod('new', shape));
        const words = { options: profile, offset };
        let cluster = start;
        for (const [place, event] of events.entries()) {
          const pod = pods[place % pods.length];
          if (pod !== undefined) seen[assertSamePreemption(fast, cluster, pod, words)] += 1;
          fast.apply(event);
          cluster = applyEvent(cluster, event);
        }
        for (const pod of pods) {
          seen[assertSamePreemption(fast, cluster, pod, words)] += 1;
          assertSameDecision(fast, cluster, pod, profile);
        }
      }),
      { numRuns: Math.ceil(numRuns / 5) },
    );
    assert.ok(seen.nominated > numRuns / 20, `only ${seen.nominated} preemptions made room`);
  });
});
