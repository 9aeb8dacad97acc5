import assert from 'node:assert/strict';
import type { PluginFactory } from '../../../src/scheduler/framework/plugin-factory.ts';
import { imageLocality } from '../../../src/scheduler/plugins/image-locality.ts';
import { nodeAffinity } from '../../../src/scheduler/plugins/node-affinity.ts';
import { nodeResourcesBalancedAllocation } from '../../../src/scheduler/plugins/node-resources-balanced-allocation.ts';
import { nodeResourcesFit } from '../../../src/scheduler/plugins/node-resources-fit.ts';
import { taintToleration } from '../../../src/scheduler/plugins/taint-toleration.ts';
import { createPlugin, cycleFor, scoresOf, testCluster, testNode, testPod } from '../support/cluster.ts';

describe('the node-local scores of the default profile', () => {
  it('come to 471 for a small pod on an empty default node', () => {
    const cluster = testCluster([testNode({ name: 'a' })]);
    const pod = testPod({ requests: { cpu: '100m', memory: '500Mi' }, image: 'pause' });
    const weighted: (readonly [PluginFactory, number])[] = [
      [taintToleration, 3],
      [nodeAffinity, 2],
      [nodeResourcesFit, 1],
      [nodeResourcesBalancedAllocation, 1],
      [imageLocality, 1],
    ];
    const parts = weighted.map(([factory, weight]) => {
      const scores = scoresOf(createPlugin(factory, cluster), cycleFor(cluster, pod));
      return scores === 'skip' ? 0 : weight * (scores.normalized.a ?? Number.NaN);
    });
    assert.deepEqual(parts, [300, 0, 97, 74, 0]);
    assert.equal(
      parts.reduce((sum, part) => sum + part),
      471,
    );
  });
});
