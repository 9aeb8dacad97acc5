/** Every way of the load engine once, in this thread, for a run under the sanitizers. Prints the requests of each. */
import { openSync } from 'node:fs';
import { runLoad, startEcho } from '../../../../native/traffic/index.ts';
import type { SliceOptions } from '../../../../src/load/index.ts';
import { createHistogram } from '../../../../src/stats/index.ts';
import { closedPort, slice } from '../../../support/load.ts';

const fixed = { kind: 'fixed', requestBytes: 30_000, replyBytes: 500 } as const;
const http = { kind: 'http', path: '/' } as const;
const open = { kind: 'poisson', ratePerSec: 2000, seed: 1 } as const;
const fastBackend = { kind: 'none', meanNs: 0, slowFactor: 1, concurrency: 0 } as const;
const slowBackend = { kind: 'fixed', meanNs: 60e6, slowFactor: 1, concurrency: 0 } as const;

const cases: readonly Partial<SliceOptions>[] = [
  { mode: 'rr', framing: fixed },
  { mode: 'crr', framing: fixed, arrivals: open, sources: ['127.0.0.2', '127.0.0.3'] },
  { mode: 'udp', framing: fixed, arrivals: open },
  { mode: 'rr', framing: http, arrivals: { ...open, kind: 'constant' } },
  { mode: 'crr', framing: http },
];

function run(port: number, changes: Partial<SliceOptions>): ReturnType<typeof runLoad> {
  return runLoad({
    ...slice(port, { connections: 8, durationNs: 50e6, timeoutNs: 30e6, ...changes }),
    response: createHistogram(),
    service: createHistogram(),
    lateness: createHistogram(),
    stop: new Int32Array(1),
  });
}

const netns = { fd: openSync('/proc/self/ns/net', 'r') };
const port = await closedPort();
const results: unknown[] = [];
for (const changes of cases) {
  for (const serviceTime of [fastBackend, slowBackend]) {
    const server = startEcho({
      netns,
      protocol: changes.mode === 'udp' ? 'udp' : 'tcp',
      framing: changes.framing ?? fixed,
      backends: [{ ip: '127.0.0.1', port, serviceTime }],
      seed: 1,
    });
    // The slow backend answers after the time limit: connections are given up and replaced.
    const { requests, errors } = run(port, changes);
    results.push({ slow: serviceTime === slowBackend, requests, timeouts: errors.timeout });
    server.close();
  }
  const refused = run(port, changes);
  results.push({ refused: refused.errors.connect });
}
console.log(JSON.stringify(results));
