/** Running programs inside a kernel, for tests. */
import { accessSync, constants } from 'node:fs';
import type { ExecInput, ExecRecord } from '../../src/kernel/exec-task.ts';
import type { AgentExit, Kernel } from '../../src/kernel/types.ts';
import { skipBecause } from './namespaces.ts';

/** Skips where the guest kernel is not installed. Call it in `before` or in a test. */
export function needGuest(context: Mocha.Context): void {
  try {
    accessSync('/usr/bin/linux.uml', constants.X_OK);
  } catch {
    skipBecause(context, 'user-mode-linux is not installed');
  }
}

export interface Execution {
  readonly exit: AgentExit;
  readonly records: readonly ExecRecord[];
  /** The lines of its standard output. */
  readonly stdout: readonly string[];
}

export interface ExecutionOptions {
  readonly signal?: AbortSignal;
  /** @default 60000 */
  readonly timeLimitMs?: number;
  /** Called for every line as it arrives. */
  readonly onLine?: (line: string) => void;
}

/** Runs a program in the kernel's namespaces and collects what it prints. */
export async function execIn(
  kernel: Kernel,
  input: ExecInput,
  { signal, timeLimitMs = 60_000, onLine }: ExecutionOptions = {},
): Promise<Execution> {
  const records: ExecRecord[] = [];
  const exit = await kernel.run(
    { task: 'exec', input },
    {
      timeLimitMs,
      onRecord: (value) => {
        const record = value as ExecRecord;
        records.push(record);
        if (record.type === 'output') onLine?.(record.line);
      },
      ...(signal === undefined ? {} : { signal }),
    },
  );
  const stdout = records.flatMap((record) =>
    record.type === 'output' && record.stream === 'stdout' ? [record.line] : [],
  );
  return { exit, records, stdout };
}
