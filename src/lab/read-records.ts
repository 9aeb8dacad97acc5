/** Reads a results.jsonl back, line by line, each record checked. Memory does not grow with the file. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { runDirectoryError } from './errors.ts';
import { type Line, linesOf } from './lines.ts';
import { recordErrors } from './record-errors.ts';
import { resultRecordSchema } from './record-schema.ts';
import { type ResultRecord, resultsSchema } from './records.ts';

/** A record, or the last line of a killed run, which is not whole and is left out. */
export type ReadLine =
  | { readonly kind: 'record'; readonly line: number; readonly record: ResultRecord }
  | { readonly kind: 'torn'; readonly line: number };

/** Far above any record: a histogram in which every bucket is used takes 60 kB. */
const maxLineBytes = 16 * 2 ** 20;

/**
 * All records of `file` in order; the first is the run record.
 * @throws LabError with file and line for a line that is damaged, of another version or not a record, for a file
 * that is empty or cannot be read. Only a last line without its line feed is forgiven, as `torn`.
 */
export async function* readRecords(file: string): AsyncGenerator<ReadLine> {
  let records = 0;
  for await (const line of linesOf(bytesOf(file), maxLineBytes, (number) =>
    recordErrors.lineTooLong(file, number, maxLineBytes),
  )) {
    const record = line.ended ? parseRecord(file, line) : parseOrTorn(file, line);
    if (record === undefined) {
      yield { kind: 'torn', line: line.number };
      continue;
    }
    if (records === 0 && record.type !== 'run') throw recordErrors.noRunRecord(file, line.number, record.type);
    records += 1;
    yield { kind: 'record', line: line.number, record };
  }
  if (records === 0) throw recordErrors.empty(file);
}

async function* bytesOf(file: string): AsyncGenerator<Buffer> {
  try {
    // A folder opens without an error; its first read would fail with a code that says little.
    if ((await stat(file)).isDirectory()) throw Object.assign(new Error('is a folder'), { code: 'EISDIR' });
    for await (const chunk of createReadStream(file, { highWaterMark: 2 ** 20 })) yield chunk as Buffer;
  } catch (error) {
    throw runDirectoryError(file, error);
  }
}

/** A last line may be cut anywhere; if what is there happens to be a whole record, it counts. */
function parseOrTorn(file: string, line: Line): ResultRecord | undefined {
  try {
    JSON.parse(line.text);
  } catch {
    return undefined;
  }
  return parseRecord(file, line);
}

function parseRecord(file: string, line: Line): ResultRecord {
  let value: unknown;
  try {
    value = JSON.parse(line.text);
  } catch (error) {
    throw recordErrors.notJson(file, line.number, error);
  }
  if (isRunOfOtherVersion(value)) throw recordErrors.unknownVersion(file, line.number, value.schema);
  const result = resultRecordSchema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${issue.path.join('.') || 'the line'}: ${issue.message}`);
  throw recordErrors.invalid(file, line.number, problems.slice(0, 3).join('; '));
}

function isRunOfOtherVersion(value: unknown): value is { schema: unknown } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    value.type === 'run' &&
    'schema' in value &&
    value.schema !== resultsSchema
  );
}
