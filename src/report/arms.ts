/** Arms of a run as readers know them. */
import type { Arm } from '../lab/records.ts';

/** `IPVS rr`, `direct (control)`, otherwise the mode's own name. */
export function armLabel(arm: Arm): string {
  const name = arm.mode === 'ipvs' ? `IPVS ${arm.scheduler ?? ''}`.trim() : arm.mode;
  return arm.control === true ? `${name} (control)` : name;
}

/** The arm that a control repeats. */
export function twinOf(control: Arm, arms: readonly Arm[]): Arm | undefined {
  return arms.find((arm) => arm.control !== true && arm.mode === control.mode && arm.scheduler === control.scheduler);
}

/**
 * One arm per mode, in the order of the run: schedulers of IPVS share one data path, so where only the path matters
 * the first of them (rr when it is there) stands for all.
 */
export function representatives(arms: readonly Arm[]): Arm[] {
  const chosen = new Map<string, Arm>();
  for (const arm of arms) {
    if (arm.control === true) continue;
    if (!chosen.has(arm.mode) || arm.scheduler === 'rr') chosen.set(arm.mode, arm);
  }
  return [...chosen.values()];
}

/** Arms that carry a Service: neither the direct path nor a control. */
export function isServiceArm(arm: Arm): boolean {
  return arm.mode !== 'direct' && arm.control !== true;
}
