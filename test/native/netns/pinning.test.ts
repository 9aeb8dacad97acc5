import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { NetnsError, pinThread } from '../../../native/netns/index.ts';

describe('pinning a thread', () => {
  const allowed = (): string | undefined =>
    /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync('/proc/thread-self/status', 'utf8'))?.[1];

  it('keeps a worker on its CPUs and leaves the others alone', async () => {
    const before = allowed();
    const source = `
      const { parentPort, workerData } = require('node:worker_threads');
      require(workerData).pinThread([0, 1000]);
      parentPort.postMessage(require('node:fs').readFileSync('/proc/thread-self/status', 'utf8'));`;
    const addon = new URL('../../../build/Release/netns.node', import.meta.url).pathname;
    const worker = new Worker(source, { eval: true, workerData: addon });
    const status = await new Promise<string>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    await worker.terminate();
    assert.match(status, /^Cpus_allowed_list:\s*0$/m);
    assert.equal(allowed(), before);
  });

  it('refuses CPUs that are not there', () => {
    for (const cpus of [[], [-1], [1023], [100_000]]) {
      assert.throws(
        () => pinThread(cpus),
        (error) => error instanceof NetnsError && error.code === 'invalid-argument',
        String(cpus),
      );
    }
  });
});
