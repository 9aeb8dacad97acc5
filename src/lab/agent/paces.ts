/** Which arms are offered the same rate in the open loop. Pure. */

/** What an arm reached in a closed loop. */
export interface Reached<Item> {
  readonly item: Item;
  readonly ratePerSec: number;
}

/** Arms that are measured at one rate, so that their latencies can be compared. */
export interface Pace<Item> {
  readonly ratePerSec: number;
  readonly items: readonly Item[];
}

/** An arm that reaches less than this share of the fastest would hold it at idle. */
const paceShare = 0.25;

/**
 * Arms of like speed share a pace: `load` times what the slowest of them reaches. One arm that is far slower than
 * all others (a proxy in user space) would otherwise set a rate at which their tails have no samples. `references`
 * take part in every pace, so that each arm is compared with them at its own rate.
 */
export function pacesOf<Item>(
  reached: readonly Reached<Item>[],
  load: number,
  isReference: (item: Item) => boolean,
): Pace<Item>[] {
  const references = reached.map(({ item }) => item).filter(isReference);
  const compared = reached.filter(({ item }) => !isReference(item)).sort((a, b) => b.ratePerSec - a.ratePerSec);
  const paces: Pace<Item>[] = [];
  let rest = compared.length > 0 ? compared : [...reached];
  while (rest.length > 0) {
    const fastest = Math.max(...rest.map(({ ratePerSec }) => ratePerSec));
    const group = rest.filter(({ ratePerSec }) => ratePerSec >= fastest * paceShare);
    rest = rest.filter((arm) => !group.includes(arm));
    const slowest = Math.min(...group.map(({ ratePerSec }) => ratePerSec));
    paces.push({
      ratePerSec: Math.max(1, Math.round(slowest * load)),
      items: [...new Set([...references, ...group.map(({ item }) => item)])],
    });
  }
  return paces;
}

/** Requests of which a p99 can be told, with a fifth more for slices that turn out void. */
const tellingRequests = 1200;
const longestStretch = 2.5;

/**
 * Duration of a slice at a rate: `sliceMs`, or somewhat longer where the fewest rounds then hold enough requests to
 * tell their p99. At a rate so low that this would not help, longer slices would only take time.
 */
export function openSliceMs(sliceMs: number, ratePerSec: number, rounds: number): number {
  const wantedMs = Math.ceil((tellingRequests * 1000) / (ratePerSec * rounds));
  return wantedMs <= longestStretch * sliceMs ? Math.max(sliceMs, wantedMs) : sliceMs;
}
