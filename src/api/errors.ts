/** Errors in what a user gave: manifests, lab files, flags. */

/** Where in a file something stands; lines and columns count from 1. */
export interface SourcePosition {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One thing wrong with the input. `got` and `allowed` are already worded for a reader. */
export interface Problem {
  readonly at: SourcePosition;
  /** JSON path within the document, such as `spec.ports[0].port`; absent where the text itself does not parse. */
  readonly path?: string;
  readonly message: string;
  readonly got?: string;
  readonly allowed?: string;
}

/** A file that is wrong throughout is not worth more lines than this on a terminal. */
const shownProblemsPerFile = 20;

/**
 * Bad input: the message is complete (every problem with its position) and is all that a command line prints before
 * it exits with `exitCode`, EX_USAGE of sysexits(3).
 */
export class InputError extends Error {
  readonly exitCode = 64;
  readonly problems: readonly Problem[];

  constructor(message: string, problems: readonly Problem[] = []) {
    super(message);
    this.name = 'InputError';
    this.problems = problems;
  }
}

/** `file:line:column: path: message (got …; allowed …)`, the form that editors and terminals make clickable. */
export function formatProblem(problem: Problem): string {
  const { file, line, column } = problem.at;
  const path = problem.path === undefined || problem.path === '' ? '' : `${problem.path}: `;
  const details = [
    ...(problem.got === undefined ? [] : [`got ${problem.got}`]),
    ...(problem.allowed === undefined ? [] : [`allowed ${problem.allowed}`]),
  ];
  const suffix = details.length === 0 ? '' : ` (${details.join('; ')})`;
  return `${file}:${line}:${column}: ${path}${problem.message}${suffix}`;
}

/** All problems of all files in one error, each file's list cut at a readable length. */
export function inputProblems(problems: readonly Problem[]): InputError {
  const lines: string[] = [];
  for (const file of new Set(problems.map((problem) => problem.at.file))) {
    const ofFile = problems.filter((problem) => problem.at.file === file).sort(byPosition);
    const shown = ofFile.slice(0, shownProblemsPerFile);
    lines.push(...shown.map(formatProblem));
    const hidden = ofFile.length - shown.length;
    if (hidden > 0) lines.push(`${file}: and ${hidden} more ${hidden === 1 ? 'problem' : 'problems'}`);
  }
  return new InputError(lines.join('\n'), problems);
}

function byPosition(a: Problem, b: Problem): number {
  return a.at.line - b.at.line || a.at.column - b.at.column;
}

/** Errors that have no position within a file. */
export const inputErrors = {
  unreadable: (path: string, reason: string): InputError =>
    new InputError(`${path}: cannot be read: ${reason}; give a YAML or JSON file, a folder of them, or - for stdin`),
  emptyFolder: (path: string): InputError =>
    new InputError(`${path}: no .yaml, .yml or .json file in this folder; give the file itself or another folder`),
  noObjects: (paths: readonly string[]): InputError =>
    new InputError(
      `${paths.join(', ')}: no Kubernetes object found; each document needs apiVersion, kind and metadata`,
    ),
  unknownChoice: (what: string, got: string, allowed: readonly string[]): InputError =>
    new InputError(`unknown ${what} '${got}'; allowed: ${allowed.join(', ')}`),
};
