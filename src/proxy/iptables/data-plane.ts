/** The iptables mode over either back end. */
import type { DataPlane } from '../types.ts';
import { createLegacyWriter } from './legacy-writer.ts';
import { createIptablesPlanner, type IptablesPlanOptions, type IptablesState } from './plan.ts';
import { createRestoreWriter } from './restore-writer.ts';
import type { IptablesBackend, TablesWriter } from './writer.ts';

export function createTablesWriter(backend: IptablesBackend): TablesWriter {
  return backend === 'legacy' ? createLegacyWriter() : createRestoreWriter();
}

export function createIptablesDataPlane(
  backend: IptablesBackend,
  options: IptablesPlanOptions = {},
): DataPlane<IptablesState> {
  const writer = createTablesWriter(backend);
  return {
    mode: `iptables-${backend}`,
    plan: createIptablesPlanner(options),
    apply: (node, previous, desired) => writer.write(node, previous, desired),
  };
}
