/** Favours nodes that have the images already; widespread images count more, so that pods do not heap up. */
import type { Node, Pod } from '../../../../src/api/objects.ts';
import type { ReferenceCluster } from '../cluster.ts';
import type { Cycle, ReferencePlugin } from '../plugin.ts';

const mib = 1024 * 1024;
const least = 23 * mib;
const mostPerContainer = 1000 * mib;

export const imageLocality: ReferencePlugin = {
  name: 'ImageLocality',
  score(cycle, node) {
    const { containers, initContainers } = cycle.pod.spec;
    const most = mostPerContainer * (containers.length + initContainers.length);
    const sum = imagesOf(cycle).reduce((total, image) => total + weightedSize(cycle.cluster, node, image), 0);
    return Math.trunc((100 * (Math.min(Math.max(sum, least), most) - least)) / (most - least));
  },
};

/** Image volumes count among the images since 1.36, but not among the containers. */
function imagesOf({ pod, options }: Cycle): string[] {
  const { containers, initContainers } = pod.spec;
  const images = [...initContainers, ...containers].map(({ image }) => image);
  return [...images, ...(options.compat === '1.36' ? imageVolumesOf(pod) : [])].map(withTag);
}

function imageVolumesOf({ spec }: Pod): string[] {
  return spec.volumes.flatMap(({ source }) => (source.kind === 'image' ? [source.reference] : []));
}

/** A colon before the last slash belongs to a port of the registry. */
const withTag = (image: string): string =>
  image.lastIndexOf(':') > image.lastIndexOf('/') ? image : `${image}:latest`;

function weightedSize({ nodes }: ReferenceCluster, node: Node, image: string): number {
  const size = sizeOn(node, image);
  if (size === undefined) return 0;
  const spread = nodes.filter((other) => sizeOn(other, image) !== undefined).length / nodes.length;
  return Math.trunc(size * spread);
}

function sizeOn({ status }: Node, image: string): number | undefined {
  return status.images.find(({ names }) => names.includes(image))?.sizeBytes;
}
