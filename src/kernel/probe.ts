/** What the kernel that this process runs on can do. */
import { availableParallelism, release } from 'node:os';
import { ipvsTrials } from './trials/ipvs.ts';
import { linkTrials } from './trials/links.ts';
import { netfilterTrials } from './trials/netfilter.ts';
import { tryOut } from './trials/trial.ts';
import type { Capability, KernelName, KernelReport } from './types.ts';

/**
 * Tries everything, each in a namespace that is thrown away. Names: `netns`, `veth`, `dummy`, `packet-socket`,
 * `conntrack`, `iptables-legacy`, `iptables-nft`, `nftables`, `ipset`, `ipvs`, `ipvs-<scheduler>`, `cpus`.
 */
export async function probeKernel(kernel: KernelName): Promise<KernelReport> {
  const capabilities: Capability[] = [];
  // One after the other: two trials may load the same module.
  for (const trial of [...linkTrials, ...netfilterTrials, ...ipvsTrials]) {
    capabilities.push(await tryOut(trial, kernel));
  }
  capabilities.push({ name: 'cpus', state: 'available', detail: String(availableParallelism()) });
  return { kernel, release: release(), capabilities };
}
