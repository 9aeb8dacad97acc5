/** Errors of planning and programming a data plane. */
import { InputError } from '../api/errors.ts';

/** Programming a data plane failed: the kernel or the tool that speaks to it refused. */
export class DataPlaneError extends Error {
  /** Its message is worded for the user; the command line prints it without a stack. */
  readonly exitCode = 1;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DataPlaneError';
  }
}

/** A tool may echo the whole of what it was given; its first words say what is wrong. */
const shownOutputLength = 2_000;

export const proxyErrors = {
  addressesExhausted: (what: string, size: number): InputError =>
    new InputError(`more than ${size} ${what} are needed: declare fewer replicas or Services`),
  tooFewServices: (total: number, measured: number): InputError =>
    new InputError(`a total of ${total} Service ports is less than the ${measured} that are measured: raise it`),
  toolMissing: (tool: string, debianPackage: string, cause: unknown): DataPlaneError =>
    new DataPlaneError(`${tool} cannot be loaded: install the package ${debianPackage} and run again`, { cause }),
  ipsetRefused: (about: string, reason: string): DataPlaneError =>
    new DataPlaneError(`ipset: cannot ${about}: ${reason}`),
  sysctlRefused: (key: string, value: string, cause: unknown): DataPlaneError =>
    new DataPlaneError(`cannot set ${key} to ${value}: it takes root and a kernel with IPVS connection tracking`, {
      cause,
    }),
  toolFailed: (tool: string, status: number | string, output: string): DataPlaneError => {
    const text = output.trim();
    const shown = text.length > shownOutputLength ? `${text.slice(0, shownOutputLength)}…` : text;
    return new DataPlaneError(`${tool} refused the rules (${status}): ${shown === '' ? 'no message' : shown}`);
  },
};
