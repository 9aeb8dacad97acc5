/**
 * Runs a profile's plugins over the nodes: the part of a scheduling cycle that decides. Pure but for what plugins
 * remember; who is bound to what is the scheduler's part. Source of the order and of the merge rules: kube-scheduler
 * schedule_one.go and framework/runtime/framework.go.
 */
import type { ClusterState } from '../cluster/cluster-state.ts';
import type { PodInfo } from '../cluster/pod-info.ts';
import { filterWithExtenders } from '../extenders/apply.ts';
import type { Extender } from '../extenders/extender.ts';
import { Cycle } from './cycle.ts';
import { allRefusedDiagnosis, filteredDiagnosis, nobodyLeft, refusedDiagnosis } from './diagnosis.ts';
import { allOf, called, pluginErrors } from './errors.ts';
import { createBlock, type NodeBlock } from './node-block.ts';
import { NodeOutcomes } from './node-outcomes.ts';
import { numFeasibleNodesToFind } from './nodes-to-find.ts';
import type { NominatedPods } from './nominated-pods.ts';
import type { Diagnosis, Plugin } from './plugin.ts';
import type { PluginFor, Profile } from './profile.ts';
import { type Refusals, RefusedShapes } from './refused-shapes.ts';
import { type ScoreTrace, Scoring } from './scoring.ts';
import type { Status, StatusTable } from './status.ts';

/** Where the next search begins: nodes take turns at being looked at first. Shared by all profiles. */
export interface Rotation {
  start: number;
}

export type Found =
  | {
      readonly kind: 'feasible';
      readonly nodes: NodeBlock;
      readonly visited: number;
      readonly namedBy: ReadonlySet<string>;
    }
  | { readonly kind: 'none'; readonly diagnosis: Diagnosis; readonly visited: number };

/** What PreFilter has settled for a cycle. */
type PreFiltered =
  | { readonly kind: 'refused'; readonly status: Status; readonly plugins: ReadonlySet<string> }
  | {
      readonly kind: 'go-on';
      /** The nodes to look at; all of them in visiting order where no plugin named any. */
      readonly candidates: Int32Array;
      readonly namedBy: ReadonlySet<string>;
    };

/** Fewer nodes at a time are not worth a pass of all plugins. */
const smallestBlock = 32;
const noNames: ReadonlySet<string> = new Set();

export class Framework {
  readonly profile: Profile;
  readonly #cluster: ClusterState;
  readonly #statuses: StatusTable;
  readonly #nominated: NominatedPods;
  readonly #rotation: Rotation;
  readonly #extenders: readonly Extender[];
  readonly #stateful: readonly Plugin[];
  readonly #scoring: Scoring;
  #capacity = 0;
  #verdicts = new Int32Array(0);
  #block: NodeBlock = createBlock(0);
  #feasible: NodeBlock = createBlock(0);
  readonly #single = createBlock(1);
  /** Filters that the current cycle runs, in order; PreFilter may have skipped some. */
  #filters: PluginFor<'filter'>[] = [];
  #skipped = new Set<string>();
  readonly #nominatedVerdicts: NodeOutcomes<number>;
  readonly #refused: RefusedShapes;

  constructor(
    profile: Profile,
    cluster: ClusterState,
    statuses: StatusTable,
    nominated: NominatedPods,
    rotation: Rotation,
    extenders: readonly Extender[] = [],
  ) {
    this.profile = profile;
    this.#cluster = cluster;
    this.#statuses = statuses;
    this.#nominated = nominated;
    this.#rotation = rotation;
    this.#extenders = extenders;
    this.#nominatedVerdicts = new NodeOutcomes(cluster, nominated);
    this.#refused = new RefusedShapes(cluster);
    this.#scoring = new Scoring(profile, cluster, extenders);
    this.#stateful = profile.preFilter.filter(
      ({ addPod, removePod }) => addPod !== undefined || removePod !== undefined,
    );
  }

  /** Filters of the cycle that `find` was last called for: a preemption of this pod must satisfy them. */
  get activeFilters(): readonly Plugin[] {
    return this.#filters;
  }

  begin(pod: PodInfo): Cycle {
    this.#fitArrays();
    return new Cycle(this.#cluster, this.#statuses, pod, this.#verdicts);
  }

  /**
   * Nodes on which the pod fits, as many as are worth scoring. The block is reused by the next call.
   * @param all look at every node, whatever would be enough
   * @param order the nodes that there are for this pod, in visiting order: those of a placement, or all
   * @throws PluginError
   */
  find(cycle: Cycle, all = false, order = this.#cluster.order): Found {
    // An explanation tells nodes without a verdict from the others.
    if (all) this.#verdicts.fill(0);
    const outcome = this.#preFilter(cycle, order);
    if (outcome.kind === 'refused') {
      const { status, plugins } = outcome;
      return { kind: 'none', diagnosis: refusedDiagnosis(order, status, plugins), visited: 0 };
    }
    const { candidates, namedBy } = outcome;
    const nominated = all ? undefined : this.#nominatedSlot(cycle, order);
    if (nominated !== undefined && this.passes(cycle, nominated)) {
      this.#feasible.slots[0] = nominated;
      this.#feasible.count = 1;
      return { kind: 'feasible', nodes: this.#feasible, visited: 1, namedBy };
    }
    const isLocal = !all && candidates === this.#cluster.order && this.#isLocal(cycle);
    const refusals = isLocal ? this.#recallRefusals(cycle) : undefined;
    if (refusals !== undefined) {
      // All nodes are passed by, so that the next search begins where this one would have begun.
      return { kind: 'none', diagnosis: allRefusedDiagnosis(order, refusals, this.#statuses), visited: order.length };
    }
    const { percentageOfNodesToScore, score } = this.profile;
    const one = score.length === 0 && this.#extenders.length === 0;
    const enough = one ? 1 : numFeasibleNodesToFind(candidates.length, percentageOfNodesToScore);
    const { start } = this.#rotation;
    const visited = this.#search(cycle, candidates, all ? candidates.length : enough);
    const seen = (): Int32Array => {
      const slots = visited < candidates.length ? cyclicSlice(candidates, start, visited) : candidates;
      return nominated === undefined || slots.includes(nominated) ? slots : Int32Array.of(...slots, nominated);
    };
    // A promise that could not be kept counts as a node that was looked at.
    const looked = nominated === undefined ? visited : seen().length;
    if (!all && order.length > 0) this.#rotation.start = (start + looked) % order.length;
    const isRefused = this.#feasible.count === 0;
    if (!isRefused) filterWithExtenders(this.#extenders, cycle, this.#feasible);
    if (this.#feasible.count > 0) return { kind: 'feasible', nodes: this.#feasible, visited: looked, namedBy };
    const diagnosis = filteredDiagnosis(order, seen(), this.#verdicts, this.#statuses, namedBy);
    const fault = all ? undefined : [...diagnosis.counts.keys()].find(({ code }) => code === 'error');
    if (fault !== undefined) throw pluginErrors.answered(fault.plugin, fault.reasons);
    if (isLocal && isRefused) this.#refused.keep(cycle.pod.shape, this.#filters, this.#verdicts);
    return { kind: 'none', diagnosis, visited: looked };
  }

  /** Whether what the filters say of a node is the same for all pods of the shape until the node changes. */
  #isLocal({ pod }: Cycle): boolean {
    return this.#nominated.nodeOf(pod.key) === undefined && this.#filters.every(({ nodeLocal }) => nodeLocal === true);
  }

  /** What the filters say of all nodes, where they refuse every one of them and have refused the like of this pod. */
  #recallRefusals(cycle: Cycle): Refusals | undefined {
    const ask = (slot: number): number => (this.passes(cycle, slot) ? 0 : (cycle.verdicts[slot] as number));
    const refusals = this.#refused.recall(cycle.pod.shape, this.#filters, ask);
    const isFaulty = refusals?.counts.some((count, id) => count > 0 && this.#statuses.get(id).code === 'error');
    // An error is of this attempt only, and the search tells it.
    return isFaulty === true ? undefined : refusals;
  }

  /** The node that the pod was promised, if it is still there; what PreFilter names is not asked for here. */
  #nominatedSlot({ pod: { pod } }: Cycle, order: Int32Array): number | undefined {
    const { nominatedNodeName } = pod.status;
    if (nominatedNodeName === '') return undefined;
    const slot = this.#cluster.slotOf(nominatedNodeName);
    if (slot === undefined || this.#cluster.node(slot) === undefined) return undefined;
    return order === this.#cluster.order || order.includes(slot) ? slot : undefined;
  }

  /** Whether all filters of the cycle pass on one node as it is now, also with the pods that are nominated to it. */
  passes(cycle: Cycle, slot: number): boolean {
    if (!this.#nominated.isEmpty && !this.#passesWithNominated(cycle, slot)) return false;
    return this.#passesAsItIs(cycle, slot);
  }

  /**
   * Σ weight × score of each node, in the order of the block. The array is reused by the next call.
   * @throws PluginError
   */
  score(cycle: Cycle, nodes: NodeBlock, trace?: ScoreTrace): Float64Array {
    return this.#scoring.score(cycle, nodes, trace);
  }

  /** Takes a pod off its node for a what-if. The cluster has changed also when a plugin throws. @throws PluginError */
  removePod(cycle: Cycle, info: PodInfo): void {
    const { slot } = info;
    this.#cluster.unassign(info);
    for (const plugin of this.#stateful) {
      if (this.#skipped.has(plugin.name)) continue;
      called(plugin.name, 'removePod', () => plugin.removePod?.(cycle, info, slot));
    }
  }

  /** Puts a pod on a node for a what-if. The cluster has changed also when a plugin throws. @throws PluginError */
  addPod(cycle: Cycle, info: PodInfo, slot: number): void {
    this.#cluster.assign(info, slot);
    for (const plugin of this.#stateful) {
      if (this.#skipped.has(plugin.name)) continue;
      called(plugin.name, 'addPod', () => plugin.addPod?.(cycle, info, slot));
    }
  }

  #preFilter(cycle: Cycle, order: Int32Array): PreFiltered {
    const skipped = new Set<string>();
    const namedBy = new Set<string>();
    let names: ReadonlySet<string> | undefined;
    let refused: Status | undefined;
    for (const plugin of this.profile.preFilter) {
      const verdict = called(plugin.name, 'preFilter', () => plugin.preFilter(cycle));
      if (verdict === undefined) continue;
      if (verdict === 'skip') skipped.add(plugin.name);
      else if ('code' in verdict) {
        if (verdict.code === 'error') throw pluginErrors.answered(verdict.plugin, verdict.reasons);
        if (verdict.code !== 'unschedulable') return refusal(verdict);
        refused = verdict;
      } else {
        namedBy.add(plugin.name);
        names = names === undefined ? verdict.nodeNames : new Set([...names].filter((n) => verdict.nodeNames.has(n)));
        if (names.size === 0) return { kind: 'refused', status: nobodyLeft(namedBy), plugins: namedBy };
      }
    }
    this.#skipped = skipped;
    this.#filters =
      skipped.size === 0 ? [...this.profile.filter] : this.profile.filter.filter(({ name }) => !skipped.has(name));
    if (refused !== undefined) return refusal(refused);
    const candidates = names === undefined ? order : this.#slotsOf(names, order);
    return { kind: 'go-on', candidates, namedBy: names === undefined ? noNames : namedBy };
  }

  #slotsOf(names: ReadonlySet<string>, order: Int32Array): Int32Array {
    const wanted = [...names].map((name) => this.#cluster.slotOf(name));
    if (wanted.length === 1 && order === this.#cluster.order) {
      const [slot] = wanted;
      return slot === undefined || this.#cluster.node(slot) === undefined ? new Int32Array(0) : Int32Array.of(slot);
    }
    const chosen = new Set(wanted);
    return order.filter((slot) => chosen.has(slot));
  }

  /**
   * Fills `#feasible` with up to `enough` nodes; returns how many were looked at. The search is called off by the first
   * feasible node that is too many, as in kube-scheduler with one worker: the next search begins with that node.
   */
  #search(cycle: Cycle, candidates: Int32Array, enough: number): number {
    const total = candidates.length;
    const feasible = this.#feasible;
    const block = this.#block;
    feasible.count = 0;
    let visited = 0;
    while (feasible.count <= enough && visited < total) {
      // So many more must be looked at in any case, unless they are few.
      const wanted = enough + 1 - feasible.count;
      const size = Math.min(total - visited, Math.max(wanted, smallestBlock));
      const first = (this.#rotation.start + visited) % total;
      const untilEnd = Math.min(size, total - first);
      block.slots.set(candidates.subarray(first, first + untilEnd));
      if (untilEnd < size) block.slots.set(candidates.subarray(0, size - untilEnd), untilEnd);
      block.count = size;
      this.#filterBlock(cycle, block);
      const taken = Math.min(block.count, wanted);
      feasible.slots.set(block.slots.subarray(0, taken), feasible.count);
      feasible.count += taken;
      // Whatever else the block held is not counted.
      visited += feasible.count <= enough ? size : distanceTo(candidates, first, block.slots[taken - 1] as number);
    }
    feasible.count = Math.min(feasible.count, enough);
    return visited;
  }

  #filterBlock(cycle: Cycle, block: NodeBlock): void {
    if (!this.#nominated.isEmpty) this.#dropFullWithNominated(cycle, block);
    for (const plugin of this.#filters) {
      if (block.count === 0) return;
      runFilter(plugin, cycle, block);
    }
  }

  /** Nodes that would not do once the pods nominated to them have come. */
  #dropFullWithNominated(cycle: Cycle, block: NodeBlock): void {
    const { slots, count } = block;
    const nominated = this.#nominated;
    const verdictOf = this.#nominatedVerdict(cycle);
    let kept = 0;
    for (let place = 0; place < count; place += 1) {
      const slot = slots[place] as number;
      const verdict = nominated.on(slot).length === 0 ? 0 : verdictOf(slot);
      if (verdict === 0) slots[kept++] = slot;
      else cycle.verdicts[slot] = verdict;
    }
    block.count = kept;
  }

  /** What is wrong with a node once the pods nominated to it have come; 0 for nothing. */
  #nominatedVerdict(cycle: Cycle): (slot: number) => number {
    const find = (slot: number): number =>
      this.#passesWithNominated(cycle, slot) ? 0 : (cycle.verdicts[slot] as number);
    const isLocal = this.#filters.every(({ nodeLocal }) => nodeLocal === true);
    return isLocal ? this.#nominatedVerdicts.of(cycle.pod, 0, find) : find;
  }

  #passesWithNominated(cycle: Cycle, slot: number): boolean {
    const { pod } = cycle;
    const others = this.#nominated
      .on(slot)
      .filter((other) => other.key !== pod.key && other.priority >= pod.priority && other.slot === -1);
    if (others.length === 0) return true;
    const version = this.#cluster.versions[slot] as number;
    try {
      for (const other of others) this.addPod(cycle, other, slot);
      return this.#passesAsItIs(cycle, slot);
    } finally {
      const added = others.filter((other) => other.slot !== -1).reverse();
      allOf(added, (other) => this.removePod(cycle, other));
      this.#cluster.versions[slot] = version;
    }
  }

  #passesAsItIs(cycle: Cycle, slot: number): boolean {
    const single = this.#single;
    single.slots[0] = slot;
    single.count = 1;
    for (const plugin of this.#filters) {
      runFilter(plugin, cycle, single);
      if (single.count === 0) return false;
    }
    return true;
  }

  #fitArrays(): void {
    const { capacity } = this.#cluster;
    if (capacity === this.#capacity) return;
    this.#capacity = capacity;
    this.#verdicts = new Int32Array(capacity);
    this.#block = createBlock(capacity);
    this.#feasible = createBlock(capacity);
  }
}

function runFilter(plugin: PluginFor<'filter'>, cycle: Cycle, block: NodeBlock): void {
  try {
    plugin.filter(cycle, block);
  } catch (error) {
    throw pluginErrors.threw(plugin.name, 'filter', error);
  }
}

function refusal(status: Status): PreFiltered {
  return { kind: 'refused', status, plugins: new Set([status.plugin]) };
}

function cyclicSlice(candidates: Int32Array, start: number, count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, place) => candidates[(start + place) % candidates.length] as number);
}

/** How many of `candidates`, counted cyclically from `first`, come before `slot`. */
function distanceTo(candidates: Int32Array, first: number, slot: number): number {
  const total = candidates.length;
  for (let distance = 0; distance < total; distance += 1) {
    if (candidates[(first + distance) % total] === slot) return distance;
  }
  throw new RangeError(`slot ${slot} is not among the candidates`);
}
