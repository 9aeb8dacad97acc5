/** Stage: how long it takes to program a node, cold and for one Service more. */
import { monotonicNs } from '../../../native/traffic/index.ts';
import type { ApplyStats, ServicePort } from '../../proxy/types.ts';
import type { Stage } from '../job.ts';
import type { TimeBox } from '../lab-spec.ts';
import type { Arm, Measure, OmissionRecord, Point } from '../records.ts';
import { shuffled } from '../rounds.ts';
import { type ArmLane, openArmLane, shareIpvsLane } from './arm-lane.ts';
import { type LabContext, runRounds, type SliceBody } from './context.ts';
import { type LabServices, withScheduler } from './lab-services.ts';

function programmingSlice(
  arm: Arm,
  measure: Measure,
  point: Point,
  timing: { readonly startedAtNs: number; readonly endedAtNs: number },
  stats: ApplyStats,
): SliceBody {
  const totalNs = timing.endedAtNs - timing.startedAtNs;
  return {
    arm: arm.id,
    measure,
    point,
    startedAtNs: timing.startedAtNs,
    durationNs: totalNs,
    samples: 1,
    values: {
      totalNs,
      encodeNs: stats.encodeNs,
      kernelNs: stats.kernelNs,
      bytes: stats.bytes,
      operations: stats.operations,
    },
    validity: { state: 'valid' },
  };
}

async function timedProgram(
  armLane: ArmLane,
  measure: Measure,
  point: Point,
  services: readonly ServicePort[],
): Promise<SliceBody> {
  const startedAtNs = monotonicNs();
  const stats = await armLane.program(services);
  return programmingSlice(armLane.arm, measure, point, { startedAtNs, endedAtNs: monotonicNs() }, stats);
}

/**
 * Each arm has an equal share of the stage's time and is programmed as often as fits in it: modes differ a thousandfold
 * in what that takes, and the slow must not keep the fast from their rounds.
 */
class ArmBudget {
  readonly #spentNs = new Map<string, number>();
  readonly #shareNs: number;
  readonly #minRounds: number;

  constructor({ seconds, minRounds }: TimeBox, arms: number) {
    this.#shareNs = (seconds * 1e9) / Math.max(1, arms);
    this.#minRounds = minRounds;
  }

  allows(arm: Arm, round: number): boolean {
    const spentNs = this.#spentNs.get(arm.id) ?? 0;
    return round < this.#minRounds || spentNs + spentNs / round <= this.#shareNs;
  }

  spend(arm: Arm, durationNs: number): void {
    this.#spentNs.set(arm.id, (this.#spentNs.get(arm.id) ?? 0) + durationNs);
  }
}

/** IPVS lanes share tables in the kernel: the one of an arm that was timed must be gone before the next one's turn. */
async function removeIpvs(armLane: ArmLane): Promise<void> {
  await armLane.program([]);
  await armLane.close();
}

function refusal(context: LabContext, arm: Arm, services: number, error: unknown): OmissionRecord {
  const reason = error instanceof Error ? error.message : String(error);
  return { type: 'omitted', kernel: context.job.kernel, what: `${arm.id} at ${services} Services`, reason };
}

/** Lanes for the stages that follow: one for each arm, but a single one for all IPVS arms. */
async function standingLanes(
  arms: readonly Arm[],
  target: ServicePort,
  services: LabServices,
  programmed: Map<string, ArmLane>,
): Promise<ArmLane[]> {
  const ipvsArms = arms.filter(({ mode }) => mode === 'ipvs');
  const others: ArmLane[] = [];
  const open = async (arm: Arm): Promise<ArmLane> => {
    const standing = programmed.get(arm.id);
    if (standing !== undefined) return standing;
    const armLane = openArmLane(arm, target);
    programmed.set(arm.id, armLane);
    await armLane.program(services.ports);
    return armLane;
  };
  for (const arm of arms) if (arm.mode !== 'ipvs') others.push(await open(arm));
  if (ipvsArms.length === 0) return others;
  const shared = await open({ id: 'ipvs', mode: 'ipvs' });
  return [...others, ...shareIpvsLane(shared, ipvsArms, (scheduler) => withScheduler(services, scheduler))];
}

/**
 * Programs the `timed` arms again and again, each time in a fresh lane, and returns the lanes of the `standing` ones for
 * the stages that follow, with `services` programmed. The arm `direct` has nothing to program and is only given its lane.
 */
export async function programArms(
  context: LabContext,
  { timed, standing }: { readonly timed: readonly Arm[]; readonly standing: readonly Arm[] },
  target: ServicePort,
  services: LabServices,
  stage: Extract<Stage, { kind: 'programming' }>,
): Promise<ArmLane[]> {
  const point: Point = { services: stage.services };
  const programmed = new Map<string, ArmLane>();
  const refused = new Set<string>();
  const programOnce = async (arm: Arm, record: (slice: SliceBody) => void): Promise<void> => {
    await programmed.get(arm.id)?.close();
    const armLane = openArmLane(arm, target);
    programmed.set(arm.id, armLane);
    await armLane.start();
    record(await timedProgram(armLane, 'program-cold', point, services.ports));
    record(await timedProgram(armLane, 'program-add', point, [...services.ports, ...services.oneMore]));
    if (arm.mode === 'ipvs') {
      programmed.delete(arm.id);
      await removeIpvs(armLane);
    } else {
      await armLane.program(services.ports);
    }
  };
  try {
    const box = context.job.spec.programming;
    const budget = new ArmBudget(box, timed.length);
    await runRounds(context, stage, { ...box, seconds: Number.POSITIVE_INFINITY }, async (random, record, round) => {
      const chosen = shuffled(timed, random).filter((arm) => !refused.has(arm.id) && budget.allows(arm, round));
      for (const arm of chosen) {
        context.signal.throwIfAborted();
        const startedAtNs = monotonicNs();
        try {
          await programOnce(arm, record);
        } catch (error) {
          // What one data plane cannot do at this size says nothing about the others.
          refused.add(arm.id);
          await programmed.get(arm.id)?.close();
          programmed.delete(arm.id);
          context.emit(refusal(context, arm, stage.services, error));
        }
        budget.spend(arm, monotonicNs() - startedAtNs);
      }
      return chosen.length === 0 ? 'enough' : 'go-on';
    });
    const accepted = standing.filter(({ id }) => !refused.has(id));
    return await standingLanes(accepted, target, services, programmed);
  } catch (error) {
    for (const armLane of programmed.values()) await armLane.close();
    throw error;
  }
}

/** Services that every mode is made to program before the first one is timed. */
const rehearsalServices = 500;

/**
 * Programs every mode once, untimed: the first time, this program's own code is still slow and the kernel loads its
 * modules, which no node that has been up for a while would notice.
 */
export async function rehearse(context: LabContext, arms: readonly Arm[], target: ServicePort, services: LabServices) {
  const few = services.ports.slice(0, rehearsalServices);
  for (const arm of arms) {
    context.signal.throwIfAborted();
    const armLane = openArmLane(arm, target);
    try {
      await armLane.start();
      await armLane.program(few);
      await armLane.program([...few, ...services.oneMore]);
      await armLane.program([]);
    } catch {
      // The same refusal comes again when it is timed, and is recorded there.
    } finally {
      await armLane.close();
    }
  }
}

/** Closes each lane once, however many arms it serves. */
export async function closeLanes(armLanes: readonly ArmLane[]): Promise<void> {
  const byLane = new Map(armLanes.map((armLane) => [armLane.lane, armLane]));
  for (const armLane of byLane.values()) {
    if (armLane.arm.mode === 'ipvs') await armLane.program([]);
    await armLane.close();
  }
}
