/** CSV text with a header to rows that know where each of their values stands. */
import { CsvError, parse } from 'csv-parse/sync';
import type { Problem, SourcePosition } from '../../api/errors.ts';
import type { SourceText } from '../../api/files.ts';

export interface CsvColumns {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** Optional ones that mean nothing alone. */
  readonly together?: readonly string[];
}

export interface CsvRow {
  /** The value under a column, spaces around it removed; undefined when the file lacks the column. */
  value(column: string): string | undefined;
  at(column: string): SourcePosition;
}

interface RawRecord {
  readonly record: readonly string[];
  readonly raw: string;
  readonly info: { readonly lines: number };
}

/** Problems are those of the header, of rows with too few or too many values, and of quoting. */
export function readCsvTable(
  { file, text }: SourceText,
  columns: CsvColumns,
): { readonly rows: readonly CsvRow[]; readonly problems: readonly Problem[] } {
  let records: readonly RawRecord[];
  try {
    records = parse(text, {
      bom: true,
      info: true,
      raw: true,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
    }) as unknown as readonly RawRecord[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error.lines === 'number' ? error.lines : 1;
    return { rows: [], problems: [{ at: { file, line, column: 1 }, message: error.message }] };
  }
  const [header, ...body] = records;
  const names = header?.record ?? [];
  const headerProblems = checkHeader(file, header, columns);
  if (headerProblems.length > 0) return { rows: [], problems: headerProblems };
  if (body.length === 0) {
    const at = { file, line: (header?.info.lines ?? 1) + 1, column: 1 };
    return { rows: [], problems: [{ at, message: 'no rows', allowed: 'one row or more after the header' }] };
  }
  const rows: CsvRow[] = [];
  const problems: Problem[] = [];
  const places = new Map(names.map((name, place) => [name, place]));
  for (const record of body) {
    if (record.record.length === names.length) rows.push(rowOf(file, record, places));
    else {
      problems.push({
        at: positionOf(file, record, Math.min(record.record.length - 1, names.length)),
        message: 'wrong number of values',
        got: String(record.record.length),
        allowed: `${names.length}, one for each column of the header`,
      });
    }
  }
  return { rows, problems };
}

function checkHeader(
  file: string,
  header: RawRecord | undefined,
  { required, optional, together = [] }: CsvColumns,
): Problem[] {
  const all = [...required, ...optional].join(', ');
  if (header === undefined) {
    return [
      { at: { file, line: 1, column: 1 }, message: 'no header', allowed: `a first line with the columns ${all}` },
    ];
  }
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const [place, name] of header.record.entries()) {
    const at = positionOf(file, header, place);
    if (seen.has(name)) problems.push({ at, message: `column '${name}' is there twice`, allowed: 'each column once' });
    else if (!required.includes(name) && !optional.includes(name)) {
      problems.push({ at, message: 'unknown column', got: `'${name}'`, allowed: all });
    }
    seen.add(name);
  }
  const needed = together.some((column) => seen.has(column)) ? [...required, ...together] : required;
  for (const name of needed.filter((column) => !seen.has(column))) {
    const at = positionOf(file, header, 0);
    problems.push({ at, message: `column '${name}' is missing`, got: header.record.join(', '), allowed: all });
  }
  return problems;
}

function rowOf(file: string, record: RawRecord, places: ReadonlyMap<string, number>): CsvRow {
  return {
    value: (column) => {
      const place = places.get(column);
      return place === undefined ? undefined : record.record[place];
    },
    at: (column) => positionOf(file, record, places.get(column) ?? 0),
  };
}

/** Where the value with this place in its row begins: after so many commas that are not quoted. */
function positionOf(file: string, { raw, info }: RawRecord, place: number): SourcePosition {
  const text = raw.replace(/^[\r\n\uFEFF]+/, '').replace(/[\r\n]+$/, '');
  // The parser tells the line on which the row ends; quoted values may hold line breaks.
  let line = info.lines - (text.match(/\r\n|\r|\n/g)?.length ?? 0);
  let column = 1;
  let commas = 0;
  let isQuoted = false;
  for (const character of text) {
    if (commas === place) break;
    column += 1;
    if (character === '"') isQuoted = !isQuoted;
    else if (character === ',' && !isQuoted) commas += 1;
    else if (character === '\n') {
      line += 1;
      column = 1;
    }
  }
  return { file, line, column };
}
