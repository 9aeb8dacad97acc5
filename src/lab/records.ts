/**
 * The lines of `results.jsonl`. They are append-only, hold raw values, and are all that a report may read.
 * Units are in the names; a histogram is a sparse list so that one line stays small.
 */
import type { KernelName, KernelReport } from '../kernel/types.ts';
import type { DataPlaneMode, IpvsScheduler } from '../proxy/types.ts';

export const resultsSchema = 'kubedyno.results.v1';

/** One configuration under test. `id` is `mode` or `ipvs-<scheduler>`, unique within a kernel; `control` repeats an arm to show the noise floor. */
export interface Arm {
  readonly id: string;
  readonly mode: DataPlaneMode;
  readonly scheduler?: IpvsScheduler;
  readonly control?: true;
}

/** Where in the sweep a slice stands. Absent fields do not apply to its measure. */
export interface Point {
  /** Services programmed into the node, the measured ones included. */
  readonly services: number;
  /** Which Service of the list the packets go to. */
  readonly position?: 'first' | 'middle' | 'last';
  /** `even`: equal backends; `uneven`: unequal speed and weight. */
  readonly backends?: 'even' | 'uneven';
  /** `closed`: as fast as answers come; `open`: arrivals at `ratePerSec` whatever the answers do. */
  readonly loop?: 'closed' | 'open';
  readonly ratePerSec?: number;
}

export const measures = [
  'new-flow', // ns per packet of a fresh 5-tuple, raw injection
  'established', // ns per packet of a known 5-tuple, raw injection
  'crr', // TCP connect, request, response, close
  'rr', // TCP request and response on kept connections
  'udp', // UDP request and response
  'balance', // CRR over even or uneven backends, counted per backend
  'program-cold', // programming all Services into an empty node
  'program-add', // programming one Service more
] as const;
export type Measure = (typeof measures)[number];

/** Latency histogram, nanoseconds: the log-linear layout of src/stats/histogram.ts, only buckets that are not empty. */
export interface SparseHistogram {
  readonly layout: 'log-linear-7';
  readonly buckets: readonly (readonly [index: number, count: number])[];
}

export interface VoidReason {
  readonly code:
    | 'generator-saturated'
    | 'generator-late'
    | 'generator-starved'
    | 'errors'
    | 'no-samples'
    | 'stray-traffic';
  readonly message: string;
}
export type Validity =
  | { readonly state: 'valid' }
  | { readonly state: 'void'; readonly reasons: readonly VoidReason[] };

export interface RunRecord {
  readonly type: 'run';
  readonly schema: typeof resultsSchema;
  readonly id: string;
  readonly startedAt: string;
  readonly seed: number;
  readonly version: string;
  readonly git?: { readonly sha: string; readonly dirty: boolean };
  readonly quick: boolean;
  readonly machine: Readonly<Record<string, string | number>>;
  readonly lab: unknown;
}

/** One kernel that took part, its tools and settings. */
export interface KernelRecord {
  readonly type: 'kernel';
  readonly kernel: KernelName;
  readonly report: KernelReport;
  /** Versions of tools, sysctls, conntrack and IPVS table sizes, CPU pinning: what the figures depend on. */
  readonly fingerprint: Readonly<Record<string, string | number>>;
  readonly arms: readonly Arm[];
}

/** Something that was asked for and is not in the results. */
export interface OmissionRecord {
  readonly type: 'omitted';
  readonly kernel: KernelName;
  readonly what: string;
  readonly reason: string;
  readonly remedy?: string;
}

export interface SliceRecord {
  readonly type: 'slice';
  readonly kernel: KernelName;
  readonly arm: string;
  readonly measure: Measure;
  readonly point: Point;
  /** Rounds visit all arms of a point once each, in seeded random order; `order` is the place within the round. */
  readonly round: number;
  readonly order: number;
  readonly startedAtNs: number;
  readonly durationNs: number;
  /** How many packets, requests or operations the values rest on. */
  readonly samples: number;
  /** Named with their unit: nsPerPacket, ratePerSec, encodeNs, kernelNs, totalNs, bytes, operations, errors, latenessP99Ns, cpuShare, … */
  readonly values: Readonly<Record<string, number>>;
  readonly latency?: SparseHistogram;
  readonly lateness?: SparseHistogram;
  /** Requests answered per backend, as the backends counted them, in the order of `weights`. */
  readonly backends?: readonly number[];
  readonly validity: Validity;
}

/**
 * One profile of the scheduler placed all pods of a generated trace on a fresh cluster. It ran on the machine's CPU, in
 * no kernel's namespaces, and is told apart from what kernels did.
 */
export interface SchedulingRecord {
  readonly type: 'scheduling';
  readonly profile: string;
  /** Rounds visit all profiles once each, in seeded random order, with the same cluster and the same pods. */
  readonly round: number;
  readonly order: number;
  readonly startedAtNs: number;
  /** Of the work through the queue; making the cluster is not in it. */
  readonly durationNs: number;
  readonly nodes: number;
  readonly pods: number;
  readonly bound: number;
  readonly pending: number;
  readonly attempts: number;
  /** Of each attempt, from the queue to the binding. */
  readonly latency: SparseHistogram;
}

/** The last line. A file without one belongs to a run that was killed; it can be resumed. */
export interface EndRecord {
  readonly type: 'end';
  readonly endedAt: string;
  readonly status: 'complete' | 'interrupted' | 'failed';
  readonly message?: string;
}

export type ResultRecord = RunRecord | KernelRecord | OmissionRecord | SliceRecord | SchedulingRecord | EndRecord;
