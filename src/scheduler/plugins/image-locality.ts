/**
 * Prefers nodes that have the pod's images already, the more the larger the images are and the more nodes have them.
 * Source: kube-scheduler plugins/imagelocality.
 */
import type { Plugin } from '../framework/plugin.ts';
import { type PluginContext, pluginFactory } from '../framework/plugin-factory.ts';
import { containerImages, volumeImages } from './images/image-names.ts';
import { type ImageState, nodeImages } from './images/node-images.ts';
import { maxNodeScore } from './normalize.ts';
import { perShape } from './support/per-shape.ts';

const name = 'ImageLocality';
const mebibyte = 1024 * 1024;
/** Less than this is not worth a preference. */
const minThresholdBytes = 23 * mebibyte;
/** More than this per container makes no difference. */
const maxThresholdPerContainerBytes = 1000 * mebibyte;

function create(_args: unknown, { cluster, compat }: PluginContext): Plugin {
  const images = cluster.part(nodeImages);
  const imagesOf = perShape(({ spec }) => containerImages(spec));
  const present = (names: readonly string[]): ImageState[] =>
    names.map((image) => images.get(image)).filter((image) => image !== undefined);
  return {
    name,

    score({ pod: { shape, pod } }, { slots, count }, scores) {
      const containers = imagesOf(shape);
      const found = present(containers);
      if (compat !== '1.34' && pod.spec.volumes.length > 0) found.push(...present(volumeImages(pod)));
      const scoreOf = scoreBySum(containers.length);
      const [first, ...others] = found;
      if (first === undefined) {
        scores.fill(0, 0, count);
        return;
      }
      const worthOf = ({ slots: having, sizeBytes }: ImageState): number => {
        // In this order of operations: the quotient is rounded before it is multiplied.
        const spread = having.size / cluster.nodeCount;
        return Math.trunc(sizeBytes * spread);
      };
      if (others.length === 0) {
        const column = images.columnOf(first);
        const score = scoreOf(worthOf(first));
        for (let place = 0; place < count; place += 1) {
          scores[place] = score * (column[slots[place] as number] as number);
        }
        return;
      }
      scores.fill(0, 0, count);
      for (const image of found) {
        const worth = worthOf(image);
        const column = images.columnOf(image);
        for (let place = 0; place < count; place += 1) {
          scores[place] = (scores[place] as number) + worth * (column[slots[place] as number] as number);
        }
      }
      for (let place = 0; place < count; place += 1) scores[place] = scoreOf(scores[place] as number);
    },
  };
}

/** What the bytes of the images that a node has are worth; 0 bytes are worth 0. */
function scoreBySum(containers: number): (sumBytes: number) => number {
  const maxBytes = maxThresholdPerContainerBytes * containers;
  const rangeBytes = maxBytes - minThresholdBytes;
  return (sumBytes) => {
    const clampedBytes = Math.min(Math.max(sumBytes, minThresholdBytes), maxBytes);
    return Math.floor((maxNodeScore * (clampedBytes - minThresholdBytes)) / rangeBytes);
  };
}

export const imageLocality = pluginFactory({ name, create });
