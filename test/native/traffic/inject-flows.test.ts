import assert from 'node:assert/strict';
import type { Socket } from 'node:dgram';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { inject } from '../../../native/traffic/index.ts';
import type { Lane } from '../../../src/kernel/topology.ts';
import { inLane, udpSocketIn } from '../../support/lane.ts';
import { needNetns } from '../../support/namespaces.ts';

const sources = 65_279;
const ports = 64_512;

/** The rule as documented at `InjectOptions.sourceNet`. */
function flowAt(number: number): string {
  const host = 256 + (number % sources);
  return `10.1.${host >> 8}.${host & 0xff}:${1024 + Math.floor(number / sources)}`;
}

function send(lane: Lane, firstFlow: number, packets: number, payloadBytes: number): void {
  inject({
    netns: lane.client,
    device: lane.clientDevice,
    sourceMac: lane.clientMac,
    destinationMac: lane.nodeMac,
    target: { ip: '10.2.0.2', port: 7 },
    sourceNet: '10.1.0.0',
    firstFlow,
    flows: packets,
    packets,
    payloadBytes,
  });
}

/** Everything the socket receives until `count` datagrams are there; the test's own time limit ends a vain wait. */
async function received(socket: Socket, count: number, start: () => void): Promise<{ flow: string; bytes: Buffer }[]> {
  const datagrams: { flow: string; bytes: Buffer }[] = [];
  const listener = (bytes: Buffer, from: { address: string; port: number }) =>
    datagrams.push({ flow: `${from.address}:${from.port}`, bytes });
  socket.on('message', listener);
  start();
  while (datagrams.length < count) await sleep(1);
  socket.off('message', listener);
  return datagrams;
}

describe('injected flows', () => {
  before(function () {
    needNetns(this);
  });

  it('arrive at a socket in order, each with its own 5-tuple and a checksum that the kernel accepts', () =>
    inLane([], async (lane) => {
      const socket = await udpSocketIn(lane.backends, '10.2.0.2', 7);
      try {
        await fc.assert(
          fc.asyncProperty(
            fc.integer({ min: 0, max: sources * ports - 20 }),
            fc.integer({ min: 1, max: 20 }),
            fc.integer({ min: 0, max: 1472 }),
            async (firstFlow, count, payloadBytes) => {
              const datagrams = await received(socket, count, () => send(lane, firstFlow, count, payloadBytes));
              const expected = Array.from({ length: count }, (_, index) => flowAt(firstFlow + index));
              assert.deepEqual(
                datagrams.map(({ flow }) => flow),
                expected,
              );
              assert.ok(datagrams.every(({ bytes }) => bytes.equals(Buffer.alloc(payloadBytes))));
            },
          ),
          {
            numRuns: 60,
            examples: [
              [0, 20, 18],
              [sources - 5, 10, 0],
              [sources * ports - 20, 20, 1472],
            ],
          },
        );
      } finally {
        socket.close();
      }
    }));

  it('go on where the slice before ended', () =>
    inLane([], async (lane) => {
      const socket = await udpSocketIn(lane.backends, '10.2.0.2', 7);
      try {
        const datagrams = await received(socket, 120, () => {
          for (let slice = 0; slice < 3; slice++) send(lane, slice * 40, 40, 18);
        });
        assert.equal(new Set(datagrams.map(({ flow }) => flow)).size, 120);
      } finally {
        socket.close();
      }
    }));
});
