import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, readlinkSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import {
  closeNetns,
  createNetns,
  currentNetns,
  enterNetns,
  NetnsError,
  withNetns,
} from '../../../native/netns/index.ts';
import { inPrivateNamespaces, inPrivateNetns, needNetns } from '../../support/namespaces.ts';

const here = (): string => readlinkSync('/proc/thread-self/ns/net');

function codeOf(body: () => unknown): string | undefined {
  try {
    body();
    return undefined;
  } catch (error) {
    if (error instanceof NetnsError) return error.code;
    throw error;
  }
}

describe('network namespaces', () => {
  before(function () {
    needNetns(this);
  });

  it('a new one is another one, and the caller stays where it was', async () => {
    const home = here();
    await inPrivateNamespaces(2, (one, other) => {
      const seen = [one, other].map((netns) => withNetns(netns, here));
      assert.equal(new Set([home, ...seen]).size, 3);
      assert.equal(here(), home);
    });
  });

  it('a new one has nothing but a loopback that is up', () =>
    inPrivateNetns((netns) => {
      const devices = withNetns(netns, () => readFileSync('/proc/net/dev', 'utf8'));
      assert.deepEqual(
        devices.match(/^\s*(\S+):/gm)?.map((name) => name.trim()),
        ['lo:'],
      );
      // Only a device that is up has an entry in the table of local routes.
      assert.match(
        withNetns(netns, () => readFileSync('/proc/net/fib_trie', 'utf8')),
        /127\.0\.0\.1/,
      );
    }));

  it('a visit ends where it began, also when it throws', () =>
    inPrivateNetns((netns) => {
      const home = here();
      const failure = new Error('from within');
      assert.throws(
        () =>
          withNetns(netns, () => {
            throw failure;
          }),
        failure,
      );
      assert.equal(here(), home);
    }));

  it('visits nest', () =>
    inPrivateNamespaces(2, (outer, inner) => {
      const [before, within, after] = withNetns(outer, () => [here(), withNetns(inner, here), here()]);
      assert.equal(before, after);
      assert.notEqual(before, within);
    }));

  it('a visit cannot be asynchronous', () =>
    inPrivateNetns((netns) => {
      const home = here();
      assert.equal(
        codeOf(() => withNetns(netns, async () => 1)),
        'unexpected-namespace-visit',
      );
      // A promise that fails later is the visitor's business: it must not end this process as unhandled.
      assert.equal(
        codeOf(() => withNetns(netns, () => Promise.reject(new Error('late')))),
        'unexpected-namespace-visit',
      );
      assert.equal(here(), home);
    }));

  it('a process spawned during a visit lives there', () =>
    inPrivateNetns((netns) => {
      const link = withNetns(netns, () => execFileSync('readlink', ['/proc/self/ns/net'], { encoding: 'utf8' }));
      assert.equal(link.trim(), withNetns(netns, here));
    }));

  it('a worker that enters one moves alone', () =>
    inPrivateNetns(async (netns) => {
      const home = here();
      const source = `
        const { parentPort, workerData } = require('node:worker_threads');
        const addon = require(workerData.addon);
        addon.enterNetns(workerData.netns);
        parentPort.postMessage(require('node:fs').readlinkSync('/proc/thread-self/ns/net'));`;
      const addon = new URL('../../../build/Release/netns.node', import.meta.url).pathname;
      const worker = new Worker(source, { eval: true, workerData: { addon, netns } });
      const seen = await new Promise((resolve, reject) => {
        worker.once('message', resolve);
        worker.once('error', reject);
      });
      await worker.terminate();
      assert.equal(seen, withNetns(netns, here));
      assert.equal(here(), home);
    }));

  it('closing frees the descriptor, and a closed one is refused', () => {
    const netns = createNetns();
    assert.match(readlinkSync(`/proc/self/fd/${netns.fd}`), /^net:\[\d+\]$/);
    closeNetns(netns);
    assert.equal(
      codeOf(() => closeNetns(netns)),
      'invalid-argument',
    );
    assert.equal(
      codeOf(() => enterNetns(netns)),
      'invalid-argument',
    );
  });

  it('the current one is the one of the calling thread', () => {
    const current = currentNetns();
    try {
      assert.equal(readlinkSync(`/proc/self/fd/${current.fd}`), here());
    } finally {
      closeNetns(current);
    }
  });

  it('anything but a namespace is a type error', () => {
    for (const wrong of [undefined, null, 7, {}, { fd: 'x' }]) {
      assert.throws(() => enterNetns(wrong as never), TypeError);
    }
  });

  it('a descriptor of something else is refused', () => {
    const fd = openSync('/dev/null', 'r');
    try {
      assert.equal(
        codeOf(() => enterNetns({ fd })),
        'invalid-argument',
      );
    } finally {
      closeSync(fd);
    }
  });
});
