import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type EchoOptions, startEcho } from '../../../native/traffic/index.ts';
import { moduleExtension, startThread } from '../../../src/proxy/userspace/thread.ts';
import { echoOptions, instantBackend, port } from '../../support/echo.ts';
import { insideNetns } from '../../support/inside-netns.ts';
import { inPrivateNetns, needNetns } from '../../support/namespaces.ts';
import { TcpClient } from '../../support/tcp-client.ts';

const forgetfulWorker = new URL(`./fixtures/forgetful-worker${moduleExtension}`, import.meta.url);

/** That nothing listens at the port any more: a new server can have it. */
function portIsFree(options: EchoOptions): void {
  startEcho(options).close();
}

describe('an echo server', () => {
  before(function () {
    needNetns(this);
  });

  it('frees its ports on close, which may be called twice', () =>
    inPrivateNetns((netns) => {
      const server = startEcho(echoOptions(netns));
      server.close();
      server.close();
      portIsFree(echoOptions(netns));
      assert.deepEqual(server.counts(), [0]);
    }));

  it('ends the connections that it has when it is closed', () =>
    inPrivateNetns((netns) =>
      insideNetns(netns, async () => {
        const server = startEcho(echoOptions(netns));
        const client = await TcpClient.connect('127.0.0.1', port);
        await client.send('ping').take(2);
        server.close();
        assert.equal((await client.rest()).length, 0);
        client.destroy();
        portIsFree(echoOptions(netns));
      }),
    ));

  it('is closed with the worker thread that forgot it', () =>
    inPrivateNetns(async (netns) => {
      const worker = startThread(forgetfulWorker, echoOptions(netns));
      const [message] = await once(worker, 'message');
      assert.equal(message, 'started');
      assert.throws(() => startEcho(echoOptions(netns)), /Address already in use/);
      await worker.terminate();
      portIsFree(echoOptions(netns));
    }));

  it('does not keep or crash a process that forgot it', () => {
    const script = fileURLToPath(new URL('./fixtures/forgetful-process.ts', import.meta.url));
    const output = execFileSync(process.execPath, ['--expose-gc', '--import', 'tsx', script], { encoding: 'utf8' });
    assert.equal(output, 'collected\n');
  });

  it('says which address is taken', () =>
    inPrivateNetns((netns) => {
      const server = startEcho(echoOptions(netns, { backends: [instantBackend(2)] }));
      try {
        const options = echoOptions(netns, { backends: [instantBackend(1), instantBackend(2)] });
        assert.throws(
          () => startEcho(options),
          /listen on TCP 127\.0\.0\.2:8080: Address already in use; close the socket/,
        );
      } finally {
        server.close();
      }
      portIsFree(echoOptions(netns, { backends: [instantBackend(1), instantBackend(2)] }));
    }));

  it('says which address is not of this namespace', () =>
    inPrivateNetns((netns) => {
      for (const [protocol, what] of [
        ['tcp', 'listen on TCP'],
        ['udp', 'bind UDP'],
      ] as const) {
        const backends = [{ ...instantBackend(1), ip: '10.9.9.9' }];
        const message = new RegExp(`${what} 10\\.9\\.9\\.9:8080: Cannot assign requested address; give the address`);
        assert.throws(() => startEcho(echoOptions(netns, { backends, protocol })), message);
      }
    }));

  it('serves IPv6 backends', () =>
    inPrivateNetns((netns) =>
      insideNetns(netns, async () => {
        const server = startEcho(echoOptions(netns, { backends: [{ ...instantBackend(1), ip: '::1' }] }));
        try {
          const client = await TcpClient.connect('::1', port);
          await client.send('ping').take(2);
          client.destroy();
          assert.deepEqual(server.counts(), [1]);
        } finally {
          server.close();
        }
      }),
    ));
});

const mistakes: readonly [string, Partial<EchoOptions>, RegExp][] = [
  ['no backends', { backends: [] }, /backends has 0 entries; it must have from 1/],
  ['an address that is none', { backends: [{ ...instantBackend(1), ip: 'web' }] }, /'web' is not an IP address/],
  ['port 0', { backends: [{ ...instantBackend(1), port: 0 }] }, /backends\[0\]\.port is 0/],
  ['HTTP over UDP', { protocol: 'udp', framing: { kind: 'http', path: '/' } }, /kind is 'http'; HTTP needs protocol/],
  ['an empty reply', { framing: { kind: 'fixed', requestBytes: 1, replyBytes: 0 } }, /replyBytes is 0; .* from 1/],
  ['a CPU that is not there', { cpu: 1023 }, /pin the echo thread to CPU 1023: Invalid argument/],
  [
    'a negative service time',
    { backends: [{ ...instantBackend(1), serviceTime: { kind: 'fixed', meanNs: -1, slowFactor: 1, concurrency: 0 } }] },
    /serviceTime\.meanNs is -1; it must be from 0/,
  ],
];

describe('startEcho refuses', () => {
  before(function () {
    needNetns(this);
  });

  for (const [name, change, message] of mistakes) {
    it(name, () => inPrivateNetns((netns) => assert.throws(() => startEcho(echoOptions(netns, change)), message)));
  }
});
