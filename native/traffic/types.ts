/** What the traffic addon takes and gives. */
import type { Netns } from '../netns/index.ts';

/** How request and reply look on the wire. `http`: HTTP/1.1 GET, the reply's length from Content-Length. */
export type Framing =
  | { readonly kind: 'fixed'; readonly requestBytes: number; readonly replyBytes: number }
  | { readonly kind: 'http'; readonly path: string };

/** When requests start. `poisson` and `constant` are open loop: starts do not wait for replies. */
export type Arrivals =
  | { readonly kind: 'closed' }
  | { readonly kind: 'constant' | 'poisson'; readonly ratePerSec: number; readonly seed: number };

export interface LoadOptions {
  readonly mode: 'rr' | 'crr' | 'udp';
  readonly target: { readonly ip: string; readonly port: number };
  /** Client addresses to bind in turn, so that ephemeral ports do not run out; empty: the kernel chooses. */
  readonly sources: readonly string[];
  readonly connections: number;
  readonly framing: Framing;
  readonly arrivals: Arrivals;
  readonly warmupNs: number;
  readonly durationNs: number;
  /** A request without a reply for so long is an error and its connection is replaced. */
  readonly timeoutNs: number;
  /** src/stats/histogram.ts counts; response = reply - intended start, service = reply - actual start, lateness = actual - intended. */
  readonly response: Float64Array;
  readonly service: Float64Array;
  readonly lateness: Float64Array;
  /** Set element 0 to a value other than 0 from any thread to stop early. */
  readonly stop: Int32Array;
}

export interface LoadResult {
  /** Within the measuring window, the warm-up left out. */
  readonly requests: number;
  readonly errors: {
    readonly connect: number;
    readonly reset: number;
    readonly timeout: number;
    readonly short: number;
  };
  /** Open loop: arrivals that found every connection busy and had to queue in the generator. */
  readonly queuedArrivals: number;
  /** Open loop: arrivals scheduled in the window but never started. */
  readonly droppedArrivals: number;
  readonly startedAtNs: number;
  readonly durationNs: number;
  /** CPU time of this thread within the window, and how often the kernel took the CPU away from it. */
  readonly cpuNs: number;
  readonly involuntarySwitches: number;
}

/** How long a backend works on a request before it answers, and how many it works on at once (others wait in line). */
export interface ServiceTime {
  readonly kind: 'none' | 'fixed' | 'exponential';
  readonly meanNs: number;
  /** Multiplies every service time: 4 is a backend four times slower. */
  readonly slowFactor: number;
  /** Requests worked on at once; 0: no limit. */
  readonly concurrency: number;
}

export interface EchoBackend {
  readonly ip: string;
  readonly port: number;
  readonly serviceTime: ServiceTime;
}

export interface EchoOptions {
  readonly netns: Netns;
  readonly protocol: 'tcp' | 'udp';
  readonly framing: Framing;
  readonly backends: readonly EchoBackend[];
  readonly seed: number;
  /** CPU of the serving thread; absent: not pinned. */
  readonly cpu?: number;
}

/** A native thread that serves all its backends from one epoll loop. */
export interface EchoServer {
  /** Requests answered so far, per backend in the order given. */
  counts(): number[];
  /** Stops the thread and closes every socket; safe to call twice. */
  close(): void;
}

export interface InjectOptions {
  readonly netns: Netns;
  /** The client's side of the veth; packets leave through it by AF_PACKET and travel the whole path synchronously. */
  readonly device: string;
  readonly sourceMac: string;
  readonly destinationMac: string;
  readonly target: { readonly ip: string; readonly port: number };
  /** Fresh 5-tuples are drawn in turn from `sourceNet`/16 x ports 1024-65535, beginning at number `firstFlow`. */
  readonly sourceNet: string;
  readonly firstFlow: number;
  /** Distinct flows used; `packets` above it goes round them again (established cost: send `flows` once before). */
  readonly flows: number;
  readonly packets: number;
  readonly payloadBytes: number;
}

export interface InjectResult {
  readonly packets: number;
  readonly elapsedNs: number;
  /** ns per packet of each `sendmmsg` batch: the samples behind the mean. */
  readonly batchNsPerPacket: number[];
}

export interface TrafficAddon {
  /** Blocks the calling thread (a worker that has entered the client's namespace) until the load is done. */
  runLoad(options: LoadOptions): LoadResult;
  startEcho(options: EchoOptions): EchoServer;
  /** UDP packets straight onto the wire. */
  inject(options: InjectOptions): InjectResult;
  /** Bucket of a value, for the test that holds both histogram implementations together. */
  bucketIndex(valueNs: number): number;
  /** Monotonic time; cheap also where a system call is not (a guest kernel). */
  monotonicNs(): number;
}
