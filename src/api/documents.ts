/** YAML and JSON text to plain values, keeping for every value the place it was written at. */
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from 'yaml';
import type { Problem, SourcePosition } from './errors.ts';
import { JsonPlaces } from './json-places.ts';

export type JsonPath = readonly (string | number)[];

/** One document of a file, YAML or JSON. */
export interface SourceDocument {
  readonly value: unknown;
  /** The place of the value at `path`, or of its nearest ancestor when the value itself is absent. */
  positionOf(path: JsonPath): SourcePosition;
  /** The place of the key that the last element of `path` names (for keys that should not be there). */
  positionOfKey(path: JsonPath): SourcePosition;
}

/** `spec.ports[0]["a.b/c"]`: keys that are not plain words are quoted. */
export function formatPath(path: JsonPath): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (/^[A-Za-z_][A-Za-z0-9_-]*$/.test(part)) text += text === '' ? part : `.${part}`;
    else text += `[${JSON.stringify(part)}]`;
  }
  return text;
}

/** Splits a file into its documents; empty ones (a trailing `---`) are left out. Problems are those of syntax. */
export function readDocuments(
  text: string,
  file: string,
): { readonly documents: readonly SourceDocument[]; readonly problems: readonly Problem[] } {
  const json = readJson(text, file);
  return json === undefined ? readYaml(text, file) : { documents: [json], problems: [] };
}

/**
 * What `kubectl get -o json` prints may have a hundred thousand lines: it is read by the fast parser, and places in it
 * are looked up when something is wrong. Undefined for a text that is not JSON.
 */
function readJson(text: string, file: string): SourceDocument | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  dropNulls(value);
  let places: JsonPlaces | undefined;
  const at = (path: JsonPath, what: 'keyAt' | 'valueAt'): SourcePosition => {
    places ??= new JsonPlaces(text);
    const found = places.find(path);
    return { file, ...places.linePosition(found.depth === path.length ? found[what] : found.valueAt) };
  };
  return { value, positionOf: (path) => at(path, 'valueAt'), positionOfKey: (path) => at(path, 'keyAt') };
}

function readYaml(
  text: string,
  file: string,
): { readonly documents: readonly SourceDocument[]; readonly problems: readonly Problem[] } {
  const lines = new LineCounter();
  const at = (offset: number): SourcePosition => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
  const documents: SourceDocument[] = [];
  const problems: Problem[] = [];
  for (const document of Array.isArray(parsed) ? parsed : []) {
    if (document.errors.length > 0) {
      problems.push(...document.errors.map((error) => ({ at: at(error.pos[0]), message: error.message })));
      continue;
    }
    try {
      const value: unknown = document.toJS();
      dropNulls(value);
      if (value !== null) documents.push(sourceDocument(document, value, at));
    } catch (error) {
      // Aliases that multiply beyond the parser's limit show only when the document is turned into values.
      const message = error instanceof Error ? error.message : String(error);
      problems.push({ at: at(document.range[0]), message });
    }
  }
  return { documents, problems };
}

/**
 * The API treats a field that is null as one that is absent; `labels:` with nothing after it is written often. Changes
 * the value, which nobody else has yet: a copy of a cluster's dump would take as long as reading it.
 */
function dropNulls(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) dropNulls(item);
    return;
  }
  for (const key of Object.keys(value)) {
    const field: unknown = Reflect.get(value, key);
    if (field === null) Reflect.deleteProperty(value, key);
    else if (typeof field === 'object') dropNulls(field);
  }
}

function sourceDocument(
  document: Document.Parsed,
  value: unknown,
  at: (offset: number) => SourcePosition,
): SourceDocument {
  const offsetOf = (node: Node | null | undefined): number => node?.range?.[0] ?? document.range[0];
  const resolve = (node: unknown): Node | undefined => {
    const target = isAlias(node) ? node.resolve(document) : node;
    return isMap(target) || isSeq(target) || isScalar(target) ? target : undefined;
  };
  const walk = (path: JsonPath): { readonly node: Node; readonly depth: number } => {
    let node: Node = document.contents as Node;
    for (const [depth, part] of path.entries()) {
      const container = resolve(node);
      const child: unknown = isMap(container) || isSeq(container) ? container.get(part, true) : undefined;
      if (!isMap(child) && !isSeq(child) && !isScalar(child) && !isAlias(child)) return { node, depth };
      node = child;
    }
    return { node, depth: path.length };
  };
  return {
    value,
    positionOf: (path) => at(offsetOf(walk(path).node)),
    positionOfKey: (path) => {
      const parent = resolve(walk(path.slice(0, -1)).node);
      const key = path.at(-1);
      const pair = isMap(parent)
        ? parent.items.find((item) => isScalar(item.key) && String(item.key.value) === key)
        : undefined;
      return at(offsetOf(isScalar(pair?.key) ? pair.key : parent));
    },
  };
}
