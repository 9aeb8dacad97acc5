/**
 * A plausible run that nobody measured: seeded records drawn from the world of synthetic-truth.ts, with machine drift
 * common to each round, noise of each slice, and now and then a void slice whose values are far off.
 */
import type { KernelName } from '../../src/kernel/types.ts';
import {
  type Arm,
  type Measure,
  measures,
  type Point,
  type ResultRecord,
  resultsSchema,
  type SliceRecord,
  type SparseHistogram,
} from '../../src/lab/records.ts';
import { bucketCount, bucketIndex } from '../../src/stats/histogram.ts';
import { createLabelledRandom, type Random } from '../../src/stats/random.ts';
import { toSparse } from '../../src/stats/sparse-histogram.ts';
import { armsOf, balanceTruth, newFlowNs, programmingNs, requestNs } from './synthetic-truth.ts';

export interface SyntheticOptions {
  readonly seed: number;
  readonly kernels: readonly KernelName[];
  readonly services: readonly number[];
  readonly rounds: number;
  /** Requests in a slice of crr, rr, udp or balance. */
  readonly requests: number;
  /** What is measured; everything by default. */
  readonly measures: readonly Measure[];
  /** Share of slices that are void. */
  readonly voidShare: number;
}

const defaults: SyntheticOptions = {
  seed: 42,
  kernels: ['host', 'uml'],
  services: [1, 1000, 5000, 10_000],
  rounds: 20,
  requests: 600,
  measures,
  voidShare: 0.01,
};

const positions = ['first', 'middle', 'last'] as const;

/** Median 1, spread of about `deviation`. */
function lognormal(random: Random, deviation: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
  return Math.exp(deviation * radius * Math.cos(2 * Math.PI * random.next()));
}

function histogram(random: Random, requests: number, p50Ns: number, deviation: number): SparseHistogram {
  const counts = new Float64Array(bucketCount);
  for (let request = 0; request < requests; request += 1) {
    const index = bucketIndex(Math.floor(p50Ns * lognormal(random, deviation)));
    counts[index] = (counts[index] ?? 0) + 1;
  }
  return toSparse(counts);
}

/** Whole counts of `requests` over `shares`, scattered like independent draws or exactly proportional. */
function split(random: Random, requests: number, shares: readonly number[], scatter: boolean): number[] {
  if (!scatter) return shares.map((share) => Math.round(share * requests));
  const counts = shares.map(() => 0);
  for (let request = 0; request < requests; request += 1) {
    let left = random.next();
    const pick = shares.findIndex((share) => {
      left -= share;
      return left < 0;
    });
    const backend = pick === -1 ? shares.length - 1 : pick;
    counts[backend] = (counts[backend] ?? 0) + 1;
  }
  return counts;
}

type Measured = Pick<SliceRecord, 'samples' | 'values'> &
  Pick<Partial<SliceRecord>, 'latency' | 'lateness' | 'backends'>;

/** One slice's outcome; `wobble` is this slice's own deviation from the truth. Undefined: the arm has no such measure. */
function measure(
  kernel: KernelName,
  arm: Arm,
  what: Measure,
  point: Point,
  wobble: number,
  requests: number,
  random: Random,
): Measured | undefined {
  switch (what) {
    case 'new-flow':
    case 'established': {
      const truth = newFlowNs(kernel, arm, what === 'new-flow' ? point : { services: 1 });
      if (truth === undefined) return undefined;
      const costNs = what === 'new-flow' ? truth : truth * 0.55;
      return { samples: 512, values: { nsPerPacket: costNs * wobble } };
    }
    case 'program-cold':
    case 'program-add': {
      const totalNs = programmingNs(arm, what, point.services) * wobble;
      if (totalNs === 0) return undefined;
      const operations = what === 'program-cold' ? 3 * point.services : 3;
      return {
        samples: 1,
        values: { encodeNs: 0.3 * totalNs, kernelNs: 0.7 * totalNs, totalNs, bytes: 180 * operations, operations },
      };
    }
    case 'balance': {
      if (arm.mode === 'direct') return undefined;
      const truth = balanceTruth(arm, point.backends ?? 'even');
      return {
        samples: requests,
        values: { ratePerSec: point.ratePerSec ?? 0, errors: 0, latenessP99Ns: 30_000 },
        latency: histogram(random, requests, truth.p50Ns * wobble, Math.log(truth.tail) / 2.326),
        backends: split(random, requests, truth.shares, truth.random),
      };
    }
    default: {
      const p50Ns = requestNs(kernel, arm, what, point) * wobble;
      const closed = point.loop === 'closed';
      return {
        samples: requests,
        values: { ratePerSec: closed ? 16e9 / p50Ns : (point.ratePerSec ?? 0), errors: 0, cpuShare: 0.6 },
        latency: histogram(random, requests, closed ? 3 * p50Ns : p50Ns, 0.25),
        lateness: histogram(random, requests, 1500, 0.6),
      };
    }
  }
}

function* stages(kernel: KernelName, services: readonly number[]): Generator<{ measure: Measure; point: Point }> {
  const ratePerSec = kernel === 'host' ? 8000 : 300;
  for (const count of services) {
    yield { measure: 'program-cold', point: { services: count } };
    yield { measure: 'program-add', point: { services: count } };
    // A lone Service is first, middle and last, and measured once.
    for (const position of count === 1 ? (['first'] as const) : positions) {
      yield { measure: 'new-flow', point: { services: count, position } };
      yield { measure: 'established', point: { services: count, position } };
    }
    if (count !== services[0] && count !== services.at(-1)) continue;
    for (const exchange of ['crr', 'rr', 'udp'] as const) {
      const point: Point = { services: count, position: count === 1 ? 'first' : 'last' };
      yield { measure: exchange, point: { ...point, loop: 'closed' } };
      yield { measure: exchange, point: { ...point, loop: 'open', ratePerSec } };
    }
  }
  for (const backends of ['even', 'uneven'] as const) {
    yield { measure: 'balance', point: { services: 1, backends, loop: 'open', ratePerSec: 120 } };
  }
}

function voided(slice: SliceRecord, random: Random): SliceRecord {
  const values = Object.fromEntries(Object.entries(slice.values).map(([name, value]) => [name, value * 50]));
  const [code, message] =
    random.next() < 0.5
      ? (['generator-late', 'the generator was late: p99 lateness 412 us, limit 100 us'] as const)
      : (['generator-starved', 'the generator had 61 % of its core, needs 90 %'] as const);
  return { ...slice, values, validity: { state: 'void', reasons: [{ code, message }] } };
}

function* slicesOf(kernel: KernelName, options: SyntheticOptions): Generator<SliceRecord> {
  const random = createLabelledRandom(options.seed, kernel);
  let nowNs = 0;
  for (const { measure: what, point } of stages(kernel, options.services)) {
    if (!options.measures.includes(what)) continue;
    for (let round = 0; round < options.rounds; round += 1) {
      const drift = lognormal(random, 0.05);
      for (const [order, arm] of armsOf[kernel].entries()) {
        const measured = measure(kernel, arm, what, point, drift * lognormal(random, 0.03), options.requests, random);
        if (measured === undefined) continue;
        const durationNs = 60e6;
        nowNs += durationNs;
        const slice: SliceRecord = {
          ...{ type: 'slice', kernel, arm: arm.id, measure: what, point, round, order, startedAtNs: nowNs, durationNs },
          ...measured,
          validity: { state: 'valid' },
        };
        yield random.next() < options.voidShare ? voided(slice, random) : slice;
      }
    }
  }
}

/** All records of the run, in the order a lab writes them. */
export function* syntheticRun(changes: Partial<SyntheticOptions> = {}): Generator<ResultRecord> {
  const options = { ...defaults, ...changes };
  yield {
    type: 'run',
    schema: resultsSchema,
    id: '20261123-093000-synthetic',
    startedAt: '2026-11-23T09:30:00.000Z',
    seed: options.seed,
    version: '0.1.0',
    git: { sha: '0123456789abcdef0123456789abcdef01234567', dirty: false },
    quick: false,
    machine: { cpu: 'Synthetic CPU @ 3.00GHz', cpus: 2, memoryMiB: 7936, kernel: '6.18.44', node: 'v20.20.2' },
    lab: { metadata: { name: 'synthetic' }, spec: { services: options.services } },
  };
  for (const kernel of options.kernels) {
    const release = kernel === 'host' ? '6.18.44' : '6.1.176';
    yield {
      type: 'kernel',
      kernel,
      report: { kernel, release, capabilities: [{ name: 'netns', state: 'available' }] },
      fingerprint: {
        release,
        iptables: 'iptables v1.8.9 (legacy)',
        conntrackMax: 262_144,
        cpus: kernel === 'host' ? 2 : 1,
      },
      arms: armsOf[kernel],
    };
    const [what, reason, remedy] =
      kernel === 'host'
        ? ['ipvs-rr', 'this kernel has no IPVS (CONFIG_IP_VS is not set)', 'measured in the uml kernel instead']
        : ['nftables', 'this kernel has no nft_chain_nat', 'measured on the host kernel instead'];
    yield { type: 'omitted', kernel, what: what ?? '', reason: reason ?? '', remedy: remedy ?? '' };
    yield* slicesOf(kernel, options);
  }
  yield { type: 'end', endedAt: '2026-11-23T09:35:00.000Z', status: 'complete' };
}

/** The records as results.jsonl holds them. */
export function toJsonLines(records: Iterable<ResultRecord>): string {
  return Array.from(records, (record) => `${JSON.stringify(record)}\n`).join('');
}
