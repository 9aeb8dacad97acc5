/** The order in which a kernel's stages are measured. Pure. */
import { representatives, representativesAndControls } from './arms.ts';
import type { Stage, SweepStage } from './job.ts';
import type { LabSpec } from './lab-spec.ts';
import type { Arm } from './records.ts';

/** All stages that share programmed lanes stand together, so that each Service count is programmed once. */
export interface Sitting {
  readonly services: number;
  readonly stages: readonly SweepStage[];
}

export function sittingsOf(spec: LabSpec): Sitting[] {
  const counts = [...new Set(spec.services)].sort((a, b) => a - b);
  const exchanging = new Set(spec.latency.at === 'ends' ? [counts[0], counts.at(-1)] : [counts.at(-1)]);
  return counts.map((services) => ({
    services,
    stages: [
      { kind: 'programming', services },
      { kind: 'packet-cost', services },
      ...(exchanging.has(services) ? [{ kind: 'latency', services } as const] : []),
    ],
  }));
}

/** Arms whose packets and exchanges are measured at a Service count. */
export function sweepArms(spec: LabSpec, services: number, arms: readonly Arm[]): readonly Arm[] {
  const all =
    spec.schedulersAt === 'everywhere' || (spec.schedulersAt === 'largest' && services === Math.max(...spec.services));
  return all ? arms : representativesAndControls(arms);
}

/** Arms whose programming is timed: what IPVS is told does not depend on the scheduler, but for its name. */
export function programmingArms(spec: LabSpec, arms: readonly Arm[]): readonly Arm[] {
  const chosen = spec.schedulersAt === 'everywhere' ? arms : representatives(arms);
  return chosen.filter(({ mode }) => mode !== 'direct');
}

/** Seconds that the spec grants a stage: what progress is measured by. */
export function grantedSeconds(spec: LabSpec, stage: Stage): number {
  switch (stage.kind) {
    case 'programming':
      return spec.programming.seconds;
    case 'packet-cost':
      return spec.packetCost.seconds;
    case 'latency':
      return spec.latency.seconds;
    case 'balance':
      return spec.balance.seconds / 2;
  }
}

/** Seconds that the spec grants the whole lab on one kernel. */
export function plannedSeconds(spec: LabSpec): number {
  const sweep = sittingsOf(spec).flatMap(({ stages }) => stages);
  return sweep.reduce((sum, stage) => sum + grantedSeconds(spec, stage), spec.balance.seconds);
}
