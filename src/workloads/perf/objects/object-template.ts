/** Makes objects from template files: rendered, parsed and given their defaults as seldom as possible. */
import { InputError, inputProblems, readDocuments, type SourceDocument } from '../../../api/index.ts';
import type { AnyObject } from '../target.ts';
import type { TemplateData, TextTemplate } from '../template/index.ts';
import { withPlainKeys } from './plain-keys.ts';

/**
 * Gives a written object the API server's defaults and its type. `at.value` is the same value; `at` says where its
 * fields are written.
 * @throws InputError for what is no object of a known kind.
 */
export type ToObject = (value: unknown, at: SourceDocument) => AnyObject;

/** An object that waits for its name and namespace. */
export interface UnnamedObject {
  readonly object: AnyObject;
  /** As written; undefined: a name is made from `namePrefix`. */
  readonly name: string | undefined;
  /** metadata.generateName; empty where none is written. */
  readonly namePrefix: string;
}

/** Stands in for the name until there is one, for readers that insist on names. */
const placeholderName = 'unnamed';

/**
 * Templates without actions give the same object each time. Others are read anew for each index, but what comes out
 * equal to that of the index before is the same object: the scheduler knows specs and labels again by identity.
 */
export class ObjectTemplate {
  readonly #template: TextTemplate;
  readonly #toObject: ToObject;
  readonly #complete: (value: unknown) => unknown;
  #last: UnnamedObject | undefined;

  /** @param complete Fills in what the operation gives the object itself and readers would miss. */
  constructor(template: TextTemplate, toObject: ToObject, complete: (value: unknown) => unknown = (value) => value) {
    this.#template = template;
    this.#toObject = toObject;
    this.#complete = complete;
  }

  get file(): string {
    return this.#template.file;
  }

  /** @throws InputError with file and line. */
  make(data: TemplateData): UnnamedObject {
    const last = this.#last;
    if (last !== undefined && this.#template.isConstant) return last;
    const made = this.#read(this.#template.render(data), data);
    this.#last = last === undefined ? made : { ...made, object: sharing(made.object, last.object) };
    return this.#last;
  }

  #read(text: string, data: TemplateData): UnnamedObject {
    const { documents, problems } = readDocuments(text, this.file);
    if (problems.length > 0) {
      const where = this.#template.isConstant ? '' : ` (in the text that is rendered for ${JSON.stringify(data)})`;
      throw inputProblems(problems.map((problem) => ({ ...problem, message: `${problem.message}${where}` })));
    }
    const [document, ...others] = documents;
    if (document === undefined || others.length > 0) {
      throw new InputError(`${this.file}: one object is expected (got ${documents.length} documents)`);
    }
    const value = this.#complete(withPlainKeys(document.value));
    if (typeof value !== 'object' || value === null) throw new InputError(`${this.file}: an object is expected`);
    const { generateName, ...metadata } = metadataOf(value);
    const name = typeof metadata.name === 'string' ? metadata.name : undefined;
    const named = { ...value, metadata: { ...metadata, name: name ?? placeholderName } };
    return {
      object: this.#toObject(named, { ...document, value: named }),
      name,
      namePrefix: typeof generateName === 'string' ? generateName : '',
    };
  }
}

function metadataOf(value: object): Readonly<Record<string, unknown>> {
  const metadata: unknown = Reflect.get(value, 'metadata');
  return typeof metadata === 'object' && metadata !== null ? { ...metadata } : {};
}

/** The object with those parts of the other one that are equal to its own. */
function sharing(object: AnyObject, other: AnyObject): AnyObject {
  const metadata = sharingParts(object.metadata, other.metadata);
  return sharingParts({ ...object, metadata }, other);
}

function sharingParts<T extends object>(value: T, other: object): T {
  const parts = Object.entries(value).map(([key, part]) => {
    const theirs: unknown = Reflect.get(other, key);
    const isShared = typeof part === 'object' && part !== null && JSON.stringify(part) === JSON.stringify(theirs);
    return [key, isShared ? theirs : part] as const;
  });
  return Object.fromEntries(parts) as T;
}
