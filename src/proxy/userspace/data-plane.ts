/** The user-space mode: a thread in the node's namespace accepts every connection and passes its bytes on. */
import { applyLinks, type Netns, NetnsError } from '../../../native/netns/index.ts';
import { monotonicNs } from '../clock.ts';
import { serviceCidr as labServiceCidr } from '../networks.ts';
import type { ApplyStats, DataPlane } from '../types.ts';
import { encodeChange } from './messages.ts';
import { planUserspace, type UserspaceState, userspaceChange } from './plan.ts';
import { ProxyThread } from './proxy-thread.ts';

export interface UserspaceOptions {
  /** IPv4 range of all cluster IPs, which the node takes for its own. @default '10.96.0.0/12' */
  readonly serviceCidr?: string;
  /** A UDP client that is silent for so long loses its endpoint. @default 250, as in kube-proxy */
  readonly udpIdleTimeoutMs?: number;
}

/** Makes every address of the range local to the node. Returns how many routes that took: one, or none when it is there. */
function addLocalRoute(node: Netns, cidr: string): number {
  const [destination = '', prefix = '32'] = cidr.split('/');
  try {
    applyLinks(node, [{ op: 'add-route', type: 'local', destination, prefix: Number(prefix), device: 'lo' }]);
    return 1;
  } catch (error) {
    if (error instanceof NetnsError && error.code === 'already-exists') return 0;
    throw error;
  }
}

/**
 * The node takes the whole Service range for its own (an AnyIP route), so the number of Services costs neither
 * addresses nor TCP sockets. A thread's start, a matter of milliseconds that kube-proxy has behind it long before, is
 * not in the statistics. The route stays when the thread has ended: it goes with the namespace.
 */
export function createUserspaceDataPlane(options: UserspaceOptions = {}): Required<DataPlane<UserspaceState>> {
  const { serviceCidr = labServiceCidr, udpIdleTimeoutMs = 250 } = options;
  const threads = new Map<Netns, ProxyThread>();

  async function dispose(node: Netns): Promise<void> {
    const thread = threads.get(node);
    threads.delete(node);
    await thread?.close();
  }

  async function start(node: Netns): Promise<ProxyThread> {
    await dispose(node);
    const thread = await ProxyThread.start({ netns: node, udpIdleTimeoutMs });
    threads.set(node, thread);
    return thread;
  }

  /** The thread that holds `previous`; undefined when there is none, or it is to begin anew. */
  function running(node: Netns, previous: UserspaceState | undefined): ProxyThread | undefined {
    const thread = threads.get(node);
    return thread?.alive === true && previous !== undefined ? thread : undefined;
  }

  /** The thread that `start` made and nothing was given to yet. */
  function waiting(node: Netns): ProxyThread | undefined {
    const thread = threads.get(node);
    return thread?.alive === true && thread.isEmpty ? thread : undefined;
  }

  return {
    mode: 'userspace',
    plan: (services) => planUserspace(services, serviceCidr),
    async start(node) {
      await start(node);
    },
    async apply(node, previous, desired): Promise<ApplyStats> {
      const old = running(node, previous);
      const thread = old ?? waiting(node) ?? (await start(node));
      const startNs = monotonicNs();
      const change = encodeChange(userspaceChange(old === undefined ? undefined : previous, desired));
      const encodedNs = monotonicNs();
      const routes = old === undefined ? addLocalRoute(node, serviceCidr) : 0;
      const operations = await thread.apply(change);
      return {
        encodeNs: encodedNs - startNs,
        kernelNs: monotonicNs() - encodedNs,
        bytes: change.length,
        operations: routes + operations,
      };
    },
    dispose,
  };
}
