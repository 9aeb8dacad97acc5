/** What can be wrong with a trace as a whole, or with what is asked of it. */
import { InputError } from '../../api/errors.ts';
import { unreadableReason } from '../../api/files.ts';

export const traceErrors = {
  unreadable: (path: string, error: unknown): InputError =>
    new InputError(
      `${path}: cannot be read: ${unreadableReason(error)}; give the folder that has a trace's lists of nodes and pods`,
    ),
  noFile: (folder: string, what: string, pattern: string, found: readonly string[]): InputError =>
    new InputError(
      `${folder}: no list of ${what}: no file is called ${pattern}${found.length === 0 ? '' : ` (there: ${found.join(', ')})`}; name the file`,
    ),
  severalFiles: (folder: string, what: string, found: readonly string[]): InputError =>
    new InputError(`${folder}: several lists of ${what}: ${found.join(', ')}; name one of them`),
  noTimes: (pod: string): InputError =>
    new InputError(
      `pod ${pod} has no times of its creation and deletion, so the trace can only fill a cluster up; take a list with creation_time and deletion_time`,
    ),
  noGpuDemand: (): InputError =>
    new InputError('no pod of the trace asks for a GPU, so no number of them fills GPUs up; take another list of pods'),
  noGpuCapacity: (): InputError =>
    new InputError('no node has a GPU, so there is nothing to fill up; take another list of nodes'),
  outOfRange: (what: string, value: number, allowed: string): InputError =>
    new InputError(`${what} is ${value}; allowed: ${allowed}`),
};
