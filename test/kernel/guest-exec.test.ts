import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { umlKernel } from '../../src/kernel/uml.ts';
import { execIn, needGuest } from '../support/kernel.ts';
import { foreignPidNamespaces, processesIn } from '../support/processes.ts';

/** Lines that a terminal would mangle: large, with every control character, with characters of several bytes. */
const largeLines = [
  `${'x'.repeat(300_000)}|end`,
  Array.from({ length: 32 }, (_, code) => (code === 10 ? '' : String.fromCharCode(code))).join(''),
  'žluťoučký kůň 🐎 '.repeat(8000),
];

describe('a job in the guest kernel', function () {
  this.timeout(90_000);
  let folder = '';
  before(function () {
    needGuest(this);
    folder = mkdtempSync(join(tmpdir(), 'kubedyno-test-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('streams whole records over the serial line as they are made, and stops when it is told to', async () => {
    const abort = new AbortController();
    // The guest reads this machine's files: what it prints is compared with what was written here.
    const file = join(folder, 'lines');
    writeFileSync(file, largeLines.map((line) => `${line}\n`).join(''));
    const script = `uname -r; cat '${file}'; echo working; exec sleep 1000`;
    let namespaces: ReadonlySet<string> = new Set();
    const { exit, records, stdout } = await execIn(
      umlKernel(),
      { command: 'sh', args: ['-c', script] },
      {
        signal: abort.signal,
        onLine: (line) => {
          if (line !== 'working') return;
          namespaces = foreignPidNamespaces(process.pid);
          abort.abort();
        },
      },
    );
    assert.deepEqual(exit, { state: 'aborted' });
    const [release, ...rest] = stdout;
    assert.match(release ?? '', /^\d+\.\d+/);
    assert.deepEqual(rest, [...largeLines, 'working']);
    assert.deepEqual(records.at(-1), { type: 'exited', code: null, signal: 'SIGTERM' });
    assert.equal(namespaces.size, 1);
    assert.deepEqual(processesIn(namespaces), []);
  });

  it('ends at its time limit, the boot included', async () => {
    const { exit, records } = await execIn(umlKernel(), { command: 'true', args: [] }, { timeLimitMs: 500 });
    assert.ok(exit.state === 'timed-out');
    assert.equal(exit.afterMs, 500);
    assert.deepEqual(records, []);
  });
});
