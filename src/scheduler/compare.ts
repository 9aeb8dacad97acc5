/** Two schedulers over one workload: where they differ, and which of them leaves the cluster in which state. */
import type { AnyObject } from '../cluster/memory-cluster.ts';
import { type Figure, hodgesLehmann } from '../stats/index.ts';
import type { SchedulerObserver } from './attempt.ts';
import type { SchedulerPlan } from './config/read-config.ts';
import type { TieBreak } from './framework/tie-break.ts';
import { type PlacementReport, placementReport, type WaitingReport } from './placement-report.ts';
import { SchedulingSession } from './session.ts';

/** What one run of one scheduler has come to. */
export interface Outcome {
  readonly bound: number;
  readonly pending: number;
  readonly preempted: number;
  /** Nodes with at least one pod. */
  readonly nodesInUse: number;
  /** Standard deviation over the nodes of the share of cpu that is requested: 0 when all are equally full. */
  readonly cpuImbalance: number;
  readonly memoryImbalance: number;
  /** Mean over nodes in use of the share of cpu that is requested. */
  readonly cpuUtilization: number;
  readonly memoryUtilization: number;
  /** Mean virtual time from the pod's creation to its binding, milliseconds. */
  readonly meanWaitMs: number;
}
export const outcomeMetrics = [
  'bound',
  'pending',
  'preempted',
  'nodesInUse',
  'cpuImbalance',
  'memoryImbalance',
  'cpuUtilization',
  'memoryUtilization',
  'meanWaitMs',
] as const satisfies readonly (keyof Outcome)[];

export interface Placed {
  readonly report: PlacementReport;
  readonly outcome: Outcome;
}

export interface Comparison {
  readonly seeds: readonly number[];
  readonly base: readonly Outcome[];
  readonly head: readonly Outcome[];
  /** Pods that both have bound, and how many of them to different nodes, per seed. */
  readonly differing: readonly { readonly both: number; readonly differ: number }[];
  /** The first pod that waits with the first seed, where one does. */
  readonly waiting: { readonly base?: WaitingReport; readonly head?: WaitingReport };
  /** head − base, paired by seed. */
  readonly differences: Readonly<Record<(typeof outcomeMetrics)[number], Figure>>;
}

/** One scheduler over the workload, until nothing changes any more. */
export function place(
  plan: SchedulerPlan,
  objects: readonly AnyObject[],
  options: { readonly seed: number; readonly tieBreak?: TieBreak; readonly observer?: SchedulerObserver },
): Placed {
  const createdMs = new Map<string, number>();
  const waitsMs: number[] = [];
  let ours = 0;
  const session = new SchedulingSession({ plan, ...options });
  session.api.watch(({ before, after }) => {
    if (after?.kind !== 'Pod') return;
    const key = `${after.metadata.namespace ?? 'default'}/${after.metadata.name}`;
    if (before === undefined) {
      if (after.spec.nodeName === '') createdMs.set(key, session.clock.nowMs());
    } else if (before.kind === 'Pod' && before.spec.nodeName === '' && after.spec.nodeName !== '') {
      waitsMs.push(session.clock.nowMs() - (createdMs.get(key) ?? 0));
    }
  });
  try {
    session.put(...objects);
    ours = createdMs.size;
    session.settle();
    const report = placementReport(
      session.api,
      session.scheduler.cluster,
      (key) => createdMs.has(key),
      session.heldBack,
    );
    return { report, outcome: outcomeOf(report, ours, waitsMs) };
  } finally {
    session.close();
  }
}

function outcomeOf({ bindings, pending, nodes }: PlacementReport, ours: number, waitsMs: readonly number[]): Outcome {
  const shares = (resource: string): number[] =>
    nodes.flatMap(({ resources }) => {
      const use = resources.find((candidate) => candidate.resource === resource);
      return use === undefined || use.allocatable === 0 ? [] : [use.requested / use.allocatable];
    });
  const [cpu, memory] = [shares('cpu'), shares('memory')];
  const inUse = (values: readonly number[]): number[] => values.filter((value) => value > 0);
  return {
    bound: bindings.length,
    pending: pending.length,
    preempted: ours - bindings.length - pending.length,
    nodesInUse: nodes.filter(({ pods }) => pods > 0).length,
    cpuImbalance: deviation(cpu),
    memoryImbalance: deviation(memory),
    cpuUtilization: mean(inUse(cpu)),
    memoryUtilization: mean(inUse(memory)),
    meanWaitMs: mean(waitsMs),
  };
}

/** Both schedulers over the workload, once for each seed. */
export function compare(
  base: SchedulerPlan,
  head: SchedulerPlan,
  workload: (seed: number) => readonly AnyObject[],
  seeds: readonly number[],
  { tieBreak, observer }: { readonly tieBreak?: TieBreak; readonly observer?: SchedulerObserver } = {},
): Comparison {
  const runs = seeds.map((seed) => {
    const objects = workload(seed);
    const options = {
      seed,
      ...(tieBreak === undefined ? {} : { tieBreak }),
      ...(observer === undefined ? {} : { observer }),
    };
    const pair = { base: place(base, objects, options), head: place(head, objects, options) };
    return { ...pair, differing: differingOf(pair.base.report, pair.head.report) };
  });
  const differences = Object.fromEntries(
    outcomeMetrics.map((metric) => [
      metric,
      hodgesLehmann(
        runs.map((run) => run.head.outcome[metric] - run.base.outcome[metric]),
        'operations',
      ),
    ]),
  ) as Comparison['differences'];
  return {
    seeds,
    base: runs.map((run) => run.base.outcome),
    head: runs.map((run) => run.head.outcome),
    differing: runs.map(({ differing }) => differing),
    waiting: { ...firstWaiting('base', runs[0]?.base), ...firstWaiting('head', runs[0]?.head) },
    differences,
  };
}

function firstWaiting<Side extends string>(
  side: Side,
  placed: Placed | undefined,
): Partial<Record<Side, WaitingReport>> {
  const first = placed?.report.pending[0];
  return first === undefined ? {} : ({ [side]: first } as Record<Side, WaitingReport>);
}

function differingOf(a: PlacementReport, b: PlacementReport): { readonly both: number; readonly differ: number } {
  const nodes = new Map(a.bindings.map(({ namespace, name, nodeName }) => [`${namespace}/${name}`, nodeName]));
  let both = 0;
  let differ = 0;
  for (const { namespace, name, nodeName } of b.bindings) {
    const other = nodes.get(`${namespace}/${name}`);
    if (other === undefined) continue;
    both += 1;
    if (other !== nodeName) differ += 1;
  }
  return { both, differ };
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function deviation(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}
