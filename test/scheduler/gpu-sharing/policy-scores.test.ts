import assert from 'node:assert/strict';
import fc from 'fast-check';
import { spread } from '../../../src/scheduler/plugins/gpu-sharing/best-fit.ts';
import {
  bestFitScore,
  clusteringScore,
  descentScore,
  dotProductScore,
  expectedFragment,
  packingScore,
  steepestDescent,
  withTask,
} from '../../../src/scheduler/plugins/gpu-sharing/index.ts';
import { openbLargestNode } from '../../../src/scheduler/plugins/gpu-sharing/scoring.ts';
import { arbitraryState, arbitraryTask, arbitraryWorkload, share, stateOf, taskOf } from './nodes.ts';

describe('the score of DotProd', () => {
  it('falls with the dot product of what is free and what is asked for', () => {
    // CPU: 64/128 × 32/128 = 0.125; GPU: 4000/8000 × 2000/8000 = 0.125; 100 × (1 - 0.25 / 2) = 87.5
    const task = taskOf(2, 1000, { cpuMilli: 32_000 });
    assert.equal(dotProductScore(stateOf([1000, 1000, 1000, 1000]), task, openbLargestNode), 87);
    // CPU: 0.125; GPU: 2000/8000 × 2000/8000 = 0.0625; 100 × (1 - 0.1875 / 2) = 90.6
    assert.equal(dotProductScore(stateOf([1000, 1000]), task, openbLargestNode), 90);
  });

  it('looks at CPU alone for a task without GPUs', () =>
    assert.equal(dotProductScore(stateOf([1000]), taskOf(0, 0, { cpuMilli: 64_000 }), openbLargestNode), 87));
});

describe('the score of BestFit', () => {
  it('falls with what is left', () => {
    // CPU: (64 - 32)/128 = 0.25; GPU: (4000 - 500)/8000 = 0.4375; 100 × (1 - 0.6875 / 2) = 65.6
    const task = share(500, { cpuMilli: 32_000 });
    assert.equal(bestFitScore(stateOf([1000, 1000, 1000, 1000]), task, openbLargestNode), 65);
    assert.equal(bestFitScore(stateOf([500], { cpuMilliFree: 32_000 }), task, openbLargestNode), 100);
  });

  it('is spread over 0 to 100, and 0 where all are the same', () => {
    const scores = Float64Array.of(65, 70, 100, 7);
    spread({ count: 3 }, scores);
    assert.deepEqual([...scores], [0, 14, 100, 7]);
    const same = Float64Array.of(65, 65);
    spread({ count: 2 }, same);
    assert.deepEqual([...same], [0, 0]);
  });
});

describe('the score of GpuClustering', () => {
  const score = (kinds: readonly number[], gpuMilliFree: readonly number[], task = share(500)) =>
    clusteringScore(gpuMilliFree, new Map(kinds.map((kind) => [kind, 1])), task, openbLargestNode);
  // 25 × (8000 - 2000) / 8000 = 18.75
  const half = [1000, 1000];

  it('prefers nodes with only such tasks, then with also others, then empty ones, then others', () =>
    assert.deepEqual(
      [[0], [0, 8], [], [8]].map((kinds) => score(kinds, half)),
      [75 + 18, 50 + 18, 25 + 18, 18],
    ));

  it('prefers fuller nodes within a band', () => {
    assert.equal(score([0], []), 100);
    assert.equal(score([0], Array<number>(8).fill(1000)), 75);
  });

  it('tells whole GPUs by their number, and has nothing to say of tasks without', () => {
    assert.equal(score([0], half, taskOf(1, 1000)), 18);
    assert.equal(score([2], half, taskOf(2, 1000)), 93);
    assert.equal(score([2], half, taskOf(0, 0)), 0);
  });
});

describe('the score of GpuPacking', () => {
  it('is lowest on idle nodes, and lower on larger ones', () => {
    assert.equal(packingScore([1000, 1000, 1000, 1000], taskOf(2, 1000)), 33 - 4);
    assert.equal(packingScore(Array<number>(8).fill(1000), share(200)), 33 - 8);
  });

  it('is below half where idle GPUs of a node in use are needed, and falls with their number', () => {
    assert.equal(packingScore([200, 1000, 1000, 500], taskOf(2, 1000)), 50 - 2);
    assert.equal(packingScore([200, 1000, 1000, 500], share(600)), 50 - 1);
  });

  it('is above half on a GPU in use, and rises with how full it is', () => {
    // 20 % of the GPU are free: 100 - 2
    assert.equal(packingScore([200, 1000, 1000, 500], share(200)), 98);
    assert.equal(packingScore([200, 1000, 1000, 500], share(201)), 95);
  });

  it('is 0 without GPUs', () => assert.equal(packingScore([200], taskOf(0, 0)), 0));
});

describe('the steepest descent of fragmentation', () => {
  const halves = [
    { ...share(500), popularity: 0.5 },
    { ...taskOf(1, 1000), popularity: 0.5 },
  ];

  it('fills a hole rather than break a whole GPU', () => {
    const state = stateOf([500, 1000]);
    const before = expectedFragment(state, halves);
    assert.equal(before, 250);
    // On the first GPU nothing is left of it: 0. On the second, whole ones find no GPU any more: 1000 / 2.
    assert.deepEqual(steepestDescent(state, share(500), halves, before), { gpus: [0], growth: -250 });
    assert.equal(expectedFragment(withTask(state, share(500), [1]), halves) - before, 250);
  });

  it('leaves a hole that others fit into, where best fit would spoil it', () => {
    const target = [{ ...share(600), popularity: 1 }];
    assert.deepEqual(steepestDescent(stateOf([600, 1000]), share(400), target, 0), { gpus: [1], growth: 0 });
  });

  it('takes the first of GPUs that are equally good', () =>
    assert.deepEqual(steepestDescent(stateOf([100, 500, 500]), share(500), halves, 0)?.gpus, [1]));

  it('gives whole GPUs the first idle ones, and tasks without GPUs none', () => {
    assert.deepEqual(steepestDescent(stateOf([900, 1000, 1000]), taskOf(2, 1000), halves, 0)?.gpus, [1, 2]);
    assert.deepEqual(steepestDescent(stateOf([900]), taskOf(0, 0), halves, 0)?.gpus, []);
    assert.equal(steepestDescent(stateOf([900]), taskOf(1, 1000), halves, 0), undefined);
  });

  it('sees what CPU that a task takes does to the GPUs beside it', () => {
    const state = stateOf([1000], { cpuMilliFree: 2000 });
    const before = expectedFragment(state, halves);
    assert.equal(before, 0);
    assert.equal(steepestDescent(state, taskOf(0, 0, { cpuMilli: 1001 }), halves, before)?.growth, 1000);
  });

  it('is at the GPU where fragmentation is least, by trying all of them', () => {
    fc.assert(
      fc.property(arbitraryState, arbitraryTask, arbitraryWorkload, (state, task, target) => {
        fc.pre(task.gpus === 1 && task.gpuMilli < 1000);
        const growths = Array.from(state.gpuMilliFree)
          .map((free, gpu) => ({ free, gpu }))
          .filter(({ free }) => free >= task.gpuMilli)
          .map(({ gpu }) => expectedFragment(withTask(state, task, [gpu]), target));
        const descent = steepestDescent(state, task, target, 0);
        assert.equal(descent?.growth, growths.length === 0 ? undefined : Math.min(...growths));
      }),
    );
  });

  it('scores 50 where fragmentation stays as it is, and more where it shrinks', () => {
    assert.equal(descentScore(0), 50);
    // 100 / (1 + e^-0.25) = 56.2
    assert.equal(descentScore(-250), 56);
    assert.equal(descentScore(250), 43);
    assert.deepEqual([descentScore(-8000), descentScore(8000)], [99, 0]);
  });
});

describe('the scores of all policies', () => {
  it('are whole numbers from 0 to 100, also on nodes larger than the largest', () => {
    fc.assert(
      fc.property(arbitraryState, arbitraryTask, fc.integer({ min: 1, max: 20 }), (state, task, times) => {
        const large = { ...state, cpuMilliFree: state.cpuMilliFree * times };
        const free = Array.from({ length: times }, () => Array.from(large.gpuMilliFree)).flat();
        const scores = [
          dotProductScore({ ...large, gpuMilliFree: free }, task, openbLargestNode),
          bestFitScore({ ...large, gpuMilliFree: free }, task, openbLargestNode),
          clusteringScore(free, new Map([[0, 1]]), task, openbLargestNode),
          packingScore(free, task),
        ];
        for (const score of scores) assert.ok(Number.isInteger(score) && score >= 0 && score <= 100, String(scores));
      }),
    );
  });
});
