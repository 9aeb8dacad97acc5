/** Staying in a namespace across `await`, for tests whose clients connect later than they are asked to. */
import { closeNetns, currentNetns, enterNetns, type Netns } from '../../native/netns/index.ts';

/**
 * Runs `body` with this thread inside `netns` until the promise settles, then goes home. `withNetns` is not enough for
 * node:net: it opens its descriptor a tick after `connect` was called.
 */
export async function insideNetns<T>(netns: Netns, body: () => Promise<T>): Promise<T> {
  const home = currentNetns();
  try {
    enterNetns(netns);
    try {
      return await body();
    } finally {
      enterNetns(home);
    }
  } finally {
    closeNetns(home);
  }
}
