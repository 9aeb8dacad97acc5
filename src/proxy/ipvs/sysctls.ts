/** Kernel settings that kube-proxy makes for IPVS (pkg/proxy/ipvs/proxier.go NewProxier). */
import { writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { type Netns, withNetns } from '../../../native/netns/index.ts';
import { proxyErrors } from '../errors.ts';

/** Setting and value, by what they do for a kernel of this release. */
export function ipvsSysctls(kernelRelease: string): readonly (readonly [key: string, value: string])[] {
  const [major = 0, minor = 0] = kernelRelease.split('.').map((part) => Number.parseInt(part, 10));
  const version = major * 1000 + minor;
  // In between, a connection that reuses the address and port of an old one was held back for a second.
  const reuseIsSlow = version >= 4001 && version < 5009;
  return [
    // Lets iptables see, and so masquerade, what IPVS translates.
    ['net/ipv4/vs/conntrack', '1'],
    ...(reuseIsSlow ? ([['net/ipv4/vs/conn_reuse_mode', '0']] as const) : []),
    ['net/ipv4/vs/expire_nodest_conn', '1'],
    ['net/ipv4/vs/expire_quiescent_template', '1'],
    ['net/ipv4/ip_forward', '1'],
  ];
}

/**
 * Makes the settings in `node`; IPVS must have been opened there before, or its own do not exist yet.
 * @throws DataPlaneError naming the setting that this kernel has not or does not let be changed.
 */
export function applyIpvsSysctls(node: Netns): void {
  withNetns(node, () => {
    for (const [key, value] of ipvsSysctls(release())) {
      try {
        writeFileSync(`/proc/sys/${key}`, value);
      } catch (error) {
        throw proxyErrors.sysctlRefused(key, value, error);
      }
    }
  });
}
