/** Trials of IPVS and its schedulers. */
import { IpvsError, openIpvs } from '../../../native/ipvs/index.ts';
import type { Netns } from '../../../native/netns/index.ts';
import { type Trial, TrialFailure } from './trial.ts';

/** Every scheduler of the kernel (net/netfilter/ipvs): those that kube-proxy knows, and `twos`, which few kernels have. */
const schedulers = [
  'rr',
  'wrr',
  'lc',
  'wlc',
  'lblc',
  'lblcr',
  'dh',
  'sh',
  'sed',
  'nq',
  'mh',
  'fo',
  'ovf',
  'twos',
] as const;

const noIpvs = 'this kernel has no IPVS (generic-netlink family IPVS)';

/** Runs `body` on an IPVS client of the namespace. @throws TrialFailure in words without a remedy */
function withIpvs<T>(netns: Netns, body: (client: ReturnType<typeof openIpvs>) => T): T {
  try {
    const client = openIpvs(netns);
    try {
      return body(client);
    } finally {
      client.close();
    }
  } catch (error) {
    if (error instanceof IpvsError && error.code === 'no-ipvs') throw new TrialFailure(noIpvs);
    throw error;
  }
}

const ipvs: Trial = {
  name: 'ipvs',
  attempt: async (fresh) =>
    withIpvs(fresh, (client) => {
      const { version, connectionTableSize } = client.info();
      return `version ${version}, connection table of ${connectionTableSize} buckets`;
    }),
  remedy: (kernel) =>
    kernel === 'host'
      ? 'load it as root: modprobe ip_vs; where this kernel lacks it, measure in the guest: ' +
        'apt-get install user-mode-linux'
      : 'use a guest kernel with CONFIG_IP_VS and its modules: apt-get install user-mode-linux',
};

function schedulerTrial(scheduler: string): Trial {
  return {
    name: `ipvs-${scheduler}`,
    attempt: async (fresh) => {
      withIpvs(fresh, (client) => {
        try {
          client.apply([
            {
              op: 'add-service',
              service: {
                family: 'ipv4',
                id: { kind: 'address', protocol: 'TCP', ip: '10.96.0.1', port: 80 },
                scheduler,
                flags: {},
                timeoutSeconds: 0,
                netmaskPrefix: 32,
              },
            },
          ]);
        } catch (error) {
          if (!(error instanceof IpvsError) || error.code !== 'unknown-scheduler') throw error;
          throw new TrialFailure(`this kernel has no IPVS scheduler '${scheduler}'`);
        }
      });
      return undefined;
    },
    remedy: (kernel) =>
      kernel === 'host'
        ? `load it as root: modprobe ip_vs_${scheduler}`
        : `use a guest kernel with CONFIG_IP_VS_${scheduler.toUpperCase()}`,
  };
}

export const ipvsTrials: readonly Trial[] = [ipvs, ...schedulers.map(schedulerTrial)];
