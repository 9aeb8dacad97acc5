/** What can go wrong in making a report, each with what to do about it. */

/** `exitCode` as in the command line's table: 1 failure, 64 usage or bad input. */
export class ReportError extends Error {
  override readonly name = 'ReportError';
  readonly exitCode: 1 | 64;

  constructor(message: string, exitCode: 1 | 64, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

const remedies: Readonly<Record<string, string>> = {
  EACCES: 'the folder is not writable; make it so, or copy results.jsonl to a folder that is and report on that one',
  EROFS: 'the file system is read-only; copy results.jsonl to another folder and report on that one',
  ENOSPC: 'the disk is full; free some space and run `kubedyno report` again, the results are untouched',
  EDQUOT: 'the disk quota is used up; free some space and run `kubedyno report` again, the results are untouched',
  EISDIR: 'a folder of that name is in the way; move it',
};

export const reportErrors = {
  unknownFormat: (name: string, known: readonly string[]): ReportError =>
    new ReportError(`unknown report format "${name}"; known are: ${known.join(', ')}`, 64),
  cannotWrite: (path: string, cause: unknown): ReportError => {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    const why = remedies[code] ?? (cause instanceof Error ? cause.message : String(cause));
    return new ReportError(`${path}: ${why}`, 1, { cause });
  },
  strayKernel: (line: number, kernel: string): ReportError =>
    new ReportError(`line ${line}: a slice of kernel "${kernel}", of which no kernel record came before`, 64),
  strayArm: (line: number, arm: string, kernel: string, known: readonly string[]): ReportError =>
    new ReportError(
      `line ${line}: a slice of arm "${arm}", which the record of kernel "${kernel}" does not list (${known.join(', ')})`,
      64,
    ),
};
