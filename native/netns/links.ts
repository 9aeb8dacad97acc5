/** Interfaces, addresses, routes and neighbours of a namespace. */
import { addonCall } from './addon.ts';
import type { InterfaceAddress, LinkOperation, LinkStats, Netns } from './types.ts';

/** An operation in the words of ip(8), for messages. */
export function describeOperation(operation: LinkOperation): string {
  switch (operation.op) {
    case 'veth':
      return `add veth ${operation.name} with peer ${operation.peer}`;
    case 'dummy':
      return `add dummy interface ${operation.name}`;
    case 'delete-link':
      return `delete interface ${operation.name}`;
    case 'up':
      return `bring up interface ${operation.name}`;
    case 'add-address':
      return `add address ${operation.ip}/${operation.prefix} to ${operation.name}`;
    case 'delete-address':
      return `delete address ${operation.ip}/${operation.prefix} from ${operation.name}`;
    case 'add-route': {
      const via = operation.via === undefined ? '' : ` via ${operation.via}`;
      const device = operation.device === undefined ? '' : ` dev ${operation.device}`;
      return `add ${operation.type ?? 'unicast'} route ${operation.destination}/${operation.prefix}${via}${device}`;
    }
    case 'neighbour':
      return `set neighbour ${operation.ip} at ${operation.mac} on ${operation.name}`;
  }
}

/**
 * Applies rtnetlink changes in order, many per system call.
 * @throws NetnsError for the first change that the kernel refuses; `index` says which. The changes before it stay, and
 * some behind it may have been made too: treat the namespace as spoilt.
 * @throws TypeError for a malformed operation, before anything is changed.
 */
export function applyLinks(netns: Netns, operations: readonly LinkOperation[]): void {
  addonCall(
    (addon) => addon.applyLinks(netns, operations),
    (index) => {
      const refused = index === undefined ? undefined : operations[index];
      return refused === undefined ? 'change interfaces' : describeOperation(refused);
    },
  );
}

/** Link-layer address of an interface, as `02:00:00:00:00:01`. */
export function macOf(netns: Netns, name: string): string {
  return addonCall(
    (addon) => addon.macOf(netns, name),
    () => `look up interface ${name}`,
  );
}

/** Packets and bytes that an interface has counted since it was made. */
export function linkStats(netns: Netns, name: string): LinkStats {
  return addonCall(
    (addon) => addon.linkStats(netns, name),
    () => `read the counters of interface ${name}`,
  );
}

/** The IPv4 and IPv6 addresses of an interface, in the kernel's order. */
export function addressesOf(netns: Netns, name: string): InterfaceAddress[] {
  return addonCall(
    (addon) => addon.addressesOf(netns, name),
    () => `list the addresses of interface ${name}`,
  );
}
