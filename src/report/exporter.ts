/** One output format of a report: a name for --format, and the files it makes. */
import type { ResultRecord } from '../lab/records.ts';
import type { Summary } from './summary.ts';

export interface ReportInput {
  readonly summary: Summary;
  /** Reads the run's records once more, from the beginning; for formats that hold raw values. */
  readonly records: () => AsyncIterable<ResultRecord>;
}

/** Text in pieces, so that a file may be larger than memory. */
export interface ReportFile {
  readonly name: string;
  readonly content: () => AsyncIterable<string>;
}

/** The same input gives the same bytes. */
export interface Exporter {
  readonly name: string;
  files(input: ReportInput): readonly ReportFile[];
}
