/** What a cluster adds to the objects that it is given, beyond the defaults of each one. */
import type { Namespace, ObjectMeta, PersistentVolumeClaim, StorageClass } from './objects.ts';

/** Objects in a namespace that is not among the given ones could not exist: it is made, with the label it would have. */
export function impliedNamespaces(metas: Iterable<ObjectMeta>, given: Iterable<Namespace>): Namespace[] {
  const names = new Set<string>();
  for (const { namespace } of metas) if (namespace !== undefined) names.add(namespace);
  for (const { metadata } of given) names.delete(metadata.name);
  return [...names].sort().map((name) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { 'kubernetes.io/metadata.name': name }, annotations: {} },
  }));
}

const defaultClassAnnotations = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];
const oldClassAnnotation = 'volume.beta.kubernetes.io/storage-class';

/** The class that claims get which name none: of several, the newest. Source: plugin/pkg/admission/storage. */
export function defaultStorageClass(classes: Iterable<StorageClass>): string | undefined {
  const candidates = [...classes]
    .map(({ metadata }) => metadata)
    .filter(({ annotations }) => defaultClassAnnotations.some((key) => annotations[key] === 'true'))
    .sort((a, b) => ageOf(a) - ageOf(b) || (a.name < b.name ? -1 : 1));
  return candidates[0]?.name;
}

/** Less for what is newer. */
function ageOf({ creationTimestamp }: ObjectMeta): number {
  return creationTimestamp === undefined ? 0 : -Date.parse(creationTimestamp);
}

export function withStorageClass(claim: PersistentVolumeClaim, className: string | undefined): PersistentVolumeClaim {
  const { spec, metadata } = claim;
  const isGiven = spec.storageClassName !== undefined || metadata.annotations[oldClassAnnotation] !== undefined;
  if (className === undefined || isGiven) return claim;
  return { ...claim, spec: { ...spec, storageClassName: className } };
}
