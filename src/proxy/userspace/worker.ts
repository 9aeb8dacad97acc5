/** The proxy's thread: it lives in the node's namespace and does what the data plane tells it. */
import { parentPort, workerData } from 'node:worker_threads';
import { enterNetns } from '../../../native/netns/index.ts';
import { type Answer, decodeChange, type ThreadData } from './messages.ts';
import type { UserspaceChange } from './plan.ts';
import { ServiceTable } from './service-table.ts';
import { SharedSockets } from './sockets.ts';
import { tcpListeners } from './tcp.ts';
import { udpServices } from './udp.ts';

const { netns, udpIdleTimeoutMs } = workerData as ThreadData;
const table = new ServiceTable();
const tcp = new SharedSockets(tcpListeners(table));
const udp = new SharedSockets(udpServices(table, udpIdleTimeoutMs));

/** Sockets first: when one is refused, nothing has changed. */
async function carryOut({ set, remove }: UserspaceChange): Promise<number> {
  const [tcpSet, udpSet] = split(set);
  const [tcpRemoved, udpRemoved] = split(remove);
  const openedTcp = await tcp.acquire(tcpSet);
  let openedUdp = 0;
  try {
    openedUdp = await udp.acquire(udpSet);
  } catch (error) {
    tcp.release(tcpSet.filter((service) => table.find(service) === undefined));
    throw error;
  }
  for (const service of set) table.set(service);
  for (const service of udpSet) {
    const balancer = table.find(service);
    if (balancer !== undefined) udp.find(service)?.endStaleFlows(balancer);
  }
  for (const address of remove) table.remove(address);
  const closed = tcp.release(tcpRemoved) + udp.release(udpRemoved);
  return set.length + remove.length + openedTcp + openedUdp + closed;
}

function split<T extends { readonly protocol: 'TCP' | 'UDP' }>(things: readonly T[]): [tcp: T[], udp: T[]] {
  return [things.filter(({ protocol }) => protocol === 'TCP'), things.filter(({ protocol }) => protocol === 'UDP')];
}

async function answer(bytes: Uint8Array): Promise<Answer> {
  try {
    return { state: 'done', operations: await carryOut(decodeChange(bytes)) };
  } catch (error) {
    return { state: 'refused', message: error instanceof Error ? error.message : String(error) };
  }
}

enterNetns(netns);
parentPort?.on('message', async (bytes: Uint8Array) => parentPort?.postMessage(await answer(bytes)));
parentPort?.postMessage({ state: 'done', operations: 0 } satisfies Answer);
