import assert from 'node:assert/strict';
import { reportOf } from '../../src/kernel/report.ts';
import type { AgentExit, Kernel, KernelReport } from '../../src/kernel/types.ts';

/** A kernel whose agent emits the records and ends so. */
const kernel = (exit: AgentExit, ...records: readonly unknown[]): Kernel => ({
  name: 'uml',
  run: async (_job, { onRecord }) => {
    for (const record of records) onRecord(record);
    return exit;
  },
});

const good: KernelReport = {
  kernel: 'uml',
  release: '6.1.0',
  capabilities: [
    { name: 'netns', state: 'available' },
    { name: 'ipset', state: 'missing', reason: 'not installed', remedy: 'install it' },
  ],
};

describe('the report of a kernel', () => {
  it('is the one that its agent sends', async () => {
    assert.deepEqual(await reportOf(kernel({ state: 'done' }, good)), good);
  });

  it('says what kept the kernel from starting', async () => {
    const obstacle = { reason: 'there is no guest kernel', remedy: 'install one' };
    const exit = { state: 'failed', message: 'both', obstacle, console: '' } as const;
    assert.deepEqual(await reportOf(kernel(exit)), {
      kernel: 'uml',
      capabilities: [{ name: 'netns', state: 'missing', ...obstacle }],
    });
  });

  it('quotes the end of the console when the kernel failed on its way', async () => {
    const console = [...Array.from({ length: 50 }, (_, i) => `line ${i}`), '', 'Kernel panic'].join('\n');
    for (const exit of [
      { state: 'failed', message: 'the guest kernel stopped', console },
      { state: 'timed-out', afterMs: 60_000, console },
    ] as const) {
      const [capability] = (await reportOf(kernel(exit))).capabilities;
      assert.ok(capability?.state === 'missing');
      assert.match(capability.reason, /^(the guest kernel stopped|the probe took longer than 60 s)\nline 43\n/);
      assert.match(capability.reason, /line 49\nKernel panic$/);
    }
  });

  it('is not taken from an agent that failed after it, nor from one that sends something else', async () => {
    const failed = { state: 'failed', message: 'stopped', console: '' } as const;
    assert.equal((await reportOf(kernel(failed, good))).release, undefined);
    await assert.rejects(reportOf(kernel({ state: 'done' }, { kernel: 'uml' })), /capabilities/);
  });
});
