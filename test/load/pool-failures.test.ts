import assert from 'node:assert/strict';
import { allowedCpus, LoadError, LoadPool } from '../../src/load/index.ts';
import { slice, withPool, withTcpServer } from '../support/load.ts';

const mortal = { worker: new URL('./workers/mortal.ts', import.meta.url) };
const echo = (socket: import('node:net').Socket): unknown => socket.on('data', (data) => socket.write(data));
const [cpu = 0] = allowedCpus();

function code(wanted: LoadError['code']): (error: unknown) => boolean {
  return (error) => error instanceof LoadError && error.code === wanted;
}

describe('a load pool', () => {
  it('fails the slice of a generator that died, says so, and runs the next slice on a new one', () =>
    withPool(
      (pool) =>
        withTcpServer(echo, async (port) => {
          await assert.rejects(pool.runSlice(slice(1)), (error) => {
            assert.ok(error instanceof LoadError);
            assert.equal(error.message, 'a load generator failed, its slice is lost: worker exited with code: 3');
            return error.code === 'generator-failed';
          });
          assert.ok((await pool.runSlice(slice(port))).requests > 0);
        }),
      mortal,
    ));

  it('stops the other generators of a slice when one fails', () =>
    withPool(
      async (pool) => {
        // Both name the same target, but only the first has a source address that is not this host's.
        const lost = slice(9, { connections: 2, sources: ['192.0.2.1', '127.0.0.1'], durationNs: 3600e9 });
        await assert.rejects(pool.runSlice(lost), /cannot bind to a source address/);
      },
      { cpus: [cpu, cpu] },
    ));

  it('fails a slice whose options make no sense, without starting it', () =>
    withPool(async (pool) => {
      await assert.rejects(pool.runSlice(slice(9, { connections: 0 })), code('invalid-option'));
      const arrivals = { kind: 'poisson', ratePerSec: -5, seed: 1 } as const;
      await assert.rejects(pool.runSlice(slice(9, { arrivals })), /rate is -5; it must be a number above 0/);
    }));

  it('runs one slice at a time', () =>
    withPool((pool) =>
      withTcpServer(echo, async (port) => {
        const first = pool.runSlice(slice(port));
        await assert.rejects(pool.runSlice(slice(port)), code('pool-busy'));
        assert.ok((await first).requests > 0);
      }),
    ));

  it('runs nothing once closed, and may be closed again', () =>
    withPool(async (pool) => {
      await pool.close();
      await pool.close();
      await assert.rejects(pool.runSlice(slice(9)), code('pool-closed'));
    }));

  it('fails the running slice when closed', () =>
    withPool((pool) =>
      withTcpServer(echo, async (port) => {
        const running = assert.rejects(pool.runSlice(slice(port, { durationNs: 3600e9 })), code('pool-closed'));
        await pool.close();
        await running;
      }),
    ));

  it('needs a CPU', () => {
    assert.throws(() => new LoadPool({ cpus: [] }), code('invalid-option'));
  });

  it('says which CPU there is none of', () =>
    withPool(async (pool) => assert.rejects(pool.runSlice(slice(9)), /generator failed.*cannot run on CPU 4095/), {
      cpus: [4095],
    }));
});
