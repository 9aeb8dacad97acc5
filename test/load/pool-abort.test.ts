import assert from 'node:assert/strict';
import { slice, withPool, withTcpServer } from '../support/load.ts';

describe('an aborted slice', () => {
  for (const loop of ['closed', 'open'] as const) {
    it(`ends long before its hour is over, with the reason of the signal: ${loop} loop`, () =>
      withPool((pool) =>
        withTcpServer(
          (socket) => socket.on('data', (data) => socket.write(data)),
          async (port) => {
            const controller = new AbortController();
            const reason = new Error('the user has had enough');
            const running = pool.runSlice(
              slice(port, {
                durationNs: 3600e9,
                arrivals: loop === 'closed' ? { kind: 'closed' } : { kind: 'poisson', ratePerSec: 100, seed: 1 },
              }),
              controller.signal,
            );
            controller.abort(reason);
            await assert.rejects(running, reason);
            // The generator is free again.
            assert.ok((await pool.runSlice(slice(port))).requests > 0);
          },
        ),
      ));
  }

  it('does not start when it was aborted before', () =>
    withPool(async (pool) => {
      await assert.rejects(pool.runSlice(slice(9), AbortSignal.abort()), { name: 'AbortError' });
    }));
});
