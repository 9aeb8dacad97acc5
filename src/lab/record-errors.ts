/** What can be wrong with a results.jsonl, with file and line. All are bad input: exit code 64. */
import { LabError } from './errors.ts';
import { resultsSchema } from './records.ts';

const place = (file: string, line: number): string => `${file}:${line}`;

export const recordErrors = {
  empty: (file: string): LabError =>
    new LabError(`${file}: holds no record; the run ended before it began. Start it again with \`kubedyno run\``, 64),
  notJson: (file: string, line: number, cause: unknown): LabError =>
    new LabError(
      `${place(file, line)}: not JSON (${cause instanceof Error ? cause.message : String(cause)}); the file was damaged after it was written. Delete the line to go on without it`,
      64,
      { cause },
    ),
  invalid: (file: string, line: number, problems: string): LabError =>
    new LabError(`${place(file, line)}: not a record of ${resultsSchema}: ${problems}`, 64),
  unknownVersion: (file: string, line: number, schema: unknown): LabError =>
    new LabError(
      `${place(file, line)}: written as ${JSON.stringify(schema)}, this version of kubedyno reads ${JSON.stringify(resultsSchema)}; use the version that wrote it`,
      64,
    ),
  noRunRecord: (file: string, line: number, type: string): LabError =>
    new LabError(
      `${place(file, line)}: the first record must be of type "run", found "${type}"; the beginning of the file is missing`,
      64,
    ),
  lineTooLong: (file: string, line: number, limitBytes: number): LabError =>
    new LabError(
      `${place(file, line)}: the line is longer than ${limitBytes / 2 ** 20} MiB, no record is; is this a results.jsonl?`,
      64,
    ),
};
