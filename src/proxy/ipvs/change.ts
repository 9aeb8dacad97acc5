/** From one state of IPVS to another, as operations for the kernel. Pure. */
import type { IpvsDestinationConfig, IpvsOperation } from '../../../native/ipvs/index.ts';
import type { LinkOperation } from '../../../native/netns/index.ts';
import { type Comparison, compareLists, sharedChanges } from '../difference.ts';
import type { IpsetEntry } from '../ipset/messages.ts';
import type { IpvsState, IpvsVirtualServer } from './plan.ts';
import { boundAddressSet, entryText } from './sets.ts';

/** The interface that holds the cluster IPs. It stays down: its addresses are the node's own all the same. */
export const dummyDevice = 'kube-ipvs0';

export interface IpvsChange {
  readonly removedEntries: readonly IpsetEntry[];
  readonly addedEntries: readonly IpsetEntry[];
  readonly linkOperations: readonly LinkOperation[];
  readonly ipvsOperations: readonly IpvsOperation[];
}

/**
 * What the kernel must be told. A destination that is gone is deleted at once: kube-proxy would set its weight to 0
 * and wait for its connections to end (graceful termination), which nothing here depends on.
 */
export function ipvsChange(previous: IpvsState | undefined, desired: IpvsState): IpvsChange {
  const comparison = compareLists(previous?.servers ?? [], desired.servers, ({ id }) => id);
  const sets = sharedChanges(comparison, ({ setEntries }) => setEntries, entryText);
  const device: LinkOperation[] = previous === undefined ? [{ op: 'dummy', name: dummyDevice }] : [];
  return {
    removedEntries: sets.removed,
    addedEntries: sets.added,
    linkOperations: [...device, ...addresses(sets.removed, 'delete-address'), ...addresses(sets.added, 'add-address')],
    ipvsOperations: serverChanges(comparison),
  };
}

/** The set of bound addresses says which ones kube-ipvs0 shall hold. */
function addresses(entries: readonly IpsetEntry[], op: 'add-address' | 'delete-address'): LinkOperation[] {
  return entries
    .filter(({ set }) => set === boundAddressSet)
    .map(({ ip }) => ({ op, name: dummyDevice, ip, prefix: 32 }));
}

function serverChanges({ differences }: Comparison<IpvsVirtualServer>): IpvsOperation[] {
  const deletions: IpvsOperation[] = [];
  const changes: IpvsOperation[] = [];
  const additions: IpvsOperation[] = [];
  for (const { before, after } of differences) {
    if (before !== undefined && after !== undefined) changes.push(...serverChange(before, after));
    else if (before !== undefined) deletions.push({ op: 'delete-service', service: before.service });
    else if (after !== undefined) additions.push(...addition(after));
  }
  return [...deletions, ...changes, ...additions];
}

function addition({ service, destinations }: IpvsVirtualServer): IpvsOperation[] {
  return [
    { op: 'add-service', service },
    ...destinations.map((destination): IpvsOperation => ({ op: 'add-destination', service, destination })),
  ];
}

function serverChange(before: IpvsVirtualServer, after: IpvsVirtualServer): IpvsOperation[] {
  const { service } = after;
  const operations: IpvsOperation[] = [];
  if (JSON.stringify(before.service) !== JSON.stringify(service)) operations.push({ op: 'edit-service', service });
  const address = ({ ip, port }: IpvsDestinationConfig): string => `${ip}:${port}`;
  const known = new Map(before.destinations.map((destination) => [address(destination), destination]));
  for (const destination of after.destinations) {
    const old = known.get(address(destination));
    known.delete(address(destination));
    if (old === undefined) operations.push({ op: 'add-destination', service, destination });
    else if (old.weight !== destination.weight) operations.push({ op: 'edit-destination', service, destination });
  }
  for (const destination of known.values()) operations.push({ op: 'delete-destination', service, destination });
  return operations;
}
