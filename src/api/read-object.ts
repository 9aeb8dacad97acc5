/** One object that scheduling reads, from a plain value. */
import type { SourceDocument } from './documents.ts';
import type { Problem, SourcePosition } from './errors.ts';
import { readKind } from './kinds/read-kind.ts';
import { type KindName, type ObjectTypes, schedulingKinds } from './kinds/registry.ts';
import type { SchedulingKind, SchedulingObjects } from './objects.ts';

export type SchedulingObject = SchedulingObjects[SchedulingKind];

/** Kinds that the scheduler itself looks at: all but those which only stand for pods, and the endpoints. */
export type ReadableKind = Exclude<KindName, 'Deployment' | 'Job' | 'EndpointSlice'>;
export const readableKinds = schedulingKinds.filter(
  (kind): kind is ReadableKind => kind !== 'Deployment' && kind !== 'Job' && kind !== 'EndpointSlice',
);

/** Without what only the networking side or the making of pods reads. */
export function plainObject(object: ObjectTypes[Exclude<ReadableKind, 'Pod'>]): SchedulingObject {
  switch (object.kind) {
    case 'Service': {
      const { name, namespace, labels, annotations } = object.metadata;
      const { apiVersion, kind, spec } = object;
      return {
        apiVersion,
        kind,
        metadata: { name, namespace, labels, annotations },
        spec: { selector: spec.selector ?? {} },
      };
    }
    case 'ReplicaSet':
    case 'StatefulSet':
    case 'ReplicationController':
      return {
        ...object,
        spec: { selector: object.spec.selector, replicas: object.spec.replicas },
      } as SchedulingObject;
    default:
      return object;
  }
}

export type ReadObject =
  | { readonly ok: true; readonly object: SchedulingObject }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * One object from a plain value, as a template gives it. Problems point at the one place, or, where the document is
 * given that the value is from, at each field's own.
 */
export function readObject(value: unknown, at: SourcePosition | SourceDocument): ReadObject {
  const document = 'positionOf' in at ? { ...at, value } : { value, positionOf: () => at, positionOfKey: () => at };
  const kind = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
  const known = readableKinds.find((candidate) => candidate === kind);
  if (known === undefined) {
    const problem: Problem = {
      at: document.positionOf(['kind']),
      path: 'kind',
      message: 'is not a kind that scheduling reads',
      got: JSON.stringify(kind) ?? 'nothing',
      allowed: readableKinds.join(', '),
    };
    return { ok: false, problems: [problem] };
  }
  const result = readKind<typeof known>(known, document);
  if (!result.ok) return result;
  const object = result.value;
  return { ok: true, object: object.kind === 'Pod' ? object : plainObject(object) };
}
