/** Runs a benchmark once more inside the User-Mode Linux guest, for what this machine's own kernel lacks. */
import { execFileSync } from 'node:child_process';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../native/load.ts';
import type { ExecRecord } from '../src/kernel/exec-task.ts';
import { umlKernel } from '../src/kernel/uml.ts';

const timeLimitMs = 600_000;

/**
 * Compiles the benchmark (a TypeScript loader would cost the guest a minute), boots the guest and prints what it
 * prints there.
 * @throws when the guest cannot run it to its end.
 */
export async function runInGuest(moduleUrl: string, args: readonly string[]): Promise<void> {
  const root = packageRoot();
  const tsc = join(root, 'node_modules', '.bin', 'tsc');
  execFileSync(tsc, ['-p', 'tsconfig.test.json', '--outDir', 'dist-test'], { cwd: root, stdio: 'inherit' });
  const script = join('dist-test', relative(root, fileURLToPath(moduleUrl)).replace(/\.ts$/, '.js'));
  let code: number | null = null;
  const exit = await umlKernel().run(
    { task: 'exec', input: { command: process.execPath, args: [script, ...args], cwd: root } },
    {
      timeLimitMs,
      onRecord: (value) => {
        const record = value as ExecRecord;
        if (record.type === 'exited') code = record.code;
        else console.log(record.line);
      },
    },
  );
  if (exit.state === 'failed') throw new Error(exit.message);
  if (exit.state !== 'done' || code !== 0) throw new Error(`in the guest it ended ${exit.state}, with code ${code}`);
}
