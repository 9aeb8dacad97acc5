import assert from 'node:assert/strict';
import { targetWorkload } from '../../../src/scheduler/plugins/gpu-sharing/index.ts';
import { share, taskOf } from './nodes.ts';

const times = <T>(count: number, item: T): T[] => Array<T>(count).fill(item);

describe('the target workload', () => {
  it('has the most popular classes that make up the wanted share, their popularities scaled to 1', () => {
    const tasks = [...times(6, share(500)), ...times(3, taskOf(1, 1000)), share(200)];
    const popular = (popularity: number) =>
      targetWorkload(tasks, { popularity }).map((task) => [task.gpuMilli, task.popularity]);
    assert.deepEqual(popular(0.9), [
      [500, 6 / 9],
      [1000, 3 / 9],
    ]);
    assert.deepEqual(popular(0.6), [[500, 1]]);
    assert.deepEqual(
      popular(1).map(([gpuMilli]) => gpuMilli),
      [500, 1000, 200],
    );
  });

  it('tells classes apart by CPU, GPUs, share and models, and by memory only when asked to', () => {
    const tasks = [
      share(500),
      share(500, { memoryMib: 7 }),
      share(500, { cpuMilli: 2000 }),
      share(500, { models: ['T4'] }),
      taskOf(0, 0),
    ];
    assert.equal(targetWorkload(tasks, { popularity: 1 }).length, 4);
    assert.equal(targetWorkload(tasks, { popularity: 1, withMemory: true }).length, 5);
    assert.deepEqual(new Set(targetWorkload(tasks).map(({ memoryMib }) => memoryMib)), new Set([0]));
  });

  it('does not depend on the order in which equally popular classes come', () => {
    const tasks = [share(1), share(2), share(3), share(3, { models: ['A'] }), share(3, { models: ['B'] })];
    assert.deepEqual(
      targetWorkload(tasks, { popularity: 0.5 }),
      targetWorkload([...tasks].reverse(), { popularity: 0.5 }),
    );
  });

  it('is empty without tasks', () => assert.deepEqual(targetWorkload([]), []));
});
