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
import { openSliceMs, type Pace, pacesOf, type Reached } from './paces.ts';

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
  readonly arrivals: Arrivals;
}

interface Probe {
  readonly context: LabContext;
  readonly pool: LoadPool;
  readonly service: MeasuredService;
}

function runExchange({ context, pool, service }: Probe, armLane: ArmLane, mode: Exchange, arrivals: Arrivals) {
  const spec = context.job.spec.latency;
  const connections = arrivals.kind === 'closed' ? spec.connections : openConnections(arrivals.ratePerSec);
  const sliceMs =
    arrivals.kind === 'closed' ? spec.sliceMs : openSliceMs(spec.sliceMs, arrivals.ratePerSec, spec.minRounds);
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

/** The rate that an arm reaches in a closed loop. A low answer may be a stall, so the better of two counts. */
async function reach(probe: Probe, exchange: Exchange, armLane: ArmLane): Promise<Reached<ArmLane>> {
  const rates: number[] = [];
  for (let attempt = 0; attempt < 2; attempt++) {
    await armLane.prepare();
    rates.push((await runExchange(probe, armLane, exchange, { kind: 'closed' })).ratePerSec);
  }
  return { item: armLane, ratePerSec: Math.max(...rates) };
}

/** The open loop offers arms of like speed the same rate, one that the slowest of them can keep up with. */
async function calibrate(
  probe: Probe,
  exchange: Exchange,
  armLanes: readonly ArmLane[],
): Promise<readonly Pace<ArmLane>[]> {
  const reached: Reached<ArmLane>[] = [];
  for (const armLane of armLanes) reached.push(await reach(probe, exchange, armLane));
  return pacesOf(reached, probe.context.job.spec.latency.load, ({ arm }) => arm.mode === 'direct');
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
    const paces = new Map<Exchange, readonly Pace<ArmLane>[]>();
    for (const exchange of exchanges) paces.set(exchange, await calibrate(probe, exchange, armLanes));
    await runRounds(context, stage, context.job.spec.latency, async (random, record, round) => {
      // The same arrivals for every arm of a round: their pattern cannot favour one.
      const seed = Math.floor(stageRandom(context, stage, round).next() * 2 ** 31);
      const visitsOf = (armLane: ArmLane): Visit[] =>
        exchanges.flatMap((exchange) => [
          { armLane, exchange, arrivals: { kind: 'closed' } },
          ...(paces.get(exchange) ?? [])
            .filter(({ items }) => items.includes(armLane))
            .map(({ ratePerSec }): Visit => ({ armLane, exchange, arrivals: { kind: 'poisson', ratePerSec, seed } })),
        ]);
      const measure = async ({ armLane, exchange, arrivals }: Visit): Promise<Validity> => {
        await armLane.prepare();
        const load = await runExchange(probe, armLane, exchange, arrivals);
        const point: Point = {
          services: stage.services,
          position: service.position,
          ...(arrivals.kind === 'closed' ? { loop: 'closed' } : { loop: 'open', ratePerSec: arrivals.ratePerSec }),
        };
        record(loadSlice(armLane.arm.id, exchange, point, load));
        return load.validity;
      };
      const spoilt: Visit[] = [];
      const attempt = async (visit: Visit): Promise<void> => {
        if ((await measure(visit)).state === 'void') spoilt.push(visit);
      };
      for (const armLane of shuffled(armLanes, random)) {
        for (const visit of shuffled(visitsOf(armLane), random)) await attempt(visit);
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
