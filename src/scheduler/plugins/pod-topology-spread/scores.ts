/** Scores by constraints that should be met. Source: plugins/podtopologyspread/scoring.go. */
import type { ClusterState } from '../../cluster/cluster-state.ts';
import { noDomain, type TopologyColumn } from '../../cluster/topology-column.ts';
import type { NodeBlock } from '../../framework/node-block.ts';
import type { DomainCounts } from '../../indexes/domain-counts.ts';
import type { PlacedPods } from '../../indexes/placed-pods.ts';
import type { ConstraintSet, SpreadConstraint } from './constraints.ts';
import { podsOnUnlabelled } from './missing-label.ts';

export interface SoftConstraint {
  readonly constraint: SpreadConstraint;
  readonly column: TopologyColumn;
  /** Of a pod; the more domains there are to choose from, the more. */
  readonly weight: number;
}

/** Slots; undefined where all nodes have all keys. */
export function nodesWithoutKeys(
  cluster: ClusterState,
  { topologyKeys }: ConstraintSet,
  { slots, count }: NodeBlock,
): ReadonlySet<number> | undefined {
  let without: Set<number> | undefined;
  for (const key of topologyKeys) {
    const { domains } = cluster.topology(key);
    for (let place = 0; place < count; place += 1) {
      const slot = slots[place] as number;
      if (domains[slot] !== noDomain) continue;
      without ??= new Set();
      without.add(slot);
    }
  }
  return without;
}

/** @param ignored slots of nodes that score 0 */
export function spreadScores(
  cluster: ClusterState,
  placed: PlacedPods,
  constraints: readonly SoftConstraint[],
  ignored: ReadonlySet<number> | undefined,
  feasible: NodeBlock,
  scores: Float64Array,
): void {
  const { slots, count } = feasible;
  scores.fill(0, 0, count);
  // One after the other: sums of doubles depend on their order.
  for (const soft of constraints) {
    const { countsOnNodes, counts } = soft.constraint;
    if (countsOnNodes === undefined) addByDomain(cluster, soft, placed.tally(counts).counts, feasible, scores);
    else addByNode(soft, placed.tally(countsOnNodes), feasible, scores);
  }
  for (let place = 0; place < count; place += 1) {
    const isIgnored = ignored?.has(slots[place] as number) === true;
    scores[place] = isIgnored ? 0 : roundHalfAway(scores[place] as number);
  }
}

function addByDomain(
  cluster: ClusterState,
  { constraint, column, weight }: SoftConstraint,
  pods: Int32Array,
  { slots, count }: NodeBlock,
  scores: Float64Array,
): void {
  const { domains } = column;
  const allowance = constraint.maxSkew - 1;
  const emptyValue = column.domainOf('');
  let unlabelled = emptyValue === noDomain ? 0 : undefined;
  for (let place = 0; place < count; place += 1) {
    const domain = domains[slots[place] as number] as number;
    if (domain === noDomain) continue;
    let inDomain = pods[domain] as number;
    if (domain === emptyValue) {
      unlabelled ??= podsOnUnlabelled(cluster, constraint);
      inDomain += unlabelled;
    }
    scores[place] = (scores[place] as number) + (inDomain * weight + allowance);
  }
}

function addByNode(
  { constraint, column, weight }: SoftConstraint,
  pods: DomainCounts,
  { slots, count }: NodeBlock,
  scores: Float64Array,
): void {
  const { domains } = column;
  const { dense } = pods;
  const allowance = constraint.maxSkew - 1;
  for (let place = 0; place < count; place += 1) {
    const slot = slots[place] as number;
    if (domains[slot] === noDomain) continue;
    const onNode = dense === undefined ? pods.at(slot) : (dense[slot] ?? 0);
    scores[place] = (scores[place] as number) + (onNode * weight + allowance);
  }
}

/** As Go's math.Round, of numbers that are not negative. */
function roundHalfAway(value: number): number {
  const floor = Math.floor(value);
  return value - floor >= 0.5 ? floor + 1 : floor;
}

/** The fewer pods, the higher; ignored nodes get 0. */
export function spreadNormalize(
  ignored: ReadonlySet<number> | undefined,
  { slots, count }: NodeBlock,
  scores: Float64Array,
): void {
  let least = Number.MAX_SAFE_INTEGER;
  let most = 0;
  for (let place = 0; place < count; place += 1) {
    if (ignored?.has(slots[place] as number)) continue;
    const score = scores[place] as number;
    if (score < least) least = score;
    if (score > most) most = score;
  }
  for (let place = 0; place < count; place += 1) {
    if (ignored?.has(slots[place] as number)) scores[place] = 0;
    else if (most === 0) scores[place] = 100;
    else scores[place] = Math.trunc((100 * (most + least - (scores[place] as number))) / most);
  }
}
