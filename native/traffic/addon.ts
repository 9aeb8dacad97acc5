/** The addon's functions; it is loaded at first use, so that importing this module needs no compiled code. */
import { loadAddon } from '../load.ts';
import type {
  Arrivals,
  EchoOptions,
  EchoServer,
  InjectOptions,
  InjectResult,
  LoadOptions,
  LoadResult,
  TrafficAddon,
} from './types.ts';

let loaded: TrafficAddon | undefined;

function addon(): TrafficAddon {
  loaded ??= loadAddon<TrafficAddon>('traffic');
  return loaded;
}

/**
 * Blocks the calling thread until the load is done: for a worker that has entered the client's namespace.
 * @throws TypeError for options that make no sense, Error with `errno` when sockets cannot be opened at all.
 */
export function runLoad(options: LoadOptions): LoadResult {
  return addon().runLoad(options);
}

/** Starts a native thread that answers requests inside `options.netns`; the caller closes it. */
export function startEcho(options: EchoOptions): EchoServer {
  return addon().startEcho(options);
}

/** Blocks the calling thread until all UDP packets are on the wire. */
export function inject(options: InjectOptions): InjectResult {
  return addon().inject(options);
}

/** The native engine's arrival process: the first `count` offsets from the start of the load, ns. */
export function nativeArrivalOffsetsNs(arrivals: Arrivals, count: number): Float64Array {
  return addon().arrivalOffsetsNs(arrivals, count);
}

/** The native histogram's bucket of a value, ns; the same as src/stats/histogram.ts says. */
export function nativeBucketIndex(valueNs: number): number {
  return addon().bucketIndex(valueNs);
}

/** Monotonic time, ns, on the clock of `LoadResult.startedAtNs`; cheap also in a guest kernel. */
export function monotonicNs(): number {
  return addon().monotonicNs();
}
