import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Node, Pod } from '../../../src/api/objects.ts';
import type { CompatVersion } from '../../../src/scheduler/framework/plugin-factory.ts';
import { imageLocality } from '../../../src/scheduler/plugins/image-locality.ts';
import { normalizedImageName } from '../../../src/scheduler/plugins/images/image-names.ts';
import { createPlugin, cycleFor, scoresOf, testCluster, testContainer, testNode, testPod } from '../support/cluster.ts';

const mebibyte = 1024 * 1024;
const podWith = (...images: string[]): Pod =>
  testPod({ spec: { containers: images.map((image) => testContainer({ image })) } });

/** Nodes n0, n1, … of which the first `having` have the image. */
function nodesWith(count: number, having: number, image: string, sizeBytes: number): Node[] {
  return Array.from({ length: count }, (_, i) =>
    testNode({ name: `n${i}`, ...(i < having ? { images: { [image]: sizeBytes } } : {}) }),
  );
}

function scoresFor(nodes: readonly Node[], pod: Pod, compat: CompatVersion = '1.36'): Record<string, number> {
  const cluster = testCluster(nodes);
  const scores = scoresOf(createPlugin(imageLocality, cluster, {}, { compat }), cycleFor(cluster, pod));
  return scores === 'skip' ? {} : scores.normalized;
}

describe('the plugin ImageLocality', () => {
  it('scores an image of 500 MiB on 2 of 10 nodes with 7', () => {
    const scores = scoresFor(nodesWith(10, 2, 'app:1', 500 * mebibyte), podWith('app:1'));
    assert.deepEqual([scores.n0, scores.n1, scores.n2], [7, 7, 0]);
  });

  it('scores an image of 500 MiB on 5 of 10 nodes with 11 when the pod has two containers', () => {
    const scores = scoresFor(nodesWith(10, 5, 'app:1', 500 * mebibyte), podWith('app:1', 'other:1'));
    assert.deepEqual([scores.n0, scores.n9], [11, 0]);
  });

  it('does not count small images', () => {
    assert.equal(scoresFor(nodesWith(2, 2, 'app:1', 10 * mebibyte), podWith('app:1')).n0, 0);
  });

  it('gives no more than 100', () => {
    assert.equal(scoresFor(nodesWith(2, 2, 'app:1', 5000 * mebibyte), podWith('app:1')).n0, 100);
  });

  it('gives 0 where no node has any of the images', () => {
    assert.deepEqual(scoresFor(nodesWith(2, 0, '', 0), podWith('app:1')), { n0: 0, n1: 0 });
  });

  it('reads a name without a tag as the latest one', () => {
    assert.equal(normalizedImageName('app'), 'app:latest');
    assert.equal(normalizedImageName('app:1'), 'app:1');
    assert.equal(normalizedImageName('registry:5000/app'), 'registry:5000/app:latest');
    assert.equal(normalizedImageName('registry:5000/app:1'), 'registry:5000/app:1');
    assert.equal(scoresFor(nodesWith(1, 1, 'app:latest', 523 * mebibyte), podWith('app')).n0, 51);
  });

  it('counts init containers, and images of volumes since 1.36, but the latter not as containers', () => {
    const nodes = nodesWith(1, 1, 'app:1', 300 * mebibyte);
    const init = testPod({ spec: { initContainers: [testContainer({ image: 'app:1' })] } });
    assert.equal(scoresFor(nodes, init).n0, Math.floor((100 * (300 - 23)) / (2 * 1000 - 23)));
    const volumes = [{ name: 'data', source: { kind: 'image', reference: 'app:1' } }] as const;
    const mounted = testPod({ image: 'app:1', spec: { volumes } });
    assert.equal(scoresFor(nodes, mounted).n0, Math.floor((100 * (600 - 23)) / (1000 - 23)));
    const volumeOnly = testPod({ spec: { volumes } });
    assert.equal(scoresFor(nodes, volumeOnly, '1.36').n0, Math.floor((100 * (300 - 23)) / (1000 - 23)));
    assert.equal(scoresFor(nodes, volumeOnly, '1.34').n0, 0);
  });

  it('rounds the share of nodes before it multiplies, as doubles do', () => {
    // 1/49 × 49 is a little less than 1, and so is the sum of bytes: 100 is missed.
    const scores = scoresFor(nodesWith(49, 1, 'app:1', 49 * 1000 * mebibyte), podWith('app:1'));
    assert.equal(scores.n0, 99);
  });

  it('keeps the size that the first node reported, as long as some node has the image', () => {
    const cluster = testCluster([
      testNode({ name: 'a', images: { 'app:1': 523 * mebibyte } }),
      testNode({ name: 'b', images: { 'app:1': 1000 * mebibyte } }),
    ]);
    const plugin = createPlugin(imageLocality, cluster);
    const scores = (): unknown => {
      const result = scoresOf(plugin, cycleFor(cluster, podWith('app:1')));
      return result === 'skip' ? result : result.normalized;
    };
    assert.deepEqual(scores(), { a: 51, b: 51 });
    cluster.removeNode('a');
    assert.deepEqual(scores(), { b: 51 });
    cluster.setNode(testNode({ name: 'b' }));
    cluster.setNode(testNode({ name: 'b', images: { 'app:1': 1000 * mebibyte } }));
    assert.deepEqual(scores(), { b: 100 });
  });

  it('forgets images that a node has lost', () => {
    const image = { 'app:1': 523 * mebibyte };
    const cluster = testCluster(['a', 'b'].map((name) => testNode({ name, images: image })));
    const plugin = createPlugin(imageLocality, cluster);
    const scores = (): unknown => scoresOf(plugin, cycleFor(cluster, podWith('app:1')));
    assert.deepEqual(scores(), { raw: { a: 51, b: 51 }, normalized: { a: 51, b: 51 } });
    cluster.setNode(testNode({ name: 'a' }));
    assert.deepEqual(scores(), { raw: { a: 0, b: 24 }, normalized: { a: 0, b: 24 } });
  });

  it('agrees with a look at every node, whatever images come and go', () => {
    const names = ['a:1', 'b:1', 'c:1'];
    const sizes: Readonly<Record<string, number>> = { 'a:1': 90e6, 'b:1': 700e6, 'c:1': 2.5e9 };
    const images = fc.uniqueArray(fc.constantFrom(...names), { maxLength: 3 });
    const steps = fc.array(
      fc.tuple(fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 80 })), fc.option(images, { nil: undefined })),
      {
        minLength: 1,
        maxLength: 15,
      },
    );
    const containers = fc.array(fc.constantFrom('a:1', 'b:1', 'c:1', 'd:1'), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(steps, containers, (changes, wanted) => {
        const cluster = testCluster([]);
        const plugin = createPlugin(imageLocality, cluster);
        const now = new Map<string, readonly string[]>();
        for (const [which, list] of changes) {
          for (let i = 0; i <= which; i += 1) {
            if (now.has(`n${i}`)) continue;
            now.set(`n${i}`, []);
            cluster.setNode(testNode({ name: `n${i}` }));
          }
          if (list === undefined) {
            now.delete(`n${which}`);
            cluster.removeNode(`n${which}`);
          } else {
            now.set(`n${which}`, list);
            const has = Object.fromEntries(list.map((name) => [name, sizes[name] as number]));
            cluster.setNode(testNode({ name: `n${which}`, images: has }));
          }
          const min = 23n * 1024n * 1024n;
          const max = 1000n * 1024n * 1024n * BigInt(wanted.length);
          const expected = new Map(
            [...now].map(([node, own]) => {
              let sum = 0n;
              for (const image of wanted) {
                if (!own.includes(image)) continue;
                const having = [...now.values()].filter((other) => other.includes(image)).length;
                sum += BigInt(Math.trunc((sizes[image] as number) * (having / now.size)));
              }
              const clamped = sum < min ? min : sum > max ? max : sum;
              return [node, Number((100n * (clamped - min)) / (max - min))];
            }),
          );
          const result = scoresOf(plugin, cycleFor(cluster, podWith(...wanted)));
          assert.deepEqual(
            result === 'skip' ? result : new Map(Object.entries(result.normalized).sort()),
            new Map([...expected].sort()),
          );
        }
      }),
      { numRuns: 50 },
    );
  });
});
