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

/** Arms that carry a Service: neither the direct path nor a control. */
export function isServiceArm(arm: Arm): boolean {
  return arm.mode !== 'direct' && arm.control !== true;
}
