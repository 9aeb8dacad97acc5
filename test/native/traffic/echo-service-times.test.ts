import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ServiceTime } from '../../../native/traffic/index.ts';
import { compileNative, type NativeProgram } from '../../support/native-program.ts';

interface Request {
  readonly arriveNs: number;
  readonly backend: number;
}

/** First in, first out with `concurrency` servers, written down plainly: when each request is done. */
function expectedDoneNs(backends: readonly ServiceTime[], requests: readonly Request[]): number[] {
  const freeAtNs = backends.map(({ concurrency }) => Array.from({ length: concurrency }, () => 0));
  return requests.map(({ arriveNs, backend }) => {
    const time = backends[backend];
    const servers = freeAtNs[backend];
    assert.ok(time !== undefined && servers !== undefined);
    if (time.kind === 'none') return arriveNs;
    const workNs = time.meanNs * time.slowFactor;
    if (servers.length === 0) return arriveNs + workNs;
    const earliest = servers.indexOf(Math.min(...servers));
    const doneNs = Math.max(arriveNs, servers[earliest] ?? 0) + workNs;
    servers[earliest] = doneNs;
    return doneNs;
  });
}

/** What the native stations say: request numbers in the order of being done, each with the time. */
function simulate(program: NativeProgram, backends: readonly ServiceTime[], requests: readonly Request[], seed = 1) {
  const lines = [
    `${backends.length} ${seed}`,
    ...backends.map(({ kind, meanNs, slowFactor, concurrency }) => `${kind} ${meanNs} ${slowFactor} ${concurrency}`),
    ...requests.map(({ arriveNs, backend }) => `${arriveNs} ${backend}`),
  ];
  return program
    .run(`${lines.join('\n')}\n`)
    .trim()
    .split('\n')
    .map((line) => {
      const [request, doneNs] = line.split(' ').map(Number);
      assert.ok(request !== undefined && doneNs !== undefined);
      return { request, doneNs };
    });
}

const serviceTime = fc.record({
  kind: fc.constantFrom('none' as const, 'fixed' as const),
  meanNs: fc.integer({ min: 1, max: 1000 }),
  slowFactor: fc.constantFrom(1, 2, 4),
  concurrency: fc.integer({ min: 0, max: 3 }),
});

describe('service times of the echo backends', () => {
  let program: NativeProgram;

  before(function () {
    this.timeout(60_000);
    program = compileNative(['test/native/traffic/programs/service-stations.cc'], ['native/traffic']);
  });
  after(() => program?.remove());

  it('are those of a first-come-first-served queue with as many servers as the concurrency limit', () => {
    fc.assert(
      fc.property(
        fc.array(serviceTime, { minLength: 1, maxLength: 4 }),
        fc.array(fc.tuple(fc.nat(200), fc.nat(3)), { minLength: 1, maxLength: 60 }),
        (backends, gaps) => {
          let arriveNs = 0;
          const requests = gaps.map(([gapNs, backend]) => {
            arriveNs += gapNs;
            return { arriveNs, backend: backend % backends.length };
          });
          const done = simulate(program, backends, requests);
          const inOrder = done.toSorted((a, b) => a.request - b.request).map(({ doneNs }) => doneNs);
          assert.deepEqual(inOrder, expectedDoneNs(backends, requests));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('are handed back in the order of being done', () => {
    const backends = [
      { kind: 'fixed', meanNs: 100, slowFactor: 4, concurrency: 1 },
      { kind: 'fixed', meanNs: 100, slowFactor: 1, concurrency: 1 },
    ] as const;
    const requests = [0, 0, 1, 1].map((backend) => ({ arriveNs: 0, backend }));
    assert.deepEqual(simulate(program, backends, requests), [
      { request: 2, doneNs: 100 },
      { request: 3, doneNs: 200 },
      { request: 0, doneNs: 400 },
      { request: 1, doneNs: 800 },
    ]);
  });

  it('have the mean and the spread of an exponential distribution', () => {
    const requests = Array.from({ length: 20_000 }, (_, index) => ({ arriveNs: index, backend: 0 }));
    const times = simulate(program, [{ kind: 'exponential', meanNs: 1e6, slowFactor: 2, concurrency: 0 }], requests);
    const workNs = times.map(({ request, doneNs }) => doneNs - request);
    const meanNs = workNs.reduce((sum, ns) => sum + ns, 0) / workNs.length;
    const deviationNs = Math.sqrt(workNs.reduce((sum, ns) => sum + (ns - meanNs) ** 2, 0) / workNs.length);
    const beyondMean = workNs.filter((ns) => ns > 2e6).length / workNs.length;
    // Seeded, so always the same figures; the bounds are about four standard errors of 20,000 draws.
    assert.ok(Math.abs(meanNs / 2e6 - 1) < 0.03, `mean ${meanNs} ns`);
    assert.ok(Math.abs(deviationNs / 2e6 - 1) < 0.05, `deviation ${deviationNs} ns`);
    assert.ok(Math.abs(beyondMean - Math.exp(-1)) < 0.015, `${beyondMean} beyond the mean`);
  });

  it('depend on seed and backend only, not on what other backends are asked', () => {
    const exponential = { kind: 'exponential', meanNs: 1000, slowFactor: 1, concurrency: 0 } as const;
    const workOfFirst = (requests: readonly Request[], seed: number) =>
      simulate(program, [exponential, exponential], requests, seed)
        .filter(({ request }) => requests[request]?.backend === 0)
        .toSorted((a, b) => a.request - b.request)
        .map(({ request, doneNs }) => doneNs - (requests[request]?.arriveNs ?? 0));
    const alone = Array.from({ length: 50 }, (_, index) => ({ arriveNs: index * 10, backend: 0 }));
    const mixed = alone.flatMap((request) => [request, { ...request, backend: 1 }]);
    assert.deepEqual(workOfFirst(mixed, 1), workOfFirst(alone, 1));
    assert.notDeepEqual(workOfFirst(alone, 2), workOfFirst(alone, 1));
  });
});
