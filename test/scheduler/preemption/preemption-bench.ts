/** DefaultPreemption in a framework of real filters, with a client that deletes at once and remembers what it was asked. */
import type { Pod, SchedulingObjects } from '../../../src/api/objects.ts';
import type { ClusterState } from '../../../src/scheduler/cluster/cluster-state.ts';
import type { StoredKind } from '../../../src/scheduler/cluster/object-table.ts';
import type { PodInfo } from '../../../src/scheduler/cluster/pod-info.ts';
import { Framework } from '../../../src/scheduler/framework/framework.ts';
import type { Plugin, PostFilterVerdict, WaitingPod } from '../../../src/scheduler/framework/plugin.ts';
import type { PluginContext } from '../../../src/scheduler/framework/plugin-factory.ts';
import type { Profile } from '../../../src/scheduler/framework/profile.ts';
import { StatusTable } from '../../../src/scheduler/framework/status.ts';
import { defaultPreemption } from '../../../src/scheduler/plugins/default-preemption.ts';
import { interPodAffinity } from '../../../src/scheduler/plugins/inter-pod-affinity.ts';
import { nodeAffinity } from '../../../src/scheduler/plugins/node-affinity.ts';
import { nodePorts } from '../../../src/scheduler/plugins/node-ports.ts';
import { nodeResourcesFit } from '../../../src/scheduler/plugins/node-resources-fit.ts';
import { nodeUnschedulable } from '../../../src/scheduler/plugins/node-unschedulable.ts';
import { podTopologySpread } from '../../../src/scheduler/plugins/pod-topology-spread.ts';
import { prioritySort } from '../../../src/scheduler/plugins/priority-sort.ts';
import { taintToleration } from '../../../src/scheduler/plugins/taint-toleration.ts';
import { Nominator } from '../../../src/scheduler/queue/index.ts';
import { testContext } from '../support/cluster.ts';

/** In kube-scheduler's order. */
const filters = [
  nodeUnschedulable,
  taintToleration,
  nodeAffinity,
  nodePorts,
  nodeResourcesFit,
  podTopologySpread,
  interPodAffinity,
];

export interface BenchOptions {
  readonly minCandidateNodesPercentage?: number;
  readonly minCandidateNodesAbsolute?: number;
  readonly isAsync?: boolean;
  /** Further filters, after the others. */
  readonly plugins?: readonly Plugin[];
  readonly context?: Partial<PluginContext>;
}

export class PreemptionBench {
  readonly cluster: ClusterState;
  readonly preemption: Plugin;
  readonly framework: Framework;
  readonly nominated: Nominator;
  /** Names of pods, in order. */
  readonly evicted: string[] = [];
  /** `pod -> node`, in order. */
  readonly nominations: string[] = [];
  readonly waiting: WaitingPod[] = [];
  /** Where the search for candidates begins, as a share of the nodes. */
  offset = 0;
  /** What deleting a pod comes to. */
  evict: (pod: Pod) => void = (pod) => this.remove(pod);
  readonly #infos = new Map<string, PodInfo>();

  constructor(cluster: ClusterState, options: BenchOptions = {}) {
    this.cluster = cluster;
    this.nominated = new Nominator(cluster);
    const { isAsync = true, plugins = [], context: words = {}, ...args } = options;
    const context = testContext(cluster, {
      statuses: new StatusTable(),
      featureEnabled: (gate) => isAsync && gate === 'SchedulerAsyncPreemption',
      random: { next: () => this.offset },
      nominatedPods: this.nominated,
      waitingPods: () => this.waiting,
      client: {
        bind: () => undefined,
        evict: (pod) => {
          this.evicted.push(pod.metadata.name);
          this.evict(pod);
        },
        nominate: (pod, nodeName) => this.nominations.push(`${pod.metadata.name} -> ${nodeName}`),
      },
      whatIf: {
        remove: (cycle, info) => this.framework.removePod(cycle, info),
        add: (cycle, info, slot) => this.framework.addPod(cycle, info, slot),
        passes: (cycle, slot) => this.framework.passes(cycle, slot),
        isNodeLocal: () => this.framework.activeFilters.every(({ nodeLocal }) => nodeLocal === true),
      },
      ...words,
    });
    const made = [...filters.map((factory) => factory.create(factory.args?.parse({}), context)), ...plugins];
    this.preemption = defaultPreemption.create(defaultPreemption.args?.parse(args), context);
    this.framework = new Framework(
      profileOf(made, this.preemption, prioritySort.create(undefined, context)),
      cluster,
      context.statuses,
      this.nominated,
      { start: 0 },
    );
    for (const slot of cluster.order) for (const info of cluster.podsOn(slot)) this.#infos.set(info.key, info);
  }

  /** Puts a pod on the node of its nodeName. */
  place(pod: Pod): PodInfo {
    const info = this.cluster.info(pod);
    this.cluster.assignByName(info, info.pod.spec.nodeName);
    this.#infos.set(info.key, info);
    return info;
  }

  remove(pod: Pod): void {
    const info = this.#infos.get(this.cluster.info(pod).key);
    if (info !== undefined && info.slot !== -1) this.cluster.unassign(info);
  }

  /** Tries a pod, and preempts for it. @throws when it fits somewhere */
  preempt(pod: Pod): PostFilterVerdict {
    const verdict = this.tryPod(pod);
    if (verdict === undefined) throw new Error(`pod ${pod.metadata.name} fits`);
    return verdict;
  }

  /** Undefined: it fits somewhere as it is. */
  tryPod(pod: Pod): PostFilterVerdict | undefined {
    const info = this.cluster.info(pod);
    const cycle = this.framework.begin(info);
    const found = this.framework.find(cycle);
    if (found.kind === 'feasible') return undefined;
    const verdict = this.preemption.postFilter?.(cycle, found.diagnosis);
    if (verdict === undefined) throw new Error('no preemption');
    if (verdict.kind === 'nominated') this.nominated.set(info, verdict.nodeName);
    else if (verdict.clearNomination === true) this.nominated.delete(info.key);
    return verdict;
  }
}

/** The node that a preemption has found, or why it has found none. */
export function outcomeOf(verdict: PostFilterVerdict): string {
  return verdict.kind === 'nominated' ? verdict.nodeName : verdict.status.reasons.join();
}

export function budget(
  words: {
    readonly name?: string;
    readonly namespace?: string;
    readonly app?: string;
    readonly allowed?: number;
    readonly disrupted?: readonly string[];
  } = {},
): SchedulingObjects['PodDisruptionBudget'] {
  const { name = 'budget', namespace = 'default', app, allowed = 0, disrupted = [] } = words;
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name, namespace, labels: {}, annotations: {} },
    spec: { selector: { matchLabels: app === undefined ? {} : { app }, matchExpressions: [] } },
    status: { disruptionsAllowed: allowed, disruptedPods: Object.fromEntries(disrupted.map((pod) => [pod, ''])) },
  };
}

export function put(cluster: ClusterState, object: SchedulingObjects[StoredKind]): void {
  cluster.objects.set(object.kind, object);
}

function profileOf(plugins: readonly Plugin[], preemption: Plugin, queueSort: Plugin): Profile {
  return {
    schedulerName: 'default-scheduler',
    percentageOfNodesToScore: 0,
    preEnqueue: [],
    queueSort: queueSort as Profile['queueSort'],
    preFilter: plugins.filter(({ preFilter }) => preFilter !== undefined) as Profile['preFilter'],
    filter: plugins.filter(({ filter }) => filter !== undefined) as Profile['filter'],
    postFilter: [preemption] as Profile['postFilter'],
    preScore: [],
    score: [],
    reserve: [],
    permit: [],
    preBind: [],
    bind: [],
    postBind: [],
    placementGenerate: [],
    placementScore: [],
  };
}
