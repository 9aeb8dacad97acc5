import assert from 'node:assert/strict';
import { startEcho } from '../../native/traffic/index.ts';
import { allowedCpus } from '../../src/load/index.ts';
import { totalCount } from '../../src/stats/index.ts';
import { slice, withPool, withTcpServer } from '../support/load.ts';
import { inPrivateNamespaces, needNetns } from '../support/namespaces.ts';

const [cpu = 0] = allowedCpus();

describe('several generators', () => {
  it('share connections and arrivals, and their histograms are added', () =>
    withPool(
      (pool) =>
        withTcpServer(
          (socket) => socket.on('data', (data) => socket.write(data)),
          async (port) => {
            const arrivals = { kind: 'constant', ratePerSec: 1000, seed: 1 } as const;
            const load = await pool.runSlice(slice(port, { connections: 6, arrivals, durationNs: 200e6 }));
            assert.equal(load.requests, 200);
            assert.deepEqual(
              load.generators.map((generator) => [generator.cpu, generator.requests, generator.ratePerSec]),
              [
                [cpu, 100, 500],
                [cpu, 100, 500],
              ],
            );
            for (const histogram of [load.response, load.service, load.lateness]) {
              assert.equal(totalCount(histogram), 200);
            }
            assert.equal(Math.round(load.ratePerSec), 1000);
          },
        ),
      { cpus: [cpu, cpu] },
    ));
});

describe('one generator', () => {
  before(function () {
    needNetns(this);
  });

  it('serves several namespaces and its own in turn', () =>
    inPrivateNamespaces(2, (first, second) =>
      withPool((pool) =>
        withTcpServer(
          (socket) => socket.on('data', (data) => socket.write(data)),
          async (homePort) => {
            const servers = [first, second].map((netns) =>
              startEcho({
                netns,
                protocol: 'tcp',
                framing: { kind: 'fixed', requestBytes: 8, replyBytes: 8 },
                backends: [
                  { ip: '127.0.0.1', port: 7, serviceTime: { kind: 'none', meanNs: 0, slowFactor: 1, concurrency: 0 } },
                ],
                seed: 1,
              }),
            );
            try {
              const short = { durationNs: 20e6 };
              const loads = [
                await pool.runSlice(slice(7, { ...short, netns: first })),
                await pool.runSlice(slice(7, { ...short, netns: second })),
                await pool.runSlice(slice(homePort, short)),
                await pool.runSlice(slice(7, { ...short, netns: first })),
              ];
              const requests = loads.map((load) => load.requests);
              assert.ok(requests.every((count) => count > 0));
              const [one = 0, two = 0, , four = 0] = requests;
              assert.deepEqual(
                servers.map((server) => server.counts()),
                [[one + four], [two]],
              );
            } finally {
              for (const server of servers) server.close();
            }
          },
        ),
      ),
    ));
});
