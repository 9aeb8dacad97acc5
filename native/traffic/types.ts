/** What the traffic addon takes and gives. */
import type { Netns } from '../netns/index.ts';

/** How request and reply look on the wire. `http`: HTTP/1.1 GET, the reply's end as RFC 9112 section 6.3 says. */
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
  /** Answered requests whose intended start lies in the measuring window; their replies are waited for after its end. */
  readonly requests: number;
  readonly errors: {
    /** No connection came about: refused, unreachable, no port left, or no answer within the time limit. */
    readonly connect: number;
    /** Ended before any byte of the reply. */
    readonly reset: number;
    readonly timeout: number;
    /** Ended within the reply, or the reply was not what the framing says. */
    readonly short: number;
    /** A whole HTTP reply, but its status was 400 or more. */
    readonly status: number;
  };
  /** Open loop: arrivals that found every connection busy and had to queue in the generator. */
  readonly queuedArrivals: number;
  /** Open loop: arrivals scheduled in the window but never started. */
  readonly droppedArrivals: number;
  readonly startedAtNs: number;
  readonly durationNs: number;
  /** CPU time of this thread within the window, and how often the kernel took the CPU away from it. */
  readonly cpuNs: number;
  /** Open loop: the part of the time in which the thread looked for work and found none, to be on time for the next arrival. */
  readonly spinNs: number;
  /** Time in which the thread was ready to run but had no CPU; absent where the kernel does not tell. */
  readonly runDelayNs?: number;
  readonly involuntarySwitches: number;
}

/**
 * How long a backend works on a request before it answers, and how many it works on at once (others wait in line, first
 * come, first served). A reply never comes early; on a host it comes some 20 us late, the thread's way out of its sleep,
 * which does not add up: the next in line began when its predecessor was due.
 */
export interface ServiceTime {
  /** `none`: answers at once, and the other fields mean nothing. */
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
  /**
   * `fixed` over UDP: any datagram is a request, and its first 32 bytes open the reply. `http`: any path is answered with
   * 200 and 9 bytes, `Connection: close` and HTTP/1.0 close; HEAD, chunked bodies and nonsense get 400.
   */
  readonly framing: Framing;
  readonly backends: readonly EchoBackend[];
  /** Of the exponential service times; each backend has a sequence of its own. */
  readonly seed: number;
  /** CPU of the serving thread; absent: not pinned. */
  readonly cpu?: number;
}

/** A native thread that serves all its backends from one epoll loop. */
export interface EchoServer {
  /**
   * Requests answered so far, per backend in the order given; who has got a reply finds it counted.
   * @throws Error what ended the thread, if something other than `close` did.
   */
  counts(): number[];
  /** Stops the thread and closes every socket; safe to call twice. */
  close(): void;
}

/**
 * Where injected packets should end: a device that receives them for somebody else's link-layer address, and so drops
 * them at the entrance of its IP stack. To send packets there, give the node a permanent neighbour entry with an
 * unused address (`02:00:00:00:00:ff`) for the endpoint. Of the ends tried it is the cheapest, on both kernels, and it
 * answers nothing: a raw-table DROP adds 5 %, a routing failure 25 %, a full UDP socket 30 %; a closed port sends ICMP.
 */
export interface InjectSink {
  readonly netns: Netns;
  readonly device: string;
}

export interface InjectOptions {
  readonly netns: Netns;
  /** The client's side of the veth; packets leave through it by AF_PACKET and travel the whole path synchronously. */
  readonly device: string;
  readonly sourceMac: string;
  readonly destinationMac: string;
  /** IPv4. */
  readonly target: { readonly ip: string; readonly port: number };
  /** `tcp-syn`: bare connection requests, which carry no payload. @default 'udp' */
  readonly protocol?: 'udp' | 'tcp-syn';
  /**
   * Fresh 5-tuples are drawn in turn from `sourceNet`/16 x ports 1024-65535, beginning at number `firstFlow`; the
   * address changes fastest. x.y.0.* and the broadcast address are left out, so there are 65,279 x 64,512 flows.
   */
  readonly sourceNet: string;
  readonly firstFlow: number;
  /** Distinct flows used; `packets` above it goes round them again (established cost: send `flows` once before). */
  readonly flows: number;
  readonly packets: number;
  /** Zeros behind the UDP header, at most 1,472. */
  readonly payloadBytes: number;
  /** Counts arrivals there, for `InjectResult.delivered`. */
  readonly sink?: InjectSink;
}

export interface InjectResult {
  readonly packets: number;
  /** Time within `sendmmsg`; building the frames is left out. */
  readonly elapsedNs: number;
  /** ns per packet of each `sendmmsg` batch of 256 packets (the last may be smaller): the samples behind the mean. */
  readonly batchNsPerPacket: number[];
  /**
   * Packets that had reached `sink` when the last `sendmmsg` returned. Fewer than `packets` means that some were lost,
   * or processed outside of the measured time: such a slice is void. Absent without `sink`.
   */
  readonly delivered?: number;
}

export interface TrafficAddon {
  /** Blocks the calling thread (a worker that has entered the client's namespace) until the load is done. */
  runLoad(options: LoadOptions): LoadResult;
  startEcho(options: EchoOptions): EchoServer;
  /** Packets straight onto the wire. */
  inject(options: InjectOptions): InjectResult;
  /** The first `count` offsets of an arrival process from its start, ns, for the test that holds both models together. */
  arrivalOffsetsNs(arrivals: Arrivals, count: number): Float64Array;
  /** Bucket of a value, for the test that holds both histogram implementations together. */
  bucketIndex(valueNs: number): number;
  /** Monotonic time; cheap also where a system call is not (a guest kernel). */
  monotonicNs(): number;
}
