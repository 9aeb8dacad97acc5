import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Pod, ResourceList } from '../../../src/api/objects.ts';
import { nodeResourcesFit } from '../../../src/scheduler/plugins/node-resources-fit.ts';
import { createPlugin, cycleFor, scoresOf, testCluster, testContainer, testNode, testPod } from '../support/cluster.ts';

interface Case {
  readonly args?: unknown;
  readonly node: ResourceList;
  readonly pods?: readonly ResourceList[];
  readonly pod: ResourceList | Pod;
}

function score({ args = {}, node, pods = [], pod }: Case): number {
  const assigned = pods.map((requests, i) => testPod({ name: `p${i}`, requests, nodeName: 'a' }));
  const cluster = testCluster([testNode({ name: 'a', resources: node })], assigned);
  const wanted =
    'kind' in pod && typeof pod.kind === 'string' ? (pod as Pod) : testPod({ requests: pod as ResourceList });
  const scores = scoresOf(createPlugin(nodeResourcesFit, cluster, args), cycleFor(cluster, wanted));
  return scores === 'skip' ? Number.NaN : (scores.normalized.a ?? Number.NaN);
}

const strategy = (type: string, resources: unknown[] = [], more = {}) => ({
  scoringStrategy: { type, resources, ...more },
});
const shaped = (shape: unknown[], resources: unknown[] = []) =>
  strategy('RequestedToCapacityRatio', resources, { requestedToCapacityRatio: { shape } });
const default4Cpu = { cpu: '4', memory: '32Gi' };

describe('the strategy LeastAllocated', () => {
  it('gives a small pod on the default node 97', () => {
    // cpu (4000 − 100) × 100 / 4000 = 97, memory 98, mean 97.
    assert.equal(score({ node: default4Cpu, pod: { cpu: '100m', memory: '500Mi' } }), 97);
  });

  it('counts what containers without requests may use, but not where 0 is written', () => {
    assert.equal(score({ node: { cpu: '1', memory: '2000Mi' }, pod: {} }), 90);
    assert.equal(score({ node: { cpu: '1', memory: '2000Mi' }, pod: { cpu: '0', memory: '0' } }), 100);
    const assumed = { node: { cpu: '1', memory: '2000Mi' }, pods: [{}, {}], pod: {} };
    assert.equal(score(assumed), 70);
  });

  it('gives a resource 0 when the pod takes more than there is', () => {
    assert.equal(score({ node: { cpu: '1', memory: '1000Mi' }, pod: { cpu: '2', memory: '500Mi' } }), 25);
  });

  it('weights resources and cuts fractions off once more in the mean', () => {
    const resources = [
      { name: 'cpu', weight: 3 },
      { name: 'memory', weight: 1 },
    ];
    // cpu 66, memory 75: (3 × 66 + 75) / 4 = 68.25.
    const pod = { cpu: '1', memory: '1Gi' };
    assert.equal(score({ args: strategy('LeastAllocated', resources), node: { cpu: '3', memory: '4Gi' }, pod }), 68);
  });

  it('leaves out resources that a node has not, and extended ones that the pod does not ask for', () => {
    const resources = [
      { name: 'cpu' },
      { name: 'memory' },
      { name: 'example.com/gpu', weight: 10 },
      { name: 'storage' },
    ];
    const args = strategy('LeastAllocated', resources);
    const node = { cpu: '2', memory: '0', 'example.com/gpu': '4' };
    assert.equal(score({ args, node, pod: { cpu: '1' } }), 50);
    assert.equal(score({ args, node, pod: { cpu: '1', 'example.com/gpu': '1' } }), Math.floor((50 + 750) / 11));
    assert.equal(score({ args, node: { cpu: '0', memory: '0' }, pod: { 'example.com/gpu': '1' } }), 0);
  });
});

describe('the strategy MostAllocated', () => {
  it('scores what is taken', () => {
    const args = strategy('MostAllocated');
    const pods = [{ cpu: '1', memory: '8Gi' }];
    // cpu 50, memory 37.
    assert.equal(score({ args, node: default4Cpu, pods, pod: { cpu: '1', memory: '4Gi' } }), 43);
  });

  it('gives no more than 100 for a resource', () => {
    const pods = [{}, {}, {}];
    const args = strategy('MostAllocated');
    assert.equal(score({ args, node: { cpu: '200m', memory: '100Gi' }, pods, pod: {} }), 50);
  });
});

describe('the strategy RequestedToCapacityRatio', () => {
  const cpuOnly = [{ name: 'cpu' }];
  const at = (percent: number, shape: unknown[]): number =>
    score({ args: shaped(shape, cpuOnly), node: { cpu: '100m' }, pod: { cpu: `${percent}m` } });

  it('reads a rising line between two points', () => {
    const rising = [
      { utilization: 0, score: 0 },
      { utilization: 100, score: 10 },
    ];
    assert.deepEqual([at(33, rising), at(75, rising), at(100, rising)], [33, 75, 100]);
  });

  it('cuts falling lines off towards zero', () => {
    const falling = [
      { utilization: 0, score: 10 },
      { utilization: 40, score: 5 },
      { utilization: 100, score: 0 },
    ];
    assert.deepEqual([at(13, falling), at(55, falling)], [84, 38]);
  });

  it('holds the first and the last score beyond the points', () => {
    const short = [
      { utilization: 20, score: 3 },
      { utilization: 60, score: 7 },
    ];
    assert.deepEqual([at(5, short), at(20, short), at(60, short), at(90, short)], [30, 30, 70, 70]);
  });

  it('counts a resource without a score not at all, and rounds the mean', () => {
    const rising = [
      { utilization: 0, score: 0 },
      { utilization: 100, score: 10 },
    ];
    const args = shaped(rising, [
      { name: 'cpu', weight: 1 },
      { name: 'memory', weight: 1 },
    ]);
    const node = { cpu: '100m', memory: '1000' };
    assert.equal(score({ args, node, pod: { cpu: '33m', memory: '0' } }), 33);
    // (33 + 34) / 2 = 33.5.
    assert.equal(score({ args, node, pod: { cpu: '33m', memory: '340' } }), 34);
    assert.equal(score({ args, node, pod: { cpu: '0', memory: '0' } }), 0);
  });

  it('takes a resource that is asked for beyond its capacity as used up', () => {
    const args = shaped(
      [
        { utilization: 99, score: 2 },
        { utilization: 100, score: 9 },
      ],
      cpuOnly,
    );
    assert.equal(score({ args, node: { cpu: '100m' }, pod: { cpu: '150m' } }), 90);
  });
});

describe('the scores of NodeResourcesFit over any amounts', () => {
  const types = ['LeastAllocated', 'MostAllocated', 'RequestedToCapacityRatio'] as const;
  const kinds = ['cpu', 'memory', 'ephemeral-storage', 'example.com/gpu'];
  const narrow = fc.oneof(fc.bigInt({ min: 0n, max: 1000n }), fc.bigInt({ min: 0n, max: 2n ** 44n }));
  const sizes = {
    'that doubles hold': narrow,
    'of any size': fc.oneof(narrow, fc.bigInt({ min: 0n, max: 2n ** 54n })),
  };
  const points = fc
    .uniqueArray(fc.record({ utilization: fc.integer({ min: 0, max: 100 }), score: fc.integer({ min: 0, max: 10 }) }), {
      minLength: 1,
      maxLength: 4,
      selector: ({ utilization }) => utilization,
    })
    .map((list) => [...list].sort((a, b) => a.utilization - b.utilization));
  const resources = fc.uniqueArray(
    fc.record({ name: fc.constantFrom(...kinds), weight: fc.integer({ min: 1, max: 100 }) }),
    { minLength: 1, maxLength: 4, selector: ({ name }) => name },
  );
  type Amounts = Readonly<Record<string, bigint>>;
  const written = (all: Amounts): ResourceList =>
    Object.fromEntries(Object.entries(all).map(([kind, value]) => [kind, kind === 'cpu' ? `${value}m` : `${value}`]));

  /** The formulas as they stand in the specification, with integers. */
  function resourceScore(
    type: (typeof types)[number],
    shape: readonly { readonly utilization: number; readonly score: number }[],
    requested: bigint,
    capacity: bigint,
  ): bigint {
    if (type === 'LeastAllocated') return requested > capacity ? 0n : ((capacity - requested) * 100n) / capacity;
    if (type === 'MostAllocated') return ((requested > capacity ? capacity : requested) * 100n) / capacity;
    const utilization = requested > capacity ? 100n : (requested * 100n) / capacity;
    for (let i = 0; i < shape.length; i += 1) {
      const here = BigInt(shape[i]?.utilization ?? 0);
      if (utilization > here) continue;
      const to = BigInt(shape[i]?.score ?? 0) * 10n;
      if (i === 0) return to;
      const before = BigInt(shape[i - 1]?.utilization ?? 0);
      const from = BigInt(shape[i - 1]?.score ?? 0) * 10n;
      return from + ((to - from) * (utilization - before)) / (here - before);
    }
    return BigInt(shape.at(-1)?.score ?? 0) * 10n;
  }

  const runs = types.flatMap((type) => Object.entries(sizes).map(([size, amount]) => ({ type, size, amount })));
  for (const { type, size, amount } of runs) {
    it(`are those of 64-bit integers with ${type} and amounts ${size}`, () => {
      const amounts = fc.record(Object.fromEntries(kinds.map((kind) => [kind, amount])));
      fc.assert(
        fc.property(amounts, amounts, amounts, resources, points, (has, taken, wanted, list, shape) => {
          const args = shaped(shape, list);
          args.scoringStrategy.type = type;
          let sum = 0n;
          let weights = 0n;
          for (const { name, weight } of list) {
            const capacity = has[name] ?? 0n;
            const want = wanted[name] ?? 0n;
            if (capacity === 0n || (want === 0n && name.includes('/'))) continue;
            const part = resourceScore(type, shape, (taken[name] ?? 0n) + want, capacity);
            if (type === 'RequestedToCapacityRatio' && part === 0n) continue;
            sum += part * BigInt(weight);
            weights += BigInt(weight);
          }
          const mean = (): number =>
            type === 'RequestedToCapacityRatio' ? Math.round(Number(sum) / Number(weights)) : Number(sum / weights);
          const expected = weights === 0n ? 0 : mean();
          assert.equal(score({ args, node: written(has), pods: [written(taken)], pod: written(wanted) }), expected);
        }),
        { numRuns: 300 },
      );
    });
  }
});

describe('what NodeResourcesFit scores of a pod', () => {
  it('assumes requests container by container', () => {
    const pod = testPod({
      spec: {
        containers: [testContainer({ requests: { cpu: '300m' } }), testContainer({ requests: { memory: '300Mi' } })],
      },
    });
    // cpu 300 + 100 of 1000, memory 200 + 300 MiB of 2000.
    assert.equal(score({ node: { cpu: '1', memory: '2000Mi' }, pod }), Math.floor((60 + 75) / 2));
  });
});
