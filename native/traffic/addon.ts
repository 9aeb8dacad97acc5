/** The addon's functions; it is loaded at first use, so that importing this module needs no compiled code. */
import { loadAddon } from '../load.ts';
import { trafficError } from './errors.ts';
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

/**
 * Starts a native thread that answers requests inside `options.netns`. The caller keeps the result and closes it: a
 * server that nobody refers to any more is closed by the garbage collector.
 * @throws TrafficError that names the address when a backend cannot be had, TypeError or RangeError for bad options.
 */
export function startEcho(options: EchoOptions): EchoServer {
  try {
    return addon().startEcho(options);
  } catch (error) {
    throw trafficError(error);
  }
}

/**
 * Blocks the calling thread until all packets have gone their whole way: with a veth as device, each travels to where it
 * ends within `sendmmsg`.
 * @throws TrafficError when the kernel refuses the device or a packet, TypeError or RangeError for bad options.
 */
export function inject(options: InjectOptions): InjectResult {
  try {
    return addon().inject(options);
  } catch (error) {
    throw trafficError(error);
  }
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
