import assert from 'node:assert/strict';
import type { Volume } from '../../../src/api/objects.ts';
import { testContainer, testNode, testPod } from '../support/objects.ts';
import { emptyCluster } from './cluster.ts';
import type { ReferenceOptions } from './options.ts';
import { referenceSchedule } from './schedule.ts';
import { scoresOf } from './words.ts';

const mib = 1024 * 1024;

interface Words {
  /** What a node calls the image, and how large it is. */
  readonly name?: string;
  readonly sizeMib: number;
  readonly onNodes: number;
  readonly images: readonly string[];
  readonly volumes?: readonly Volume[];
  readonly options?: Partial<ReferenceOptions>;
}

/** Of the first of ten nodes. */
function score({ name = 'app:1', sizeMib, onNodes, images, volumes = [], options = {} }: Words): number | undefined {
  const nodes = Array.from({ length: 10 }, (_, index) =>
    testNode({ name: `n${index}`, images: index < onNodes ? { [name]: sizeMib * mib } : {} }),
  );
  const containers = images.map((image, index) => testContainer({ name: `c${index}`, image }));
  const decision = referenceSchedule(emptyCluster({ nodes }), testPod({ spec: { containers, volumes } }), options);
  return scoresOf(decision, 'ImageLocality')?.raw[0];
}

describe('ImageLocality', () => {
  it('gives 7 for an image of 500 MiB on 2 of 10 nodes', () =>
    assert.equal(score({ sizeMib: 500, onNodes: 2, images: ['app:1'] }), 7));

  it('gives 11 for one of 500 MiB on 5 of 10 nodes and a second container', () =>
    assert.equal(score({ sizeMib: 500, onNodes: 5, images: ['app:1', 'other'] }), 11));

  it('gives nothing for 10 MiB', () => assert.equal(score({ sizeMib: 10, onNodes: 10, images: ['app:1'] }), 0));

  it('gives no more than 100', () => assert.equal(score({ sizeMib: 3000, onNodes: 10, images: ['app:1'] }), 100));

  it('takes an image without a tag for the latest', () => {
    assert.equal(score({ name: 'app:latest', sizeMib: 500, onNodes: 2, images: ['app'] }), 7);
    assert.equal(score({ name: 'host:5000/app:latest', sizeMib: 500, onNodes: 2, images: ['host:5000/app'] }), 7);
  });

  it('counts image volumes since 1.36, but not as containers', () => {
    const volumes: readonly Volume[] = [{ name: 'v', source: { kind: 'image', reference: 'app:1' } }];
    assert.equal(score({ sizeMib: 500, onNodes: 2, images: ['other'], volumes }), 7);
    assert.equal(score({ sizeMib: 500, onNodes: 2, images: ['other'], volumes, options: { compat: '1.34' } }), 0);
  });
});
