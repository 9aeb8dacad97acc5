/** Stage: response times and rates of TCP and UDP exchanges through every arm. */
import type { Arrivals, LoadOptions } from '../../../native/traffic/index.ts';
import type { LoadPool } from '../../load/index.ts';
import type { Stage } from '../job.ts';
import type { Point, Validity } from '../records.ts';
import { shuffled } from '../rounds.ts';
import { type ArmLane, framing, immediateBackends, startBackends } from './arm-lane.ts';
import { type LabContext, runRounds, stageRandom } from './context.ts';
import type { MeasuredService } from './lab-services.ts';
import { loadSlice } from './load-slice.ts';

type Exchange = LoadOptions['mode'];
const exchanges: readonly Exchange[] = ['crr', 'rr', 'udp'];

const warmupNs = 5e6;
const timeoutNs = 2e9;
/** Enough that an arrival still finds a free connection when nothing is answered for 10 ms. */
function openConnections(ratePerSec: number): number {
  return Math.max(16, Math.ceil(ratePerSec / 100));
}

interface Visit {
  readonly armLane: ArmLane;
  readonly exchange: Exchange;
  readonly loop: 'closed' | 'open';
}

interface Probe {
  readonly context: LabContext;
  readonly pool: LoadPool;
  readonly service: MeasuredService;
}

function runExchange({ context, pool, service }: Probe, armLane: ArmLane, mode: Exchange, arrivals: Arrivals) {
  const { sliceMs } = context.job.spec.latency;
  const connections =
    arrivals.kind === 'closed' ? context.job.spec.latency.connections : openConnections(arrivals.ratePerSec);
  return pool.runSlice(
    {
      netns: armLane.lane.client,
      mode,
      target: armLane.targetOf(mode === 'udp' ? service.udp : service.tcp),
      sources: [],
      connections,
      framing,
      arrivals,
      warmupNs,
      durationNs: sliceMs * 1e6,
      timeoutNs,
      limits: context.limits,
    },
    context.signal,
  );
}

interface Reached {
  readonly armLane: ArmLane;
  readonly ratePerSec: number;
  readonly asked: number;
}

/** The rate that an arm reaches in a closed loop; a low answer may be a stall, so of several the best one counts. */
async function ask(probe: Probe, exchange: Exchange, before: Reached): Promise<Reached> {
  await before.armLane.prepare();
  const { ratePerSec } = await runExchange(probe, before.armLane, exchange, { kind: 'closed' });
  return { ...before, ratePerSec: Math.max(before.ratePerSec, ratePerSec), asked: before.asked + 1 };
}

/** The least rate that any arm reaches, where the arm that seems to be the slowest is asked twice. */
async function slowestRate(probe: Probe, exchange: Exchange, armLanes: readonly ArmLane[]): Promise<number> {
  const waiting: Reached[] = [];
  for (const armLane of armLanes) waiting.push(await ask(probe, exchange, { armLane, ratePerSec: 0, asked: 0 }));
  for (;;) {
    waiting.sort((a, b) => b.ratePerSec - a.ratePerSec);
    const slowest = waiting.pop();
    if (slowest === undefined) return 0;
    if (slowest.asked > 1) return slowest.ratePerSec;
    waiting.push(await ask(probe, exchange, slowest));
  }
}

/**
 * The open loop offers every arm the same rate, one that the slowest of them can keep up with: a share of the least
 * that any arm reaches in a closed loop.
 */
async function calibrate(probe: Probe, armLanes: readonly ArmLane[]): Promise<Map<Exchange, number>> {
  const { load } = probe.context.job.spec.latency;
  const rates = new Map<Exchange, number>();
  for (const exchange of exchanges) {
    rates.set(exchange, Math.max(1, Math.round((await slowestRate(probe, exchange, armLanes)) * load)));
  }
  return rates;
}

export async function measureLatency(
  context: LabContext,
  pool: LoadPool,
  armLanes: readonly ArmLane[],
  measured: readonly MeasuredService[],
  stage: Extract<Stage, { kind: 'latency' }>,
): Promise<void> {
  const service = measured.find(({ position }) => position === 'last') ?? measured.at(-1);
  if (service === undefined) return;
  const probe: Probe = { context, pool, service };
  const lanes = new Map(armLanes.map((armLane) => [armLane.lane, armLane]));
  const servers = [...lanes.values()].flatMap((armLane) => [
    startBackends(context, armLane, 'tcp', immediateBackends(service.tcp)),
    startBackends(context, armLane, 'udp', immediateBackends(service.udp)),
  ]);
  try {
    const rates = await calibrate(probe, armLanes);
    const cases = exchanges.flatMap((exchange) => (['closed', 'open'] as const).map((loop) => ({ exchange, loop })));
    await runRounds(context, stage, context.job.spec.latency, async (random, record, round) => {
      // The same arrivals for every arm of a round: their pattern cannot favour one.
      const seed = Math.floor(stageRandom(context, stage, round).next() * 2 ** 31);
      const measure = async ({ armLane, exchange, loop }: Visit): Promise<Validity> => {
        const ratePerSec = rates.get(exchange) ?? 1;
        const arrivals: Arrivals = loop === 'closed' ? { kind: 'closed' } : { kind: 'poisson', ratePerSec, seed };
        await armLane.prepare();
        const load = await runExchange(probe, armLane, exchange, arrivals);
        const point: Point = {
          services: stage.services,
          position: service.position,
          loop,
          ...(loop === 'open' ? { ratePerSec } : {}),
        };
        record(loadSlice(armLane.arm.id, exchange, point, load));
        return load.validity;
      };
      const spoilt: Visit[] = [];
      const attempt = async (visit: Visit): Promise<void> => {
        if ((await measure(visit)).state === 'void') spoilt.push(visit);
      };
      for (const armLane of shuffled(armLanes, random)) {
        for (const visit of shuffled(cases, random)) {
          await attempt({ armLane, ...visit });
        }
      }
      // Twice more at most for those, so that a stall of the machine does not cost an arm its round.
      for (let extra = 0; extra < 2; extra++) {
        for (const visit of spoilt.splice(0)) await attempt(visit);
      }
      return 'go-on';
    });
  } finally {
    for (const server of servers) server.close();
  }
}
