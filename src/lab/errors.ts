/** What can go wrong around a run, each with what to do about it. */

/** A run that cannot go on. `exitCode` as in the command line's table: 1 failure, 2 void, 64 usage. */
export class LabError extends Error {
  readonly exitCode: 1 | 2 | 64;

  constructor(message: string, exitCode: 1 | 2 | 64, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LabError';
    this.exitCode = exitCode;
  }
}

/** A scheduling slice that could not be made; the run goes on without those that would have come after it. */
export class SchedulingFailure extends Error {
  override readonly name = 'SchedulingFailure';

  constructor(profile: string, cause: unknown) {
    super(`scheduler profile ${profile}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

const remedies: Readonly<Record<string, string>> = {
  EACCES: 'the folder is not writable; give another one with --out DIR',
  EROFS: 'the file system is read-only; give another folder with --out DIR',
  ENOSPC: 'the disk is full; free some space, then go on with `kubedyno resume RUN`',
  EDQUOT: 'the disk quota is used up; free some space, then go on with `kubedyno resume RUN`',
  ENOTDIR: 'a part of the path is a file, not a folder; give another one with --out DIR',
  ENOENT: 'there is no such run; `ls reports/` shows those there are',
  EEXIST: 'a run of that name is there already; wait a second or give another folder with --out DIR',
};

export function runDirectoryError(path: string, cause: unknown): LabError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const why = remedies[code] ?? (cause instanceof Error ? cause.message : String(cause));
  return new LabError(`${path}: ${why}`, code === 'ENOSPC' || code === 'EDQUOT' ? 1 : 64, { cause });
}

/** For a folder that is to be made: that it is not there yet is no news, that it cannot be made is. */
export function runDirectoryNotMadeError(path: string, cause: unknown): LabError {
  const error = runDirectoryError(path, cause);
  const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
  return isMissing
    ? new LabError(`${path}: no folder can be made there; give another one with --out DIR`, 64, { cause })
    : error;
}

export function unknownTargetError(wanted: string, known: readonly string[]): LabError {
  return new LabError(
    `the lab's target ${wanted} is not a TCP Service port with endpoints in its manifests; they have: ${known.join(', ') || 'none'}`,
    64,
  );
}
