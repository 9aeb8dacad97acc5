import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../native/load.ts';
import type { ExecRecord } from '../../src/kernel/exec-task.ts';
import type { AgentExit } from '../../src/kernel/types.ts';
import { umlKernel } from '../../src/kernel/uml.ts';

interface Outcome {
  readonly state: 'passed' | 'failed' | 'skipped';
  readonly suite: string;
  readonly title: string;
  readonly error?: string;
}

interface SuiteRun {
  readonly outcomes: readonly Outcome[];
  readonly exit: AgentExit;
  /** What mocha printed beside the outcomes: its own troubles. */
  readonly noise: readonly string[];
  readonly code: number | null | undefined;
}

function parseOutcome(line: string): Outcome | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && 'suite' in value ? (value as Outcome) : undefined;
  } catch {
    return undefined;
  }
}

/** Boots the guest once and runs every test under test/guest/ there, compiled: scripts/test.sh has done that. */
async function runSuite(): Promise<SuiteRun> {
  const root = packageRoot();
  const outcomes: Outcome[] = [];
  const noise: string[] = [];
  let code: number | null | undefined;
  const args = [
    join(root, 'node_modules', 'mocha', 'bin', 'mocha.js'),
    '--no-config',
    '--no-package',
    '--timeout=60000',
    `--reporter=${join(root, 'test', 'support', 'guest-reporter.mjs')}`,
    'dist-test/test/guest/**/*.test.js',
  ];
  const exit = await umlKernel({ memoryMiB: 3072 }).run(
    { task: 'exec', input: { command: process.execPath, args, cwd: root } },
    {
      timeLimitMs: 400_000,
      onRecord: (value) => {
        const record = value as ExecRecord;
        if (record.type === 'exited') {
          code = record.code;
          return;
        }
        const outcome = parseOutcome(record.line);
        if (outcome === undefined) noise.push(record.line);
        else outcomes.push(outcome);
      },
    },
  );
  return { outcomes, exit, noise, code };
}

const obstacle = existsSync('/usr/bin/linux.uml')
  ? existsSync(join(packageRoot(), 'dist-test'))
    ? undefined
    : 'dist-test/ is missing: run scripts/test.sh, which compiles the tests'
  : 'user-mode-linux is not installed';

// Mocha needs to know its tests before it runs them, so the guest has done its work when this file is loaded.
const run = obstacle === undefined ? await runSuite() : undefined;

describe('in the guest kernel', () => {
  it(`the suite runs to its end${obstacle === undefined ? '' : ` [skipped: ${obstacle}]`}`, function () {
    if (run === undefined) return this.skip();
    const told = run.noise.slice(-20).join('\n');
    assert.equal(
      run.exit.state,
      'done',
      run.exit.state === 'failed' ? `${run.exit.message}\n${run.exit.console}` : told,
    );
    const failures = run.outcomes.filter(({ state }) => state === 'failed').length;
    assert.equal(run.code, failures, told);
    assert.ok(run.outcomes.length > 0, told);
    return undefined;
  });
  for (const { state, suite, title, error } of run?.outcomes ?? []) {
    it(`${suite} ${title}`, function () {
      if (state === 'skipped') return this.skip();
      assert.equal(state, 'passed', error);
      return undefined;
    });
  }
});
