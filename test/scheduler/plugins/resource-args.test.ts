import assert from 'node:assert/strict';
import { nodeResourcesBalancedAllocation } from '../../../src/scheduler/plugins/node-resources-balanced-allocation.ts';
import { nodeResourcesFit } from '../../../src/scheduler/plugins/node-resources-fit.ts';

const fits = (args: unknown): boolean => nodeResourcesFit.args?.safeParse(args).success === true;
const strategy = (scoringStrategy: unknown): boolean => fits({ scoringStrategy });
const balances = (resources: unknown): boolean =>
  nodeResourcesBalancedAllocation.args?.safeParse({ resources }).success === true;

describe('the arguments of NodeResourcesFit', () => {
  const resources = [
    { name: 'cpu', weight: 1 },
    { name: 'memory', weight: 1 },
  ];

  it('default to LeastAllocated over cpu and memory', () => {
    const defaults = {
      ignoredResources: [],
      ignoredResourceGroups: [],
      scoringStrategy: { type: 'LeastAllocated', resources },
    };
    assert.deepEqual(nodeResourcesFit.args?.parse({}), defaults);
    assert.deepEqual(nodeResourcesFit.args?.parse({ scoringStrategy: { resources: [] } }), defaults);
    assert.deepEqual(
      nodeResourcesFit.args?.parse({
        scoringStrategy: { resources: [{ name: 'cpu', weight: 0 }, { name: 'memory' }] },
      }),
      defaults,
    );
  });

  it('must be ones that kube-scheduler takes', () => {
    assert.ok(!fits({ ignoredResourceGroups: ['example.com/gpu'] }));
    assert.ok(!fits({ ignoredResources: ['not a name'] }));
    assert.ok(!fits({ unknown: true }));
    assert.ok(!strategy({ type: 'BestFit' }));
    assert.ok(!strategy({ resources: [{ name: 'cpu', weight: 101 }] }));
    assert.ok(!strategy({ resources: [{ name: 'cpu', weight: -1 }] }));
    assert.ok(!strategy({ type: 'RequestedToCapacityRatio' }));
  });

  it('want a shape that rises in utilization and scores from 0 to 10', () => {
    const shape = (...points: (readonly [number, number])[]): boolean =>
      strategy({
        type: 'RequestedToCapacityRatio',
        requestedToCapacityRatio: { shape: points.map(([utilization, score]) => ({ utilization, score })) },
      });
    assert.ok(shape([0, 0], [100, 10]));
    assert.ok(!shape());
    assert.ok(!shape([50, 0], [50, 10]));
    assert.ok(!shape([50, 0], [20, 10]));
    assert.ok(!shape([0, 11]));
    assert.ok(!shape([101, 5]));
  });
});

describe('the arguments of NodeResourcesBalancedAllocation', () => {
  it('name each resource once, with no weight but 1', () => {
    assert.deepEqual(nodeResourcesBalancedAllocation.args?.parse({}), {
      resources: [
        { name: 'cpu', weight: 1 },
        { name: 'memory', weight: 1 },
      ],
    });
    assert.ok(balances([{ name: 'cpu' }, { name: 'example.com/gpu', weight: 1 }]));
    assert.ok(!balances([{ name: 'cpu', weight: 2 }]));
    assert.ok(!balances([{ name: 'cpu' }, { name: 'cpu' }]));
  });
});
