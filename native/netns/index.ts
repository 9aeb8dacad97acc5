/** Network namespaces, thread pinning, and links, addresses, routes and neighbours through rtnetlink. */
export { NetnsError, type NetnsErrorCode } from './errors.ts';
export {
  applyLinks,
  closeNetns,
  createNetns,
  currentNetns,
  enterNetns,
  macOf,
  pinThread,
  withNetns,
} from './namespaces.ts';
export type { LinkOperation, Netns, NetnsAddon } from './types.ts';
