/** The one way from this folder into its compiled code. */
import { loadAddon } from '../load.ts';
import { netnsError } from './errors.ts';
import type { NetnsAddon } from './types.ts';

let loaded: NetnsAddon | undefined;

/**
 * Runs `body` with the addon, which is loaded at first use so that importing this folder needs no compiled code.
 * @param describe names what was asked for, given the index of the refused operation where there is one
 * @throws NetnsError for whatever the kernel refused
 */
export function addonCall<T>(body: (addon: NetnsAddon) => T, describe?: (index: number | undefined) => string): T {
  loaded ??= loadAddon<NetnsAddon>('netns');
  try {
    return body(loaded);
  } catch (error) {
    throw netnsError(error, describe);
  }
}
