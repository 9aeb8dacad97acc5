/**
 * Looks for a node that a pod fits on once less important pods are gone.
 * Source: kube-scheduler framework/preemption, Evaluator.
 */
import type { ClusterState } from '../cluster/cluster-state.ts';
import type { Cycle } from '../framework/cycle.ts';
import { fitErrorMessage } from '../framework/fit-error.ts';
import { NodeOutcomes } from '../framework/node-outcomes.ts';
import type { Diagnosis } from '../framework/plugin.ts';
import type { PluginContext } from '../framework/plugin-factory.ts';
import type { Status } from '../framework/status.ts';
import { DisruptionBudgets } from './budgets.ts';
import { type Candidate, pickCandidate } from './candidate.ts';
import { ineligibility } from './eligibility.ts';
import { askExtenders } from './extenders.ts';
import { PodsByImportance } from './importance.ts';
import { LowestPriority } from './lowest-priority.ts';
import { isCandidate, type NodeOutcome, selectVictims } from './select-victims.ts';
import { preemptionStatuses } from './statuses.ts';

export interface CandidateLimits {
  /** Of the nodes that preemption may help on: so many per cent of them are enough candidates. */
  readonly minCandidateNodesPercentage: number;
  /** And so many in any case. */
  readonly minCandidateNodesAbsolute: number;
}

export type Evaluation =
  | { readonly kind: 'candidate'; readonly candidate: Candidate }
  /** `unschedulable` alone leaves a nomination as it is. */
  | { readonly kind: 'failed'; readonly status: Status; readonly clearNomination: boolean };

/** What the dry runs of one pod have found. */
interface DryRuns {
  readonly candidates: readonly Candidate[];
  readonly refusals: ReadonlyMap<Status, number>;
  readonly fault: unknown;
}

const noDryRuns: DryRuns = { candidates: [], refusals: new Map(), fault: undefined };

export class Evaluator {
  readonly #context: PluginContext;
  readonly #cluster: ClusterState;
  readonly #limits: CandidateLimits;
  readonly #budgets: DisruptionBudgets;
  readonly #lowest: LowestPriority;
  readonly #byImportance: PodsByImportance;
  /** What dry runs have come to. */
  readonly #outcomes: NodeOutcomes<NodeOutcome>;

  constructor(context: PluginContext, limits: CandidateLimits) {
    const { cluster } = context;
    this.#context = context;
    this.#cluster = cluster;
    this.#limits = limits;
    this.#budgets = cluster.part(makeBudgets);
    this.#lowest = cluster.part(makeLowest);
    this.#byImportance = cluster.part(makeByImportance);
    this.#outcomes = new NodeOutcomes(cluster, context.nominatedPods);
  }

  evaluate(cycle: Cycle, diagnosis: Diagnosis): Evaluation {
    const { pod } = cycle;
    const reason = ineligibility(pod, this.#cluster, diagnosis);
    if (reason !== undefined) return failed('unschedulable', reason);
    if (diagnosis.slots.length === 0) return failed('error', 'no nodes available');
    const found = this.#dryRun(cycle, diagnosis);
    if (found.candidates.length === 0) {
      if (found.fault !== undefined) return failed('error', messageOf(found.fault));
      return this.#noCandidate(diagnosis, found.refusals);
    }
    const agreed = askExtenders(this.#context.extenders ?? [], pod.pod, found.candidates, this.#cluster);
    if ('code' in agreed) return { kind: 'failed', status: agreed, clearNomination: false };
    const candidate = pickCandidate(agreed);
    if (candidate === undefined) return failed('unschedulable', 'no candidate node for preemption');
    return { kind: 'candidate', candidate };
  }

  #dryRun(cycle: Cycle, diagnosis: Diagnosis): DryRuns {
    let count = 0;
    for (const [{ code }, nodes] of diagnosis.counts) if (code === 'unschedulable') count += nodes;
    if (count === 0) return noDryRuns;
    const offset = Math.floor(this.#context.random.next() * count);
    if (this.#lowest.value >= cycle.pod.priority) {
      return { ...noDryRuns, refusals: new Map([[preemptionStatuses.noVictims, count]]) };
    }
    const mayHelp = (slot: number): boolean => diagnosis.statusOf(slot).code === 'unschedulable';
    const slots = count === diagnosis.slots.length ? diagnosis.slots : diagnosis.slots.filter(mayHelp);
    return this.#visit(slots, offset, this.#outcomeFinder(cycle));
  }

  /** Tries node after node, from the `offset`th on, until there are enough candidates. */
  #visit(slots: Int32Array, offset: number, outcomeOf: (slot: number) => NodeOutcome): DryRuns {
    const enough = candidatesWanted(slots.length, this.#limits);
    const harmless: Candidate[] = [];
    const violating: Candidate[] = [];
    const refusals = new Map<Status, number>();
    const refuse = (status: Status, nodes: number): void => {
      if (nodes > 0) refusals.set(status, (refusals.get(status) ?? 0) + nodes);
    };
    // Most nodes are refused for the reason that the one before was.
    let last: Status = preemptionStatuses.noVictims;
    let inARow = 0;
    let fault: unknown;
    for (let place = 0; place < slots.length; place += 1) {
      const slot = slots[(offset + place) % slots.length] as number;
      let outcome: NodeOutcome;
      try {
        outcome = outcomeOf(slot);
      } catch (error) {
        fault ??= error;
        continue;
      }
      if (!isCandidate(outcome)) {
        if (outcome.code === 'error') fault ??= outcome;
        if (outcome !== last) {
          refuse(last, inARow);
          last = outcome;
          inARow = 0;
        }
        inARow += 1;
        continue;
      }
      const list = outcome.violations === 0 ? harmless : violating;
      if (list.length < enough) list.push(outcome);
      if (harmless.length > 0 && harmless.length + violating.length >= enough) break;
    }
    refuse(last, inARow);
    return { candidates: [...harmless, ...violating], refusals, fault };
  }

  #outcomeFinder(cycle: Cycle): (slot: number) => NodeOutcome {
    const { whatIf } = this.#context;
    const { pod } = cycle;
    const find = (slot: number): NodeOutcome =>
      selectVictims(cycle, slot, this.#byImportance.below(slot, pod.priority), this.#budgets, whatIf);
    if (!whatIf.isNodeLocal()) return find;
    return this.#outcomes.of(pod, this.#budgets.generation, find);
  }

  #noCandidate(diagnosis: Diagnosis, refusals: ReadonlyMap<Status, number>): Evaluation {
    const total = diagnosis.slots.length;
    const counts = new Map(refusals);
    const tried = [...refusals.values()].reduce((sum, nodes) => sum + nodes, 0);
    if (tried < total) counts.set(preemptionStatuses.notHelpful, total - tried);
    const { preFilterMessage: _, ...rest } = diagnosis;
    return { ...failed('unschedulable', fitErrorMessage(total, { ...rest, counts })), clearNomination: true };
  }
}

const makeBudgets = (cluster: ClusterState): DisruptionBudgets => new DisruptionBudgets(cluster);
const makeLowest = (cluster: ClusterState): LowestPriority => new LowestPriority(cluster);
const makeByImportance = (cluster: ClusterState): PodsByImportance => new PodsByImportance(cluster);

/** How many candidates are enough, of so many nodes. */
export function candidatesWanted(nodes: number, limits: CandidateLimits): number {
  const share = Math.trunc((nodes * limits.minCandidateNodesPercentage) / 100);
  return Math.min(nodes, Math.max(share, limits.minCandidateNodesAbsolute));
}

function failed(code: Status['code'], message: string): Evaluation & { readonly kind: 'failed' } {
  return { kind: 'failed', status: preemptionStatuses.failed(code, message), clearNomination: false };
}

function messageOf(fault: unknown): string {
  if (fault instanceof Error) return fault.message;
  return (fault as Status).reasons.join(', ');
}
