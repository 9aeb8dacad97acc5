/**
 * What a report says, as data: every exporter writes this and nothing else. Figures of different kernels never stand
 * in one list, so that no reader can compare them by accident.
 */
import type { KernelName } from '../kernel/types.ts';
import type { Arm, EndRecord, Measure, Point, RunRecord, VoidReason } from '../lab/records.ts';
import type { ChiSquare } from '../stats/chi-square.ts';
import type { Crossover } from '../stats/crossover.ts';
import type { Figure } from '../stats/figure.ts';
import type { Metric } from './measures.ts';

export const summarySchema = 'kubedyno.summary.v1';

export interface Summary {
  readonly schema: typeof summarySchema;
  readonly run: Omit<RunRecord, 'type' | 'schema'>;
  readonly ending: Ending;
  readonly kernels: readonly KernelSummary[];
  /** Absent: the lab had no scheduler profiles, or none was measured. */
  readonly scheduling?: SchedulingSummary;
}

/** `unfinished`: no end record, the run was killed or still goes on; `tornLine` is the line it was killed in. */
export type Ending =
  | (Pick<EndRecord, 'endedAt' | 'message'> & { readonly state: EndRecord['status'] })
  | { readonly state: 'unfinished'; readonly tornLine?: number };

export interface KernelSummary {
  readonly kernel: KernelName;
  readonly release?: string;
  readonly fingerprint: Readonly<Record<string, string | number>>;
  readonly arms: readonly Arm[];
  readonly slices: SliceCounts;
  readonly findings: readonly Finding[];
  /** One table for each measure that was taken, in the order of the report. */
  readonly tables: readonly MeasureTable[];
  readonly crossovers: readonly CrossoverRow[];
  readonly controls: readonly ControlRow[];
  readonly voids: readonly VoidGroup[];
  readonly omissions: readonly Omission[];
}

export interface SliceCounts {
  readonly valid: number;
  readonly void: number;
}

/** What the figures amount to, in words. */
export interface Finding {
  readonly topic:
    | 'crossover'
    | 'cheapest'
    | 'latency'
    | 'balance'
    | 'programming'
    | 'control'
    | 'profiles'
    | 'placement';
  /** `undecided`: the figures do not allow a statement, and the text says why. */
  readonly state: 'shown' | 'undecided';
  readonly text: string;
  /** How it is meant and what it rests on; may be empty. */
  readonly detail: string;
}

export interface MeasureTable {
  readonly measure: Measure;
  readonly rows: readonly MeasureRow[];
}

/** One arm at one point. A row whose slices are all void has no figures. */
export interface MeasureRow {
  readonly arm: string;
  readonly point: Point;
  readonly slices: SliceCounts;
  /** Packets, requests or operations in the valid slices. */
  readonly samples: number;
  readonly figures: Readonly<Partial<Record<Metric, Figure>>>;
  /** The primary figure as a multiple of the direct path's, paired by round. */
  readonly overDirect?: Figure;
  /** Latency by quantile, ns, as far as the tail holds enough samples. */
  readonly curve?: readonly (readonly [quantile: number, ns: number])[];
  readonly balance?: BalanceFigures;
}

export interface BalanceFigures {
  /** Requests per backend over all valid slices. */
  readonly requests: readonly number[];
  readonly shares: readonly number[];
  /** Jain index of the requests: 1 when every backend got equally many. */
  readonly jain: Figure;
  /** Against equal shares. */
  readonly chiSquare: ChiSquare;
}

/** When one arm's cost of a new flow falls below another's as Services are added. */
export interface CrossoverRow {
  readonly challenger: string;
  readonly incumbent: string;
  readonly position: Point['position'];
  readonly crossover: Crossover;
}

/** An arm against its own twin: what difference the noise alone makes. All points of the measure together. */
export interface ControlRow {
  readonly measure: Measure;
  readonly metric: Metric;
  readonly arm: string;
  readonly control: string;
  readonly ratio: Figure;
  /** False: the twins differ by more than chance explains, all rows of the kernel taken together. */
  readonly agrees: boolean;
}

export interface VoidGroup {
  readonly measure: Measure;
  readonly arm: string;
  readonly code: VoidReason['code'];
  readonly slices: number;
  /** The message of the first of them. */
  readonly example: string;
}

export interface Omission {
  readonly what: string;
  readonly reason: string;
  readonly remedy?: string;
}

/** The scheduler on this machine's CPU: every slice places all pods of a generated trace on a fresh cluster. */
export interface SchedulingSummary {
  readonly nodes: number;
  readonly pods: number;
  readonly slices: number;
  readonly findings: readonly Finding[];
  readonly profiles: readonly ProfileRow[];
}

export interface ProfileRow {
  readonly profile: string;
  readonly slices: number;
  /** Over all slices, as `bound` and `pending`. */
  readonly attempts: number;
  readonly bound: number;
  readonly pending: number;
  /** Bound pods over the time that the work through the queue took. */
  readonly podsPerSec?: Figure;
  /** Pods per second as a multiple of the default profile's, paired by round: above 1 is faster. */
  readonly overDefault?: Figure;
  /** Of one attempt, from the queue to the binding, as far as the tail holds enough samples. */
  readonly latency: Readonly<Partial<Record<'p50Ns' | 'p90Ns' | 'p99Ns', Figure>>>;
  /** Pods without a node as a share of all. */
  readonly pendingShare?: Figure;
}
