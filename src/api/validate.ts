/** Holds a value against a zod schema and words what is wrong with it, with positions. */
import type { z } from 'zod';
import { formatPath, type JsonPath, type SourceDocument } from './documents.ts';
import type { Problem } from './errors.ts';

export type Validated<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Values longer than this say no more about the mistake. */
const shownValueLength = 60;

/**
 * Checks the value at `base` of a document. Leaf schemas made by fields.ts say in `params.allowed` what would do;
 * for zod's own checks the wording is derived from the issue.
 */
export function validate<T>(schema: z.ZodType<T>, document: SourceDocument, base: JsonPath = []): Validated<T> {
  const value = valueAt(document.value, base);
  const result = schema.safeParse(value);
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, problems: result.error.issues.flatMap((issue) => describe(issue, value, document, base)) };
}

export function valueAt(value: unknown, path: JsonPath): unknown {
  let current = value;
  for (const part of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = Reflect.get(current, part);
  }
  return current;
}

function describe(issue: z.core.$ZodIssue, value: unknown, document: SourceDocument, base: JsonPath): Problem[] {
  const relative = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  const path = [...base, ...relative];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      at: document.positionOfKey([...path, key]),
      path: formatPath([...path, key]),
      message: 'unknown field',
    }));
  }
  const got = valueAt(value, relative);
  const common = { at: document.positionOf(path), path: formatPath(path) };
  const { message, allowed } = wording(issue);
  const rest = allowed === undefined ? {} : { allowed };
  if (got !== undefined) return [{ ...common, message, got: shown(got), ...rest }];
  // A leaf that is not there is missing; a cross-check on what is not there has its own words.
  const isCrossCheck = issue.code === 'custom' && issue.params?.crossCheck === true;
  return [{ ...common, message: isCrossCheck ? message : 'is required', ...rest }];
}

function wording(issue: z.core.$ZodIssue): { readonly message: string; readonly allowed?: string } {
  switch (issue.code) {
    case 'custom': {
      const allowed: unknown = issue.params?.allowed;
      return typeof allowed === 'string' ? { message: issue.message, allowed } : { message: issue.message };
    }
    case 'invalid_value':
      return { message: 'is not a known value', allowed: issue.values.map(choice).join(', ') };
    case 'invalid_type':
      return { message: 'has the wrong type', allowed: typeNames[issue.expected] ?? issue.expected };
    default:
      return { message: issue.message };
  }
}

function choice(value: unknown): string {
  return value === '' ? '""' : String(value);
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'a string (quote numbers and true/false)',
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
};

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > shownValueLength ? `${text.slice(0, shownValueLength)}…` : text;
}
