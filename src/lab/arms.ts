/** From the arms that a lab asks for to the arms that a kernel can run. Pure. */
import type { Capability, KernelName, KernelReport } from '../kernel/types.ts';
import type { LabSpec } from './lab-spec.ts';
import type { Arm, OmissionRecord } from './records.ts';

/** The arms of a lab; `direct` is run twice, and the pair shows what difference the noise alone makes. */
export function armsOf(spec: LabSpec): Arm[] {
  const arms = new Map<string, Arm>();
  for (const entry of spec.arms) {
    const expanded: Arm[] =
      entry.mode === 'ipvs'
        ? entry.schedulers.map((scheduler) => ({ id: `ipvs-${scheduler}`, mode: 'ipvs', scheduler }))
        : [{ id: entry.mode, mode: entry.mode }];
    for (const arm of expanded) arms.set(arm.id, arm);
  }
  if (arms.has('direct')) arms.set('direct-control', { id: 'direct-control', mode: 'direct', control: true });
  return [...arms.values()];
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

/** The same with the controls. */
export function representativesAndControls(arms: readonly Arm[]): Arm[] {
  const chosen = new Set(representatives(arms));
  return arms.filter((arm) => chosen.has(arm) || arm.control === true);
}

/** What a kernel must have for an arm, by the capability names of src/kernel/probe.ts. */
function requirements(arm: Arm): string[] {
  switch (arm.mode) {
    case 'direct':
    case 'userspace':
      return ['netns', 'veth'];
    case 'iptables-legacy':
    case 'iptables-nft':
    case 'nftables':
      return ['netns', 'veth', arm.mode];
    case 'ipvs':
      return ['netns', 'veth', 'dummy', 'ipvs', `ipvs-${arm.scheduler}`];
  }
}

/** Splits arms by what the kernel can do; each arm left out comes with the reason and the remedy that the probe found. */
export function selectArms(
  arms: readonly Arm[],
  kernel: KernelName,
  report: KernelReport,
): { readonly selected: Arm[]; readonly omitted: OmissionRecord[] } {
  const capabilities = new Map<string, Capability>(report.capabilities.map((entry) => [entry.name, entry]));
  const selected: Arm[] = [];
  const omitted: OmissionRecord[] = [];
  for (const arm of arms) {
    const missing = requirements(arm)
      .map((name) => capabilities.get(name))
      .find((capability) => capability?.state === 'missing');
    if (missing?.state === 'missing') {
      omitted.push({
        type: 'omitted',
        kernel,
        what: arm.id,
        reason: missing.reason,
        ...(missing.remedy === '' ? {} : { remedy: missing.remedy }),
      });
    } else {
      selected.push(arm);
    }
  }
  return { selected, omitted };
}
