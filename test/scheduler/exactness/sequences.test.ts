import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Pod } from '../../../src/api/objects.ts';
import { histories, largeCases, options } from '../arbitraries/index.ts';
import { buildPod, importantShape, waitingShape } from '../arbitraries/pods.ts';
import { assertSameDecision } from './compare.ts';
import { FastScheduler } from './fast-scheduler.ts';
import { LiveScheduler } from './live-scheduler.ts';

/** More for a longer search: EXACTNESS_RUNS=20000 npx mocha test/scheduler/exactness/sequences.test.ts */
const numRuns = Number(process.env.EXACTNESS_RUNS ?? 300);

const shape = fc.oneof({ weight: 2, arbitrary: waitingShape }, { weight: 1, arbitrary: importantShape });
const arrivals = (most: number): fc.Arbitrary<Pod[]> =>
  fc
    .array(shape, { minLength: 3, maxLength: most, size: 'max' })
    .map((shapes) => shapes.map((each, place) => buildPod(`new${place}`, each)));
const drawn = fc.constantFrom(0, 0.3, 0.7, 0.99);
const withoutVolumes = (pod: Pod): Pod => ({ ...pod, spec: { ...pod.spec, volumes: [] } });

/** A pod that cannot be placed may be worth another attempt again and again. */
const mostAttempts = 12;

describe('in clusters of more nodes than are looked at, the scheduler decides as the plain reference', function () {
  this.timeout(0);

  it('for one pod', () => {
    fc.assert(
      fc.property(largeCases, ({ cluster, pod, options: words }) => {
        assertSameDecision(new FastScheduler(cluster, words), cluster, pod, words);
      }),
      { numRuns: Math.ceil(numRuns / 6) },
    );
  });

  it('for one pod after the other', () => {
    const seen = { scheduled: 0, nominated: 0, refused: 0, fault: 0 };
    fc.assert(
      fc.property(largeCases, arrivals(12), drawn, ({ cluster, options: words }, pods, draw) => {
        const live = new LiveScheduler({ start: cluster, options: words, drawn: draw });
        live.happen(...pods.map((pod) => ({ type: 'setPod' as const, pod: withoutVolumes(pod) })));
        live.drain(30);
        for (const kind of Object.keys(seen) as (keyof typeof seen)[]) seen[kind] += live.seen[kind];
      }),
      { numRuns: Math.ceil(numRuns / 40) },
    );
    assert.ok(seen.scheduled > numRuns / 20, `only ${seen.scheduled} pods were placed`);
  });
});

describe('in a cluster that follows its decisions, the scheduler decides as the plain reference', function () {
  this.timeout(0);

  it('while pods come, and everything else changes', () => {
    const seen = { scheduled: 0, nominated: 0, refused: 0, fault: 0 };
    fc.assert(
      fc.property(histories(), arrivals(14), options, drawn, ({ start, events }, pods, profile, draw) => {
        const live = new LiveScheduler({ start, options: profile, drawn: draw });
        const rounds = Math.max(pods.length, events.length);
        for (let round = 0; round < rounds; round += 1) {
          const pod = pods[round];
          const event = events[round];
          if (pod !== undefined) live.happen({ type: 'setPod', pod });
          live.drain(mostAttempts);
          if (event !== undefined) live.happen(event);
          live.drain(mostAttempts);
        }
        for (const kind of Object.keys(seen) as (keyof typeof seen)[]) seen[kind] += live.seen[kind];
      }),
      { numRuns },
    );
    assert.ok(seen.scheduled > numRuns, `only ${seen.scheduled} pods were placed`);
    assert.ok(seen.nominated > numRuns / 10, `only ${seen.nominated} pods made room`);
  });
});
