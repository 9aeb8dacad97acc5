/** Network namespaces, thread pinning, and links, addresses, routes and neighbours through rtnetlink. */
export { NetnsError, type NetnsErrorCode } from './errors.ts';
export { addressesOf, applyLinks, linkStats, macOf } from './links.ts';
export { closeNetns, createNetns, currentNetns, enterNetns, pinProcess, pinThread, withNetns } from './namespaces.ts';
export type { InterfaceAddress, LinkOperation, LinkStats, Netns, NetnsAddon } from './types.ts';
