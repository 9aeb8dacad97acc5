import assert from 'node:assert/strict';
import { InputError } from '../../../src/api/index.ts';
import { generateTrace } from '../../../src/workloads/trace/generate-trace.ts';
import type { TracePod } from '../../../src/workloads/trace/trace.ts';

const trace = generateTrace({ seed: 1 });

/** Each documented quantile is one of the values, up to so much of the share below it. */
function hasQuantiles(values: readonly number[], documented: readonly (readonly [number, number])[]): void {
  const tolerance = 0.02;
  for (const [share, value] of documented) {
    const below = values.filter((other) => other < value).length / values.length;
    const upTo = values.filter((other) => other <= value).length / values.length;
    const message = `${value} has ${below} to ${upTo} below it instead of ${share}`;
    assert.ok(below <= share + tolerance && upTo >= share - tolerance, message);
  }
}

function near(actual: number, documented: number, tolerance: number): void {
  assert.ok(Math.abs(actual - documented) <= tolerance * documented, `${actual} instead of ${documented}`);
}

const share = (is: (pod: TracePod) => boolean): number => trace.pods.filter(is).length / trace.pods.length;

describe('a generated trace', () => {
  it('has the CPU of openb', () =>
    hasQuantiles(
      trace.pods.map(({ cpuMilli }) => cpuMilli),
      [
        [0.05, 3152],
        [0.25, 4000],
        [0.5, 11_300],
        [0.75, 12_000],
        [0.9, 16_400],
        [0.99, 32_000],
      ],
    ));

  it('has the memory of openb', () =>
    hasQuantiles(
      trace.pods.map(({ memoryMib }) => memoryMib),
      [
        [0.05, 5600],
        [0.25, 15_258],
        [0.5, 41_560],
        [0.75, 49_152],
        [0.9, 58_368],
        [0.99, 125_952],
      ],
    ));

  it('has the GPUs of openb and their shares', () => {
    const total = 8152;
    const gpus = [1, 0, 8, 2, 4].map((count) => share((pod) => pod.gpus === count) * total);
    const documented = [6989, 1088, 44, 16, 15];
    for (const [place, value] of documented.entries()) {
      const limit = 4 * Math.sqrt(value);
      assert.ok(Math.abs((gpus[place] as number) - value) < limit, `${gpus[place]} instead of ${value}`);
    }
    const shares = { 1000: 3986, 810: 1078, 470: 750, 320: 328, 650: 253 };
    for (const [milli, count] of Object.entries(shares)) {
      near(share(({ gpuMilli }) => gpuMilli === Number(milli)) * total, count, 0.15);
    }
  });

  it('has the times of openb', () => {
    const times = trace.pods.map((pod) => pod.times ?? assert.fail());
    hasQuantiles(
      times.map(({ createdS, deletedS }) => deletedS - createdS),
      [
        [0.25, 167],
        [0.5, 540],
        [0.75, 1974],
        [0.9, 6574],
        [0.99, 99_719],
      ],
    );
    hasQuantiles(
      times.slice(1).map(({ createdS }, place) => createdS - (times[place]?.createdS ?? 0)),
      [
        [0.5, 161],
        [0.75, 437],
        [0.9, 948],
        [0.99, 3426],
      ],
    );
    const scheduled = times.filter(({ scheduledS }) => scheduledS !== undefined);
    near(times.length - scheduled.length, 897, 0.12);
    hasQuantiles(
      scheduled.map(({ createdS, scheduledS = 0 }) => scheduledS - createdS),
      [
        [0.5, 2],
        [0.9, 106],
        [0.99, 908],
      ],
    );
    for (const { createdS, deletedS, scheduledS = createdS } of times) {
      assert.ok(createdS <= scheduledS && scheduledS <= deletedS);
    }
  });

  it('has the classes of service of openb', () => {
    near(
      share(({ qos }) => qos === 'LS'),
      4647 / 8152,
      0.05,
    );
    near(
      share(({ qos }) => qos === 'BE'),
      3398 / 8152,
      0.05,
    );
  });

  it('has the nodes of openb, all of them or those with GPUs', () => {
    const count = (nodes: typeof trace.nodes, model: string) => nodes.filter((node) => node.model === model).length;
    assert.deepEqual([trace.nodes.length, count(trace.nodes, 'G2'), count(trace.nodes, '')], [1213, 549, 0]);
    assert.equal(
      trace.nodes.reduce((sum, { gpus }) => sum + gpus, 0),
      6212,
    );
    const all = generateTrace({ seed: 1, nodes: 1523, pods: 1, cpuNodes: true }).nodes;
    assert.deepEqual([count(all, 'G2'), count(all, 'T4'), count(all, '')], [549, 404, 310]);
  });

  it('keeps the proportions of nodes at any size', () => {
    for (const nodes of [1, 7, 100, 5000]) {
      const small = generateTrace({ seed: 2, nodes, pods: 1 }).nodes;
      assert.equal(small.length, nodes);
      assert.equal(new Set(small.map(({ name }) => name)).size, nodes);
      const large = small.filter(({ model }) => model === 'G2').length;
      assert.ok(Math.abs(large - (nodes * 549) / 1213) <= 1);
    }
  });

  it('is the same for the same seed, and fewer pods are the first of more', () => {
    assert.deepEqual(generateTrace({ seed: 1 }), trace);
    assert.notDeepEqual(generateTrace({ seed: 2 }), trace);
    assert.deepEqual(generateTrace({ seed: 1, pods: 100 }).pods, trace.pods.slice(0, 100));
  });

  it('lets some pods with one GPU insist on models, and leaves the others as they are', () => {
    const { pods } = generateTrace({ seed: 1, modelShare: 0.33 });
    const insisting = pods.filter(({ models }) => models.length > 0);
    assert.ok(insisting.every(({ gpus }) => gpus === 1));
    const ofOneGpu = pods.filter(({ gpus }) => gpus === 1).length;
    assert.ok(Math.abs(insisting.length / ofOneGpu - 0.33) < 0.03);
    assert.ok(insisting.some(({ models }) => models.join() === 'V100M16,V100M32'));
    assert.deepEqual(
      pods.map((pod) => ({ ...pod, models: [] })),
      trace.pods,
    );
  });

  it('refuses sizes that cannot be', () => {
    const refuses = (options: object, message: RegExp) =>
      assert.throws(
        () => generateTrace({ seed: 1, ...options }),
        (error) => error instanceof InputError && message.test(error.message),
      );
    refuses({ nodes: 0 }, /^the number of nodes is 0; allowed: whole numbers from 1$/);
    refuses({ pods: 1.5 }, /^the number of pods is 1\.5/);
    refuses({ modelShare: 2 }, /^the share of pods that insist on models is 2; allowed: 0 to 1$/);
  });
});
