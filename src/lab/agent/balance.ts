/** Stage: which backend gets how much, and what that does to the response time, when backends take time to answer. */
import type { EchoServer } from '../../../native/traffic/index.ts';
import type { LoadPool, ValidityLimits } from '../../load/index.ts';
import type { ServicePort } from '../../proxy/types.ts';
import type { Stage } from '../job.ts';
import type { LabSpec } from '../lab-spec.ts';
import type { Arm, Point } from '../records.ts';
import { shuffled } from '../rounds.ts';
import { type ArmLane, clientAddresses, framing, openArmLane, startBackends } from './arm-lane.ts';
import { type BalanceSet, balanceSet } from './balance-set.ts';
import { type LabContext, runRounds, stageRandom } from './context.ts';
import { loadSlice } from './load-slice.ts';

/** Before each slice its load runs for this part of a slice, so that the queues have built up. */
const warmupShare = 4;
/** Far beyond any queue that builds up within a slice: a slow answer is a figure, not an error. */
const timeoutNs = 30e9;

/** Twice as many as arrivals are expected in all: none waits for a connection while a slow backend's queue is long. */
function connectionsFor(ratePerSec: number, { sliceMs }: LabSpec['balance']): number {
  return 16 + Math.ceil((2 * ratePerSec * sliceMs * (1 + 1 / warmupShare)) / 1000);
}

/** A start that is late by less than a backend needs for one answer does not change what the balancing does. */
function limitsOf(limits: ValidityLimits, serviceTimeMs: number): ValidityLimits {
  return { ...limits, latenessFloorNs: Math.max(limits.latenessFloorNs, serviceTimeMs * 1e6) };
}

interface Contestant {
  readonly armLane: ArmLane;
  readonly server: EchoServer;
}

async function openContestant(
  context: LabContext,
  arm: Arm,
  target: ServicePort,
  set: BalanceSet,
): Promise<Contestant> {
  const armLane = openArmLane(arm, target);
  try {
    await armLane.program([set.service]);
    return { armLane, server: startBackends(context, armLane, 'tcp', set.backends) };
  } catch (error) {
    await armLane.close();
    throw error;
  }
}

async function measureSet(
  context: LabContext,
  pool: LoadPool,
  contestants: readonly Contestant[],
  set: BalanceSet,
): Promise<void> {
  const spec = context.job.spec.balance;
  const limits = limitsOf(context.limits, spec.serviceTimeMs);
  const stage: Stage = { kind: 'balance', backends: set.kind };
  const box = { ...spec, seconds: spec.seconds / 2 };
  await runRounds(context, stage, box, async (random, record, round) => {
    for (const { armLane, server } of shuffled(contestants, random)) {
      const before = server.counts();
      const load = await pool.runSlice(
        {
          netns: armLane.lane.client,
          mode: 'crr',
          target: armLane.targetOf(set.service),
          sources: clientAddresses.slice(0, spec.clients),
          connections: connectionsFor(set.ratePerSec, spec),
          framing,
          arrivals: {
            kind: 'poisson',
            ratePerSec: set.ratePerSec,
            seed: Math.floor(stageRandom(context, stage, round).next() * 2 ** 31),
          },
          warmupNs: (spec.sliceMs * 1e6) / warmupShare,
          durationNs: spec.sliceMs * 1e6,
          timeoutNs,
          limits,
        },
        context.signal,
      );
      const after = server.counts();
      const point: Point = { services: 1, backends: set.kind, loop: 'open', ratePerSec: set.ratePerSec };
      record({
        ...loadSlice(armLane.arm.id, 'balance', point, load),
        backends: after.map((count, index) => count - (before[index] ?? 0)),
      });
    }
    return 'go-on';
  });
}

/** Every arm that balances, one set of backends after the other. */
export async function measureBalance(context: LabContext, pool: LoadPool, arms: readonly Arm[]): Promise<void> {
  const { target, spec } = context.job;
  for (const kind of ['even', 'uneven'] as const) {
    const set = balanceSet(target, kind, spec.balance);
    const contestants: Contestant[] = [];
    try {
      for (const arm of arms) {
        if (arm.mode !== 'direct') contestants.push(await openContestant(context, arm, target, set));
      }
      await measureSet(context, pool, contestants, set);
    } finally {
      for (const { armLane, server } of contestants) {
        server.close();
        await armLane.close();
      }
    }
  }
}
