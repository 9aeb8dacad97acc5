import assert from 'node:assert/strict';
import { join } from 'node:path';
import { packageRoot } from '../../native/load.ts';
import type { Comparison } from '../../src/scheduler/compare.ts';
import { configYaml, nodeYaml, podYaml, refuses, schedulerVerb, withFiles } from '../support/scheduler-verb.ts';

const packing = configYaml(
  'profiles: [{ pluginConfig: [{ name: NodeResourcesFit, args: { scoringStrategy: { type: MostAllocated, resources: [{ name: cpu, weight: 1 }] } } }], plugins: { score: { disabled: [{ name: "*" }], enabled: [{ name: NodeResourcesFit }] } } }]',
);
const manifests =
  ['a', 'b', 'c'].map((name) => nodeYaml(name)).join('') + [1, 2, 3].map((place) => podYaml(`p${place}`)).join('');

const compared = (...args: readonly string[]) =>
  withFiles({ 'm.yaml': manifests, 'packing.yaml': packing }, (pathOf) =>
    schedulerVerb('compare', '-f', pathOf('m.yaml'), '--with', pathOf('packing.yaml'), ...args),
  );

describe('kubedyno scheduler compare', () => {
  it('shows what another configuration changes, with intervals over seeds', async () => {
    const { out, exitCode } = await compared('--seeds', '8');
    assert.match(out, /^ +base +head +head − base +95 % interval$/m);
    assert.match(out, /^nodesInUse +3 +1 +-2 +-2 to -2$/m);
    assert.match(out, /^bound +3 +3 +0 +0 to 0$/m);
    assert.match(out, /% of the pods that both bind go to different nodes \(8 seeds\)$/m);
    assert.equal(exitCode, 0);
  });

  it('says that few seeds give ranges, not intervals', async () => {
    assert.match((await compared('--seeds', '2')).out, /\(2 seeds; fewer than 6 seeds: the intervals are ranges\)$/m);
  });

  it('gives every seed’s figures as JSON', async () => {
    const comparison = JSON.parse((await compared('--seeds', '3', '--seed', '7', '--json')).out) as Comparison;
    assert.deepEqual(comparison.seeds, [7, 8, 9]);
    assert.deepEqual([comparison.base.length, comparison.head.length, comparison.differing.length], [3, 3, 3]);
    assert.deepEqual(comparison.waiting, {});
  });

  it('finds no difference between a configuration and itself', async () => {
    const example = join(packageRoot(), 'examples', 'cluster.yaml');
    await withFiles({ 'packing.yaml': packing }, async (pathOf) => {
      const config = pathOf('packing.yaml');
      const { out } = await schedulerVerb('compare', '-f', example, '--config', config, '--with', config);
      assert.match(out, /^0 % of the pods that both bind go to different nodes/m);
    });
  });

  it('takes only one of the manifests and the configuration from standard input', () =>
    refuses(['compare', '-f', '-', '--with', '-'], /^only one of -f and --with can be -, standard input$/));
});
