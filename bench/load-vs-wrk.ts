/**
 * The load engine against `wrk -t1`, one generator thread each, on the same native HTTP echo server in a private
 * network namespace: requests per second on kept connections, and with a connection for each request. Then the
 * lateness of the open loop at 50,000 arrivals a second.
 *
 * usage: node --import tsx bench/load-vs-wrk.ts [--rounds N] [--lateness-slices N]     (as root, with wrk installed; 6 s a round)
 */
import { execFile } from 'node:child_process';
import { release } from 'node:os';
import { parseArgs, promisify } from 'node:util';
import { closeNetns, createNetns, type Netns, withNetns } from '../native/netns/index.ts';
import { startEcho } from '../native/traffic/index.ts';
import { shuffled } from '../src/lab/rounds.ts';
import { allowedCpus, LoadPool, type SliceLoad, type SliceOptions } from '../src/load/index.ts';
import { createRandom, type Figure, medianFigure, pairedRatio, percentile } from '../src/stats/index.ts';

const execute = promisify(execFile);
const port = 8080;
const connections = 16;
const [serverCpu = 0, clientCpu = serverCpu] = allowedCpus();

/** One way of using connections, and the requests per second that each tool reached in each round. */
interface Contest {
  readonly name: string;
  readonly mode: 'rr' | 'crr';
  readonly wrkHeaders: readonly string[];
  readonly engine: Map<number, number>;
  readonly wrk: Map<number, number>;
}

const contests: readonly Contest[] = [
  { name: 'kept connections', mode: 'rr', wrkHeaders: [], engine: new Map(), wrk: new Map() },
  {
    name: 'a connection for each request',
    mode: 'crr',
    wrkHeaders: ['-H', 'Connection: close'],
    engine: new Map(),
    wrk: new Map(),
  },
];

function slice(netns: Netns, changes: Partial<SliceOptions>): SliceOptions {
  return {
    netns,
    mode: 'rr',
    target: { ip: '127.0.0.1', port },
    sources: [],
    connections,
    framing: { kind: 'http', path: '/' },
    arrivals: { kind: 'closed' },
    warmupNs: 100e6,
    durationNs: 1e9,
    timeoutNs: 2e9,
    ...changes,
  };
}

async function wrkRatePerSec(netns: Netns, headers: readonly string[]): Promise<number> {
  const args = [
    '-c',
    `${clientCpu}`,
    'wrk',
    '-t1',
    `-c${connections}`,
    '-d1s',
    ...headers,
    `http://127.0.0.1:${port}/`,
  ];
  const { stdout } = await withNetnsStarted(netns, () => execute('taskset', args));
  const rate = /^Requests\/sec:\s+([\d.]+)/m.exec(stdout)?.[1];
  if (rate === undefined || /Socket errors|Non-2xx/.test(stdout)) throw new Error(`wrk did not measure:\n${stdout}`);
  return Number(rate);
}

/** Starts a process inside `netns`, and waits for it outside. */
async function withNetnsStarted<T>(netns: Netns, start: () => Promise<T>): Promise<T> {
  const { running } = withNetns(netns, () => ({ running: start() }));
  return await running;
}

async function engineRatePerSec(pool: LoadPool, netns: Netns, mode: 'rr' | 'crr'): Promise<number> {
  const load = await pool.runSlice(slice(netns, { mode }));
  const failed = Object.values(load.errors).some((count) => count > 0);
  if (failed) throw new Error(`the engine saw errors: ${JSON.stringify(load.errors)}`);
  return load.ratePerSec;
}

/** Every tool once in every contest, in seeded random order, round after round. */
async function compare(pool: LoadPool, netns: Netns, rounds: number): Promise<void> {
  const random = createRandom(1);
  const turns = contests.flatMap((contest) => [
    async (round: number) => contest.wrk.set(round, await wrkRatePerSec(netns, contest.wrkHeaders)),
    async (round: number) => contest.engine.set(round, await engineRatePerSec(pool, netns, contest.mode)),
  ]);
  for (let round = 0; round < rounds; round++) {
    for (const turn of shuffled(turns, random)) await turn(round);
  }
  for (const { name, engine, wrk } of contests) {
    const ratio = pairedRatio(engine, wrk);
    if (ratio === undefined) continue;
    console.log(`${name}, ${connections} of them`);
    console.log(`  engine / wrk  ${shown(ratio, 2)}`);
    console.log(`  engine        ${shown(medianFigure([...engine.values()], '1/s'), 0)}`);
    console.log(`  wrk -t1       ${shown(medianFigure([...wrk.values()], '1/s'), 0)}`);
  }
}

async function lateness(pool: LoadPool, netns: Netns, slices: number): Promise<void> {
  for (const kind of ['constant', 'poisson'] as const) {
    const loads: SliceLoad[] = [];
    for (let seed = 0; seed < slices; seed++) {
      const arrivals = { kind, ratePerSec: 50_000, seed } as const;
      loads.push(await pool.runSlice(slice(netns, { connections: 512, arrivals, durationNs: 500e6 })));
    }
    console.log(`lateness, 50,000 ${kind} arrivals a second, ${loads.length} slices of 0.5 s`);
    for (const quantile of [0.5, 0.99, 0.999]) {
      const values = loads.map((load) => percentile(load.lateness, quantile) / 1e3);
      console.log(
        `  p${quantile * 100} ${shown(medianFigure(values, 'ns'), 2)} us; best slice ${Math.min(...values).toFixed(2)} us`,
      );
    }
    const delays = loads.map((load) => (load.generators[0]?.runDelayNs ?? 0) / load.durationNs);
    const stalled = loads.filter((load) => load.queuedArrivals > 0).length;
    console.log(`  off its CPU for ${(Math.max(...delays) * 100).toFixed(1)} % of a slice at most`);
    console.log(
      `  in ${stalled} slices the server stalled until all connections were busy: that waiting is in the figures`,
    );
  }
}

function shown(figure: Figure, digits: number): string {
  const [estimate, low, high] = [figure.estimate, figure.low, figure.high].map((value) => value.toFixed(digits));
  return `${estimate} [${low}, ${high}] (${(figure.confidence * 100).toFixed(0)} % interval, n ${figure.n})`;
}

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '10' }, 'lateness-slices': { type: 'string', default: '8' } },
});
const netns = createNetns();
const server = startEcho({
  netns,
  protocol: 'tcp',
  framing: { kind: 'http', path: '/' },
  backends: [{ ip: '127.0.0.1', port, serviceTime: { kind: 'none', meanNs: 0, slowFactor: 1, concurrency: 0 } }],
  seed: 1,
  cpu: serverCpu,
});
const pool = new LoadPool({ cpus: [clientCpu] });
try {
  const { stdout } = await execute('wrk', ['-v']).catch((error: unknown) => error as { stdout: string });
  console.log(
    `kernel ${release()}, node ${process.version}, ${stdout.split(' Copyright')[0]}, server on CPU ${serverCpu}, client on CPU ${clientCpu}`,
  );
  await compare(pool, netns, Number(values.rounds));
  await lateness(pool, netns, Number(values['lateness-slices']));
} finally {
  await pool.close();
  server.close();
  closeNetns(netns);
}
