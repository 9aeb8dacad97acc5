/** The task `probe`: its one record is the `KernelReport`. */

import { probeKernel } from './probe.ts';
import type { Task } from './task.ts';
import { type KernelName, kernelNames } from './types.ts';

export interface ProbeInput {
  /** Under which name the kernel reports, and which remedies fit it: the agent cannot tell. */
  readonly kernel: KernelName;
}

export const probeTask: Task = async (input, emit) => {
  const asked = (input as Partial<ProbeInput> | undefined)?.kernel;
  const kernel = kernelNames.find((name) => name === asked);
  if (kernel === undefined) throw new Error(`unknown kernel '${asked}'; the kernels are ${kernelNames.join(', ')}`);
  emit(await probeKernel(kernel));
};
