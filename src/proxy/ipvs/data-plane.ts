/** The IPVS mode: a virtual server per Service port, its address on a dummy device, a few fixed rules beside. */
import { openIpvs } from '../../../native/ipvs/index.ts';
import { applyLinks, type Netns } from '../../../native/netns/index.ts';
import { monotonicNs } from '../clock.ts';
import { createMessage, entryMessages, type IpsetMessage } from '../ipset/messages.ts';
import { sendIpsetMessages } from '../ipset/socket.ts';
import { createTablesWriter } from '../iptables/data-plane.ts';
import type { IptablesBackend } from '../iptables/writer.ts';
import type { ApplyStats, DataPlane } from '../types.ts';
import { type IpvsChange, ipvsChange } from './change.ts';
import { createIpvsPlanner, type IpvsPlanOptions, type IpvsState } from './plan.ts';
import { setDefinitions } from './sets.ts';
import { applyIpvsSysctls } from './sysctls.ts';

export interface IpvsOptions extends IpvsPlanOptions {
  /** Which iptables the rules beside IPVS go through. @default 'legacy' */
  readonly iptables?: IptablesBackend;
}

/**
 * `encodeNs` of its statistics is the working out of the change; spelling it as netlink messages happens within the
 * calls that send it and counts as `kernelNs`. `bytes` has no rtnetlink messages.
 */
export function createIpvsDataPlane(options: IpvsOptions = {}): DataPlane<IpvsState> {
  const tables = createTablesWriter(options.iptables ?? 'legacy');
  return {
    mode: 'ipvs',
    plan: createIpvsPlanner(options),
    apply: async (node, previous, desired): Promise<ApplyStats> => {
      const startNs = monotonicNs();
      const change = ipvsChange(previous, desired);
      const messages = setMessages(previous === undefined, change);
      const encodedNs = monotonicNs();
      // Rules refer to sets, so the sets come first; a Service is reachable once its address is there.
      sendIpsetMessages(node, messages);
      const rules =
        previous?.tables === desired.tables ? none : await tables.write(node, previous?.tables, desired.tables);
      const bytes = applyServers(node, previous === undefined, change);
      const { addedEntries, removedEntries, linkOperations, ipvsOperations } = change;
      const counted = [addedEntries, removedEntries, linkOperations, ipvsOperations];
      return {
        encodeNs: encodedNs - startNs + rules.encodeNs,
        kernelNs: monotonicNs() - encodedNs - rules.encodeNs,
        bytes: messages.reduce((sum, message) => sum + message.bytes.length, rules.bytes + bytes),
        operations: counted.reduce((sum, list) => sum + list.length, rules.operations),
      };
    },
  };
}

const none: ApplyStats = { encodeNs: 0, kernelNs: 0, bytes: 0, operations: 0 };

function setMessages(isFirst: boolean, { addedEntries, removedEntries }: IpvsChange): IpsetMessage[] {
  return [
    ...(isFirst ? setDefinitions.map(createMessage) : []),
    ...entryMessages('del', removedEntries),
    ...entryMessages('add', addedEntries),
  ];
}

function applyServers(node: Netns, isFirst: boolean, { linkOperations, ipvsOperations }: IpvsChange): number {
  const client = openIpvs(node);
  try {
    if (isFirst) applyIpvsSysctls(node);
    const { bytes } = client.apply(ipvsOperations);
    applyLinks(node, linkOperations);
    return bytes;
  } finally {
    client.close();
  }
}
