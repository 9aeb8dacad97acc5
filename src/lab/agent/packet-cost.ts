/** Stage: what the kernel spends on a packet of a new and of a known flow. */
import { type InjectResult, inject, monotonicNs } from '../../../native/traffic/index.ts';
import type { Stage } from '../job.ts';
import type { Point, Validity } from '../records.ts';
import { shuffled } from '../rounds.ts';
import type { ArmLane } from './arm-lane.ts';
import { type LabContext, runRounds, type SliceBody } from './context.ts';
import type { MeasuredService } from './lab-services.ts';

/** Flows that the established cost goes round; few enough that their table entries stay in the CPU's caches. */
const establishedFlows = 64;
/** New flows are numbered from here, so that they never meet the established ones. */
const firstNewFlow = 1_000_000;
const sourceNet = '10.1.0.0';
/** A minimal UDP payload: 60-byte frames. */
const payloadBytes = 18;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

function validityOf({ packets, delivered }: InjectResult): Validity {
  if (delivered === packets) return { state: 'valid' };
  const message = `${delivered ?? 0} of ${packets} packets had arrived when the sending call returned`;
  return { state: 'void', reasons: [{ code: 'errors', message }] };
}

interface Injection {
  readonly firstFlow: number;
  readonly flows: number;
  readonly packets: number;
}

function injectInto({ lane, targetOf }: ArmLane, service: MeasuredService, injection: Injection): InjectResult {
  return inject({
    netns: lane.client,
    device: lane.clientDevice,
    sourceMac: lane.clientMac,
    destinationMac: lane.nodeMac,
    target: targetOf(service.raw),
    sourceNet,
    payloadBytes,
    sink: { netns: lane.backends, device: lane.backendsDevice },
    ...injection,
  });
}

function packetSlice(
  armLane: ArmLane,
  measure: 'new-flow' | 'established',
  point: Point,
  startedAtNs: number,
  result: InjectResult,
): SliceBody {
  return {
    arm: armLane.arm.id,
    measure,
    point,
    startedAtNs,
    durationNs: monotonicNs() - startedAtNs,
    samples: result.packets,
    values: {
      nsPerPacket: median(result.batchNsPerPacket),
      meanNsPerPacket: result.elapsedNs / result.packets,
      delivered: result.delivered ?? 0,
    },
    validity: validityOf(result),
  };
}

/** The user-space proxy has no path in the kernel that a raw packet could take: its arm is left out. */
export function hasPacketPath({ arm }: ArmLane): boolean {
  return arm.mode !== 'userspace';
}

export async function measurePacketCost(
  context: LabContext,
  armLanes: readonly ArmLane[],
  measured: readonly MeasuredService[],
  stage: Extract<Stage, { kind: 'packet-cost' }>,
): Promise<void> {
  const box = context.job.spec.packetCost;
  const paths = armLanes.filter(hasPacketPath);
  // No flow is used twice, not even by different arms: they may share a lane.
  let nextFlow = firstNewFlow;
  await runRounds(context, stage, box, async (random, record) => {
    const visits = shuffled(paths, random).flatMap((armLane) =>
      shuffled(measured, random).map((service) => ({ armLane, service })),
    );
    for (const { armLane, service } of visits) {
      context.signal.throwIfAborted();
      const point: Point = { services: stage.services, position: service.position };
      const packets = box.packetsPerSlice;
      await armLane.prepare();
      let startedAtNs = monotonicNs();
      const fresh = { firstFlow: nextFlow, flows: packets, packets };
      nextFlow += packets;
      record(packetSlice(armLane, 'new-flow', point, startedAtNs, injectInto(armLane, service, fresh)));
      const known = { firstFlow: 0, flows: establishedFlows };
      injectInto(armLane, service, { ...known, packets: establishedFlows });
      startedAtNs = monotonicNs();
      record(
        packetSlice(armLane, 'established', point, startedAtNs, injectInto(armLane, service, { ...known, packets })),
      );
    }
    return 'go-on';
  });
}
