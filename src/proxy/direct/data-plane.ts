/** No data plane at all: clients call an endpoint itself. What every other mode is measured against. */
import type { ApplyStats, DataPlane, ServicePort } from '../types.ts';

export interface DirectState {
  readonly services: readonly ServicePort[];
}

const nothing: ApplyStats = { encodeNs: 0, kernelNs: 0, bytes: 0, operations: 0 };

export function createDirectDataPlane(): DataPlane<DirectState> {
  return {
    mode: 'direct',
    plan: (services) => ({ services }),
    apply: async () => nothing,
  };
}
