/** Loads Kubernetes objects from manifests. */
import { formatPath, type JsonPath, readDocuments, type SourceDocument } from './documents.ts';
import { inputErrors, inputProblems, type Problem, type SourcePosition } from './errors.ts';
import { type FileAccess, nodeFiles, readSources } from './files.ts';
import { readKind } from './kinds/read-kind.ts';
import { type KindName, kindNames, networkingKinds, type ObjectTypes } from './kinds/registry.ts';
import { valueAt } from './validate.ts';

/** Kinds without a namespace. */
const clusterKinds: ReadonlySet<string> = new Set([
  'CSINode',
  'DeviceClass',
  'DeviceTaintRule',
  'Namespace',
  'Node',
  'PersistentVolume',
  'PriorityClass',
  'ResourceSlice',
  'StorageClass',
  'VolumeAttachment',
]);

/** An object together with where it was written, so that later checks can point there. */
export interface Sourced<T> {
  readonly object: T;
  readonly at: SourcePosition;
  /** Where the field at `path` below the object is written. */
  readonly positionOf: (path: JsonPath) => SourcePosition;
}

export interface LoadedObjects {
  /** Per kind, in the order they were read. */
  readonly objects: { readonly [K in KindName]: readonly Sourced<ObjectTypes[K]>[] };
  /** What was read but is not used, and why: for the user to see. */
  readonly notes: readonly string[];
}

/**
 * Reads and checks all objects behind `paths` (files, folders, `-` for standard input; YAML or JSON; several
 * documents and List kinds), with the API server's defaults filled in. Kinds that are not wanted are noted.
 * @throws InputError with every problem found, not only the first.
 */
export async function loadObjects(
  paths: readonly string[],
  files: FileAccess = nodeFiles,
  wanted: readonly KindName[] = networkingKinds,
): Promise<LoadedObjects> {
  const loader = new Loader(wanted);
  for (const { file, text } of await readSources(paths, files)) loader.addText(text, file);
  return loader.finish(paths);
}

/** What identifies a document's object before its kind's own schema has looked at it. */
interface Header {
  readonly kind: string;
  readonly apiVersion: string;
}

class Loader {
  readonly #wanted: ReadonlySet<string>;
  readonly #objects = Object.fromEntries(kindNames.map((kind) => [kind, []])) as unknown as {
    readonly [K in KindName]: Sourced<ObjectTypes[K]>[];
  };
  readonly #problems: Problem[] = [];
  readonly #ignored = new Map<string, number>();
  readonly #identities = new Map<string, () => SourcePosition>();
  #count = 0;

  constructor(wanted: readonly KindName[]) {
    this.#wanted = new Set(wanted);
  }

  addText(text: string, file: string): void {
    const { documents, problems } = readDocuments(text, file);
    this.#problems.push(...problems);
    for (const document of documents) this.#addObject(document, []);
  }

  finish(paths: readonly string[]): LoadedObjects {
    if (this.#problems.length > 0) throw inputProblems(this.#problems);
    if (this.#count === 0) throw inputErrors.noObjects(paths);
    const notes = [...this.#ignored].map(([kind, count]) => `${count} x ${kind}: this kind is not used`);
    return { objects: this.#objects, notes };
  }

  #addObject(document: SourceDocument, base: JsonPath): void {
    const header = this.#readHeader(document, base);
    if (header === undefined) return;
    const items = valueAt(document.value, [...base, 'items']);
    if (header.kind.endsWith('List') && Array.isArray(items)) {
      // An empty list is an answer: of a cluster that has nothing of the kind.
      if (items.length === 0) this.#count += 1;
      for (const index of items.keys()) this.#addObject(document, [...base, 'items', index]);
      return;
    }
    this.#count += 1;
    this.#checkDuplicate(document, base, header);
    if (this.#isWanted(header.kind)) {
      this.#addKnown(document, base, header.kind);
    } else {
      const name = `${header.apiVersion} ${header.kind}`;
      this.#ignored.set(name, (this.#ignored.get(name) ?? 0) + 1);
    }
  }

  #isWanted(kind: string): kind is KindName {
    return this.#wanted.has(kind);
  }

  #readHeader(document: SourceDocument, base: JsonPath): Header | undefined {
    const kind = valueAt(document.value, [...base, 'kind']);
    const apiVersion = valueAt(document.value, [...base, 'apiVersion']);
    if (typeof kind === 'string' && typeof apiVersion === 'string') return { kind, apiVersion };
    const path = [...base, typeof kind === 'string' ? 'apiVersion' : 'kind'];
    const allowed = 'Kubernetes objects only, each with apiVersion and kind';
    this.#problems.push({ at: document.positionOf(path), path: formatPath(path), message: 'is required', allowed });
    return undefined;
  }

  #addKnown<K extends KindName>(document: SourceDocument, base: JsonPath, kind: K): void {
    const result = readKind(kind, document, base);
    if (!result.ok) {
      this.#problems.push(...result.problems);
      return;
    }
    this.#objects[kind].push({
      object: result.value,
      // Looking a place up takes long in a large file: only who asks for it waits for it.
      get at() {
        return document.positionOf(base);
      },
      positionOf: (path) => document.positionOf([...base, ...path]),
    });
  }

  /** The API server holds one object per group, kind, namespace and name; two in one input are a mistake. */
  #checkDuplicate(document: SourceDocument, base: JsonPath, { kind, apiVersion }: Header): void {
    const path = [...base, 'metadata', 'name'];
    const name = valueAt(document.value, path);
    if (typeof name !== 'string') return;
    const namespace = String(valueAt(document.value, [...base, 'metadata', 'namespace']) ?? 'default');
    const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : 'core';
    const identity = `${group} ${kind} ${namespace}/${name}`;
    const first = this.#identities.get(identity)?.();
    if (first === undefined) {
      this.#identities.set(identity, () => document.positionOf(path));
      return;
    }
    const shownName = clusterKinds.has(kind) ? name : `${namespace}/${name}`;
    const message = `${kind} ${shownName} is already defined at ${first.file}:${first.line}; rename one of them, or leave it out`;
    this.#problems.push({ at: document.positionOf(path), path: formatPath(path), message });
  }
}
