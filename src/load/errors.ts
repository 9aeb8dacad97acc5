/** What can go wrong around a load, each with what to do about it. */

export type LoadErrorCode =
  | 'invalid-option'
  | 'invalid-target'
  | 'pool-busy'
  | 'pool-closed'
  | 'generator-failed'
  | 'interrupted';

export class LoadError extends Error {
  override readonly name = 'LoadError';
  readonly code: LoadErrorCode;
  /** As in the command line's table: 1 failure, 2 void, 64 usage. */
  readonly exitCode: 1 | 2 | 64;

  constructor(code: LoadErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.exitCode = code === 'interrupted' ? 2 : code.startsWith('invalid-') ? 64 : 1;
  }
}

export const loadErrors = {
  notPositive: (option: string, value: number): LoadError =>
    new LoadError('invalid-option', `${option} is ${value}; it must be a number above 0`),
  notWhole: (option: string, value: number, least: number): LoadError =>
    new LoadError('invalid-option', `${option} is ${value}; it must be a whole number, ${least} or more`),
  outOfRange: (option: string, value: string, expected: string): LoadError =>
    new LoadError('invalid-option', `${option} is ${value}; it must be ${expected}`),
  noCpus: (): LoadError =>
    new LoadError(
      'invalid-option',
      'a load pool needs at least one CPU; give the numbers of those to generate load on',
    ),
  cannotPin: (cpu: number, cause: unknown): LoadError =>
    new LoadError(
      'invalid-option',
      `cannot run on CPU ${cpu}; this process may use those of Cpus_allowed_list in /proc/self/status`,
      { cause },
    ),
  target: (target: string, why: string): LoadError =>
    new LoadError(
      'invalid-target',
      `target '${target}': ${why}; write it like 10.96.0.1:80, http://10.96.0.1/path or udp://10.96.0.1:53`,
    ),
  unresolved: (host: string, cause: unknown): LoadError =>
    new LoadError('invalid-target', `target host '${host}' has no address; check its spelling, or give an IP address`, {
      cause,
    }),
  poolBusy: (): LoadError =>
    new LoadError('pool-busy', 'the load pool is running a slice; wait for it before starting the next one'),
  poolClosed: (): LoadError => new LoadError('pool-closed', 'the load pool is closed; create another one'),
  interrupted: (): LoadError =>
    new LoadError('interrupted', 'interrupted; a measurement that was not finished is not reported'),
  generatorFailed: (cause: unknown): LoadError =>
    new LoadError(
      'generator-failed',
      `a load generator failed, its slice is lost: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    ),
};
