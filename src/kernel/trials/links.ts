/** Trials of namespaces and devices. */
import { readFileSync } from 'node:fs';
import { applyLinks, macOf, withNetns } from '../../../native/netns/index.ts';
import { inject } from '../../../native/traffic/index.ts';
import type { Trial } from './trial.ts';

const needsNamespaces = 'run as root, or allow user namespaces: sysctl kernel.unprivileged_userns_clone=1';

const netns: Trial = {
  name: 'netns',
  // Every trial gets a namespace; that it has a loopback of its own is all that is left to see.
  attempt: async (fresh) => {
    withNetns(fresh, () => readFileSync('/proc/net/dev', 'utf8'));
    return undefined;
  },
  remedy: () => needsNamespaces,
};

const veth: Trial = {
  name: 'veth',
  attempt: async (fresh) => {
    applyLinks(fresh, [{ op: 'veth', name: 'veth0', peer: 'veth1', peerNetns: fresh }]);
    return undefined;
  },
  remedy: () => 'use a kernel with CONFIG_VETH, or load it as root: modprobe veth',
};

const dummy: Trial = {
  name: 'dummy',
  attempt: async (fresh) => {
    applyLinks(fresh, [{ op: 'dummy', name: 'kube-ipvs0' }]);
    return undefined;
  },
  remedy: (kernel) =>
    kernel === 'host'
      ? 'load it as root: modprobe dummy; where this kernel lacks it, measure IPVS in the guest'
      : 'use a guest kernel with CONFIG_DUMMY and its modules: apt-get install user-mode-linux',
};

const packetSocket: Trial = {
  name: 'packet-socket',
  attempt: async (fresh) => {
    applyLinks(fresh, [
      { op: 'veth', name: 'veth0', peer: 'veth1', peerNetns: fresh },
      { op: 'up', name: 'veth0' },
      { op: 'up', name: 'veth1' },
    ]);
    inject({
      netns: fresh,
      device: 'veth0',
      sourceMac: macOf(fresh, 'veth0'),
      destinationMac: macOf(fresh, 'veth1'),
      target: { ip: '10.2.0.2', port: 9 },
      sourceNet: '10.1.0.0',
      firstFlow: 0,
      flows: 1,
      packets: 1,
      payloadBytes: 0,
    });
    return undefined;
  },
  remedy: () => 'the raw packet injector needs CONFIG_PACKET and CAP_NET_RAW in its namespaces: modprobe af_packet',
};

export const linkTrials: readonly Trial[] = [netns, veth, dummy, packetSocket];
