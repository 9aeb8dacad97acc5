/** One object of a known kind: its version, then its fields. */
import { formatPath, type JsonPath, type SourceDocument } from '../documents.ts';
import { type Validated, validate, valueAt } from '../validate.ts';
import { type KindName, kinds, type ObjectTypes } from './registry.ts';

/** The object at `base` of the document, with its kind's defaults. */
export function readKind<K extends KindName>(
  kind: K,
  document: SourceDocument,
  base: JsonPath = [],
): Validated<ObjectTypes[K]> {
  const { apiVersions, schema } = kinds[kind];
  const path = [...base, 'apiVersion'];
  const apiVersion = valueAt(document.value, path);
  if (typeof apiVersion === 'string' && !apiVersions.includes(apiVersion)) {
    const problem = {
      at: document.positionOf(path),
      path: formatPath(path),
      message: `is not a version of ${kind} that is read`,
      got: JSON.stringify(apiVersion),
      allowed: apiVersions.join(', '),
    };
    return { ok: false, problems: [problem] };
  }
  return validate(schema, document, base);
}
