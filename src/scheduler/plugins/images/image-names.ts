/** Which images a pod needs, by the names that nodes report. Source: kube-scheduler plugins/imagelocality. */
import type { Container, Pod } from '../../../api/objects.ts';

/** `nginx` is short for `nginx:latest`; a port of the registry is no tag. */
export function normalizedImageName(name: string): string {
  return name.lastIndexOf(':') <= name.lastIndexOf('/') ? `${name}:latest` : name;
}

/** One entry per container, so that an image that two of them use counts twice. */
export function containerImages(spec: {
  readonly containers: readonly Container[];
  readonly initContainers: readonly Container[];
}): readonly string[] {
  return [...spec.initContainers, ...spec.containers].map(({ image }) => normalizedImageName(image));
}

export function volumeImages({ spec }: Pod): readonly string[] {
  return spec.volumes.flatMap(({ source }) => (source.kind === 'image' ? [normalizedImageName(source.reference)] : []));
}
