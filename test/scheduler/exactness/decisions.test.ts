import fc from 'fast-check';
import { applyEvent, histories, options, schedulingCases, waitingPod } from '../arbitraries/index.ts';
import { assertSameDecision } from './compare.ts';
import { FastScheduler } from './fast-scheduler.ts';

/** More for a longer search: EXACTNESS_RUNS=20000 npx mocha test/scheduler/exactness/decisions.test.ts */
const numRuns = Number(process.env.EXACTNESS_RUNS ?? 1500);

describe('the scheduler decides as the plain reference', function () {
  this.timeout(0);

  it('in any cluster', () => {
    fc.assert(
      fc.property(schedulingCases, ({ cluster, pod, options: words }) => {
        assertSameDecision(new FastScheduler(cluster, words), cluster, pod, words);
      }),
      { numRuns },
    );
  });

  it('after any sequence of events, and between them', () => {
    const pods = fc.array(waitingPod, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(histories(), pods, options, ({ start, events }, waiting, words) => {
        const fast = new FastScheduler(start, words);
        let cluster = start;
        for (const pod of waiting) assertSameDecision(fast, cluster, pod, words);
        for (const event of events) {
          fast.apply(event);
          cluster = applyEvent(cluster, event);
          const [pod] = waiting;
          if (pod !== undefined) assertSameDecision(fast, cluster, pod, words);
        }
        for (const pod of waiting) assertSameDecision(fast, cluster, pod, words);
      }),
      { numRuns: Math.ceil(numRuns / 5) },
    );
  });
});
