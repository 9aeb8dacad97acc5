/** Room made for a pod by evicting pods of lower priority. */
import type { Node, Pod } from '../../../src/api/objects.ts';
import { namespaceOf, objectsOf, podKey, podsOn, type ReferenceCluster } from './cluster.ts';
import { filterNode, type NodeRejection, placeOf, withoutPod, withPod } from './filtering.ts';
import { type Diagnosis, fitErrorMessage } from './fit-error.ts';
import { selectorOf } from './labels.ts';
import type { Cycle, Place } from './plugin.ts';
import type { ReferenceDecision } from './schedule.ts';

export interface Candidate {
  readonly node: string;
  /** The most important first. */
  readonly victims: readonly Pod[];
  /** How many of them a disruption budget would keep. */
  readonly violations: number;
}

export interface PreemptionOutcome {
  /** In the order of `pick`'s last resort: those that violate no budget first, each in the order of the search. */
  readonly candidates: readonly Candidate[];
  /** Why the nodes that were tried are no candidates. */
  readonly refused: ReadonlyMap<string, NodeRejection>;
  readonly chosen?: Candidate;
  /** Waiting pods of lower priority that lose their promise of that node. */
  readonly unnominated: readonly Pod[];
  /** What PostFilter adds to the pod's message; empty when room is made. */
  readonly message: string;
}

/**
 * What DefaultPreemption does after `decision` found no node.
 * @param offset where among the potential nodes the search begins; kube-scheduler draws it
 */
export function referencePreempt(decision: ReferenceDecision, offset: number): PreemptionOutcome {
  const { cycle } = decision;
  const nodeCount = decision.verdicts.size;
  // Without nodes kube-scheduler does not come this far.
  if (nodeCount === 0) return nobody('');
  const ineligible = whyIneligible(decision);
  if (ineligible !== undefined) return nobody(`preemption: ${ineligible}`);
  const { candidates, refused } = dryRun(decision, potentialNodes(decision), offset);
  const chosen = pick(candidates, cycle);
  if (chosen === undefined) {
    const diagnosis: Diagnosis = { nodeCount, byNode: refused, ofOthers: notHelpful };
    return { ...nobody(`preemption: ${fitErrorMessage(diagnosis)}`), refused };
  }
  return { candidates, refused, chosen, unnominated: lowerPromises(cycle, chosen), message: '' };
}

const nobody = (message: string): PreemptionOutcome => ({
  candidates: [],
  refused: new Map(),
  unnominated: [],
  message,
});

const notHelpful: NodeRejection = {
  code: 'unresolvable',
  plugin: '',
  reasons: ['Preemption is not helpful for scheduling'],
};

function whyIneligible(decision: ReferenceDecision): string | undefined {
  const { pod, cluster } = decision.cycle;
  if (pod.spec.preemptionPolicy === 'Never') return 'not eligible due to preemptionPolicy=Never.';
  const node = cluster.nodes.find(({ metadata }) => metadata.name === pod.status.nominatedNodeName);
  if (node === undefined || statusOf(decision, node)?.code === 'unresolvable') return undefined;
  const isLeaving = podsOn(cluster, node).some((other) => isLower(other, pod) && isBeingPreempted(other));
  return isLeaving ? 'not eligible due to a terminating pod on the nominated node.' : undefined;
}

/** As the attempt left it: nodes that were not visited have the status of all others. */
function statusOf({ diagnosis }: ReferenceDecision, { metadata }: Node): NodeRejection | undefined {
  return diagnosis.byNode.get(metadata.name) ?? diagnosis.ofOthers;
}

const isLower = (victim: Pod, { spec }: Pod): boolean => victim.spec.priority < spec.priority;

function isBeingPreempted({ metadata, status }: Pod): boolean {
  const condition = status.conditions.find(({ type }) => type === 'DisruptionTarget');
  const isDisrupted = condition?.status === 'True' && condition.reason === 'PreemptionByScheduler';
  return metadata.deletionTimestamp !== undefined && isDisrupted;
}

/** In visiting order: where room could help. */
function potentialNodes(decision: ReferenceDecision): Node[] {
  const { nodes } = decision.cycle.cluster;
  return [...decision.verdicts.keys()]
    .flatMap((name) => nodes.find(({ metadata }) => metadata.name === name) ?? [])
    .filter((node) => statusOf(decision, node)?.code === 'unschedulable');
}

function dryRun(
  { cycle, preFilter }: ReferenceDecision,
  nodes: readonly Node[],
  offset: number,
): Pick<PreemptionOutcome, 'candidates' | 'refused'> {
  const { minCandidateNodesPercentage, minCandidateNodesAbsolute } = cycle.options;
  const share = Math.trunc((nodes.length * minCandidateNodesPercentage) / 100);
  const wanted = Math.min(nodes.length, Math.max(share, minCandidateNodesAbsolute));
  const harmless: Candidate[] = [];
  const violating: Candidate[] = [];
  const refused = new Map<string, NodeRejection>();
  const fits = (place: Place): boolean => filterNode(cycle, preFilter, place) === undefined;
  for (let step = 0; step < nodes.length; step += 1) {
    if (harmless.length > 0 && harmless.length + violating.length >= wanted) break;
    const node = nodes[(offset + step) % nodes.length] as Node;
    const emptied = lowerPodsOn(cycle, node).reduce(withoutPod, placeOf(cycle, node));
    const rejection = emptied.removed.length === 0 ? noVictims : filterNode(cycle, preFilter, emptied);
    if (rejection !== undefined) {
      refused.set(node.metadata.name, rejection);
      continue;
    }
    const candidate = reprieve(cycle, emptied, fits);
    if (candidate.victims.length === 0) refused.set(node.metadata.name, noVictimNeeded(node));
    else keep(candidate.violations === 0 ? harmless : violating, candidate, wanted);
  }
  return { candidates: [...harmless, ...violating], refused };
}

/** Each of the two lists has room for so many candidates as are wanted in all; what comes later is dropped. */
function keep(list: Candidate[], candidate: Candidate, wanted: number): void {
  if (list.length < wanted) list.push(candidate);
}

const noVictims: NodeRejection = {
  code: 'unresolvable',
  plugin: '',
  reasons: ['No preemption victims found for incoming pod'],
};

const noVictimNeeded = ({ metadata }: Node): NodeRejection => ({
  code: 'error',
  plugin: '',
  reasons: [`expected at least one victim pod on node "${metadata.name}"`],
});

const lowerPodsOn = ({ cluster, pod }: Cycle, node: Node): Pod[] =>
  podsOn(cluster, node).filter((other) => isLower(other, pod));

/** Pods come back one after the other, those that a budget protects first, as long as the preemptor still fits. */
function reprieve(cycle: Cycle, emptied: Place, fits: (place: Place) => boolean): Candidate {
  const byImportance = importantFirst(emptied.removed, cycle);
  const protectedPods = violatingPods(cycle.cluster, byImportance);
  const others = byImportance.filter((pod) => !protectedPods.includes(pod));
  let place = emptied;
  for (const pod of [...protectedPods, ...others]) {
    const restored = withPod(place, pod);
    if (fits(restored)) place = restored;
  }
  const victims = byImportance.filter((pod) => place.removed.some((other) => podKey(other) === podKey(pod)));
  return {
    node: emptied.node.metadata.name,
    victims,
    violations: victims.filter((pod) => protectedPods.includes(pod)).length,
  };
}

/** Higher priority first, then the longer running. */
function importantFirst(pods: readonly Pod[], cycle: Cycle): Pod[] {
  return [...pods].sort(
    (left, right) => right.spec.priority - left.spec.priority || startMs(left, cycle) - startMs(right, cycle),
  );
}

const startMs = ({ status }: Pod, { options }: Cycle): number =>
  status.startTime === undefined ? options.nowMs : Date.parse(status.startTime);

/** Each pod uses up one disruption of every budget that covers it, in this order. */
function violatingPods(cluster: ReferenceCluster, pods: readonly Pod[]): Pod[] {
  const budgets = objectsOf(cluster, 'PodDisruptionBudget').map((budget) => ({
    budget,
    allowed: budget.status.disruptionsAllowed,
  }));
  return pods.filter((pod) => {
    const covering = budgets.filter(({ budget }) => {
      const selector = selectorOf(budget.spec.selector);
      const isCovered = !selector.isEmpty && selector.matches(pod.metadata.labels);
      const isAtHome = budget.metadata.namespace === namespaceOf(pod) && Object.keys(pod.metadata.labels).length > 0;
      return isCovered && isAtHome && budget.status.disruptedPods[pod.metadata.name] === undefined;
    });
    for (const entry of covering) entry.allowed -= 1;
    return covering.some(({ allowed }) => allowed < 0);
  });
}

/** One criterion after the other, until one candidate is left; then the first. */
function pick(candidates: readonly Candidate[], cycle: Cycle): Candidate | undefined {
  const criteria: readonly ((candidate: Candidate) => number)[] = [
    ({ violations }) => violations,
    ({ victims }) => victims[0]?.spec.priority ?? 0,
    ({ victims }) => victims.reduce((sum, { spec }) => sum + spec.priority + 2 ** 31, 0),
    ({ victims }) => victims.length,
    (candidate) => -earliestStartMs(candidate, cycle),
  ];
  const left = criteria.reduce((rest, criterion) => {
    const least = Math.min(...rest.map(criterion));
    return rest.filter((candidate) => criterion(candidate) === least);
  }, candidates);
  return left[0];
}

/** Of the victims with the highest priority. */
function earliestStartMs({ victims }: Candidate, cycle: Cycle): number {
  const highest = Math.max(...victims.map(({ spec }) => spec.priority));
  return Math.min(...victims.filter(({ spec }) => spec.priority === highest).map((pod) => startMs(pod, cycle)));
}

function lowerPromises({ cluster, pod }: Cycle, { node }: Candidate): Pod[] {
  return cluster.nominated.filter((other) => other.status.nominatedNodeName === node && isLower(other, pod));
}
