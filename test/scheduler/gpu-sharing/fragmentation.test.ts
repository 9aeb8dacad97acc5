import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  caseOf,
  expectedFragment,
  fragmentOf,
  fragmentsByCase,
  freeGpuMilli,
  type GpuTask,
} from '../../../src/scheduler/plugins/gpu-sharing/index.ts';
import { arbitraryState, arbitraryTask, arbitraryWorkload, share, stateOf, taskOf } from './nodes.ts';

/** 1,900 thousandths are free. */
const node = stateOf([300, 1000, 0, 600], { cpuMilliFree: 8000, memoryMibFree: 4096 });

describe('the fragment of a node for a task', () => {
  const check = (title: string, task: GpuTask, expectedCase: string, expected: number) =>
    it(title, () => {
      assert.equal(caseOf(node, task), expectedCase);
      assert.equal(fragmentOf(node, task), expected);
    });

  check('is what is free on GPUs that are too full for a share (Q3)', share(500), 'satisfied', 300);
  check('counts a GPU that is just enough as usable (Q3)', share(600), 'satisfied', 300);
  check('is all but the idle GPUs for a whole one (Q3)', taskOf(1, 1000), 'satisfied', 900);
  check('is nothing for a share that fits on every GPU with room (Q3)', share(300), 'satisfied', 0);
  check('is all that is free when GPUs are missing (Q2)', taskOf(2, 1000), 'lacks-gpu', 1900);
  check('is all that is free when CPU is missing (Q4)', share(500, { cpuMilli: 8001 }), 'lacks-cpu', 1900);
  check('is all that is free when memory is missing (Q4)', share(500, { memoryMib: 4097 }), 'lacks-cpu', 1900);
  check('is all that is free when both are missing (Q1)', taskOf(2, 1000, { cpuMilli: 9000 }), 'lacks-both', 1900);
  check('is all that is free for the wrong model', share(500, { models: ['P100', 'G2'] }), 'wrong-model', 1900);
  check('is as without models when one of them is right', share(500, { models: ['P100', 'T4'] }), 'satisfied', 300);
  check('is all that is free when the task wants no GPU', taskOf(0, 0), 'no-gpu', 1900);
  check('is so also when the CPU would not do', taskOf(0, 0, { cpuMilli: 9000 }), 'no-gpu', 1900);

  it('is nothing where nothing is free', () => {
    assert.equal(fragmentOf(stateOf([0, 0]), taskOf(1, 1000)), 0);
    assert.equal(fragmentOf(stateOf([]), taskOf(0, 0)), 0);
  });
});

describe('the expected fragment of a node', () => {
  const workload = [
    { ...share(500), popularity: 0.5 },
    { ...taskOf(1, 1000), popularity: 0.25 },
    { ...taskOf(2, 1000), popularity: 0.25 },
  ];

  it('weighs the tasks by their popularity', () => {
    assert.equal(expectedFragment(node, workload), 0.5 * 300 + 0.25 * 900 + 0.25 * 1900);
  });

  it('can be told by case; what is left on too full GPUs lacks GPU', () => {
    assert.deepEqual(fragmentsByCase(node, workload), {
      'lacks-both': 0,
      'lacks-gpu': 0.5 * 300 + 0.25 * 900 + 0.25 * 1900,
      satisfied: 0.5 * 1600 + 0.25 * 1000,
      'lacks-cpu': 0,
      'wrong-model': 0,
      'no-gpu': 0,
    });
  });

  it('is between nothing and all that is free, and the cases together are all that is free', () => {
    fc.assert(
      fc.property(arbitraryState, arbitraryWorkload, (state, target) => {
        const free = freeGpuMilli(state.gpuMilliFree);
        const expected = expectedFragment(state, target);
        assert.ok(expected >= 0 && expected <= free + 1e-6, `${expected} of ${free}`);
        const byCase = fragmentsByCase(state, target);
        const sum = Object.values(byCase).reduce((a, b) => a + b, 0);
        assert.ok(Math.abs(sum - free) < 1e-6, `${sum} of ${free}`);
        assert.ok(Math.abs(free - byCase.satisfied - expected) < 1e-6);
      }),
    );
  });

  it('does not depend on the order of the GPUs', () => {
    fc.assert(
      fc.property(arbitraryState, arbitraryWorkload, (state, target) => {
        const reversed = { ...state, gpuMilliFree: Array.from(state.gpuMilliFree).reverse() };
        assert.equal(expectedFragment(reversed, target), expectedFragment(state, target));
      }),
    );
  });

  it('does not grow with more free CPU', () => {
    fc.assert(
      fc.property(arbitraryState, arbitraryTask, fc.nat(30_000), (state, task, more) => {
        const larger = { ...state, cpuMilliFree: state.cpuMilliFree + more };
        assert.ok(fragmentOf(larger, task) <= fragmentOf(state, task));
      }),
    );
  });
});
