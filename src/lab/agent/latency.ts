/** Stage: response times and rates of TCP and UDP exchanges through every arm. */
import type { Arrivals, LoadOptions } from '../../../native/traffic/index.ts';
import type { LoadPool } from '../../load/index.ts';
import type { Stage } from '../job.ts';
import type { Point } from '../records.ts';
import { shuffled } from '../rounds.ts';
import { type ArmLane, framing, immediateBackends, startBackends } from './arm-lane.ts';
import { type LabContext, runRounds, stageRandom } from './context.ts';
import type { MeasuredService } from './lab-services.ts';
import { loadSlice } from './load-slice.ts';

type Exchange = LoadOptions['mode'];
const exchanges: readonly Exchange[] = ['crr', 'rr', 'udp'];

const warmupNs = 5e6;
const timeoutNs = 2e9;
interface Probe {
  readonly context: LabContext;
  readonly pool: LoadPool;
  readonly service: MeasuredService;
}

function runExchange({ context, pool, service }: Probe, armLane: ArmLane, mode: Exchange, arrivals: Arrivals) {
  const { connections, sliceMs } = context.job.spec.latency;
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

/**
 * The open loop offers every arm the same rate, one that the slowest of them can keep up with: a share of the least
 * that any arm reaches in a closed loop.
 */
async function calibrate(probe: Probe, armLanes: readonly ArmLane[]): Promise<Map<Exchange, number>> {
  const rates = new Map<Exchange, number>();
  // A single low answer may be a stall, or the arm's first connections ever: of two, the better one counts.
  const reached = async (armLane: ArmLane, exchange: Exchange): Promise<number> => {
    await armLane.prepare();
    const first = await runExchange(probe, armLane, exchange, { kind: 'closed' });
    const second = await runExchange(probe, armLane, exchange, { kind: 'closed' });
    return Math.max(first.ratePerSec, second.ratePerSec);
  };
  for (const exchange of exchanges) {
    let slowest = Number.POSITIVE_INFINITY;
    for (const armLane of armLanes) slowest = Math.min(slowest, await reached(armLane, exchange));
    rates.set(exchange, Math.max(1, Math.round(slowest * probe.context.job.spec.latency.load)));
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
    const cases = armLanes.flatMap((armLane) =>
      exchanges.flatMap((exchange) => [
        { armLane, exchange, loop: 'closed' as const },
        { armLane, exchange, loop: 'open' as const },
      ]),
    );
    await runRounds(context, stage, context.job.spec.latency, async (random, record, round) => {
      for (const { armLane, exchange, loop } of shuffled(cases, random)) {
        const ratePerSec = rates.get(exchange) ?? 1;
        // The same arrivals for every arm of a round: their pattern cannot favour one.
        const seed = Math.floor(stageRandom(context, stage, round).next() * 2 ** 31);
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
      }
      return 'go-on';
    });
  } finally {
    for (const server of servers) server.close();
  }
}
