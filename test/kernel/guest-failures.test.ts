import assert from 'node:assert/strict';
import type { AgentExit } from '../../src/kernel/types.ts';
import { umlKernel } from '../../src/kernel/uml.ts';
import { execIn, needGuest } from '../support/kernel.ts';

function failureOf(exit: AgentExit): Extract<AgentExit, { state: 'failed' }> {
  assert.ok(exit.state === 'failed', `it ended as ${exit.state}`);
  return exit;
}

describe('a guest kernel that fails', function () {
  this.timeout(90_000);

  it('is reported with the remedy when there is none', async () => {
    const { exit } = await execIn(umlKernel({ binary: '/nowhere/linux.uml' }), { command: 'true', args: [] });
    const { obstacle, message } = failureOf(exit);
    assert.match(obstacle?.reason ?? '', /'\/nowhere\/linux\.uml' is not an executable file or not on the PATH/);
    assert.match(obstacle?.remedy ?? '', /apt-get install user-mode-linux/);
    assert.equal(message, `${obstacle?.reason}; ${obstacle?.remedy}`);
  });

  it('is reported with its exit code when it is no kernel at all', async () => {
    const { exit } = await execIn(umlKernel({ binary: '/bin/false' }), { command: 'true', args: [] });
    assert.match(failureOf(exit).message, /the guest kernel ended with exit code 1 before the job was done/);
  });

  describe('shows the last lines of its console', () => {
    before(function () {
      needGuest(this);
    });

    it('when it does not boot', async () => {
      const { exit } = await execIn(umlKernel({ memoryMiB: 8 }), { command: 'true', args: [] });
      assert.match(failureOf(exit).console, /Too few physical memory/);
    });

    it('when it panics', async () => {
      const crash = 'echo 1 >/proc/sys/kernel/sysrq; echo c >/proc/sysrq-trigger';
      const { exit } = await execIn(umlKernel(), { command: 'sh', args: ['-c', crash] });
      const { message, console } = failureOf(exit);
      assert.match(message, /the guest kernel .* before the job was done; its console is below/);
      assert.match(console, /Kernel panic - not syncing: sysrq triggered crash/);
    });

    it('when the agent is killed, as the guest does when memory runs out', async () => {
      const { exit } = await execIn(umlKernel(), { command: 'sh', args: ['-c', 'kill -9 $PPID'] });
      const { message, console } = failureOf(exit);
      assert.match(message, /the agent was killed by SIGKILL .* memory ran out/);
      assert.match(console, /Killed/);
    });
  });
});
