/** What the data plane and its proxy thread say to each other. */
import { deserialize, serialize } from 'node:v8';
import type { Netns } from '../../../native/netns/index.ts';
import type { UserspaceChange } from './plan.ts';

/** What the thread is started with. */
export interface ThreadData {
  readonly netns: Netns;
  readonly udpIdleTimeoutMs: number;
}

/** The thread's answer to each encoded change, in order, and at first, once it is in its namespace. */
export type Answer =
  | { readonly state: 'done' /** Table entries and sockets that came, went or changed. */; readonly operations: number }
  | { readonly state: 'refused'; readonly message: string };

/** Its length is the number of bytes that a change costs to hand over. */
export function encodeChange(change: UserspaceChange): Uint8Array {
  return serialize(change);
}

export function decodeChange(bytes: Uint8Array): UserspaceChange {
  return deserialize(bytes) as UserspaceChange;
}
