/** Errors of carrying out a workload. What is wrong with its files is an InputError that names the line. */
import type { SourcePosition } from '../../api/index.ts';

/** The workload could not be carried out: a wait was in vain, or an operation met objects that it cannot work with. */
export class PerfError extends Error {
  /** Its message is worded for the user; the command line prints it without a stack. */
  readonly exitCode = 1;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PerfError';
  }
}

export const perfErrors = {
  /** Says which operation an error came from. */
  inOperation: (opcode: string, { file, line }: SourcePosition, cause: PerfError): PerfError =>
    new PerfError(`${file}:${line}: ${opcode}: ${cause.message}`, { cause }),
  timedOut: (waitedMs: number, what: string): PerfError =>
    new PerfError(`waited ${waitedMs / 1_000} s in vain: ${what}`),
  alreadyExists: (kind: string, name: string): PerfError =>
    new PerfError(`${kind} ${name} already exists: give the template a generateName, or put {{.Index}} into its name`),
  notFound: (kind: string, name: string): PerfError => new PerfError(`${kind} ${name} does not exist`),
  unknownNamespace: (name: string, known: readonly string[]): PerfError =>
    new PerfError(
      `namespace ${name} is unknown; the operations before this one have made: ${known.join(', ') || 'none'}`,
    ),
  wrongKind: (file: string, got: string, wanted: string): PerfError =>
    new PerfError(`${file} holds a ${got}; this operation takes a ${wanted}`),
  needsNamespace: (file: string, kind: string): PerfError =>
    new PerfError(`${file} holds a ${kind}, which belongs to a namespace: give the operation a namespace`),
  hasNoNamespace: (file: string, kind: string): PerfError =>
    new PerfError(`${file} holds a ${kind}, which belongs to no namespace: take the operation's namespace out`),
  nothingScheduled: (): PerfError =>
    new PerfError('no pod at all was scheduled: the time is too short, or no node takes the pods'),
  timeStandsStill: (): PerfError =>
    new PerfError('time does not pass while pods are scheduled: a steady state needs a clock that moves with the work'),
  noClaimTemplate: (pod: string, template: string): PerfError =>
    new PerfError(
      `pod ${pod} names ResourceClaimTemplate ${template}, which does not exist: create it before the pods`,
    ),
  cannotAllocate: (): PerfError =>
    new PerfError('this scheduler cannot allocate ResourceClaims apart from pods: run it with dynamic resources'),
  claimNotAllocated: (claim: string, allocated: number, all: number): PerfError =>
    new PerfError(`no node has devices for ResourceClaim ${claim} (${allocated} of ${all} are allocated)`),
};
