/** Like pods should be spread evenly over the domains of a topology. */
import type { Node, Pod } from '../../../../src/api/objects.ts';
import { namespaceOf, podsOn } from '../cluster.ts';
import { meetsNodeSelection } from '../node-selectors.ts';
import { type Cycle, type Place, type ReferencePlugin, skip, success, unresolvable, unschedulable } from '../plugin.ts';
import { firstUntoleratedTaint } from '../tolerations.ts';
import { type Constraint, constraintsOf, hostname } from './spread-constraints.ts';

export const podTopologySpread: ReferencePlugin = {
  name: 'PodTopologySpread',

  preFilter: (cycle) => (constraintsOf(cycle, 'DoNotSchedule').length === 0 ? skip : success),

  filter(cycle, place) {
    const constraints = constraintsOf(cycle, 'DoNotSchedule');
    for (const constraint of constraints) {
      const domain = place.node.metadata.labels[constraint.topologyKey];
      if (domain === undefined) {
        return unresolvable("node(s) didn't match pod topology spread constraints (missing required label)");
      }
      const counts = domainCounts(cycle, constraint, constraints);
      addChanges(counts, cycle, constraint, constraints, place);
      const fewest = counts.size < constraint.minDomains ? 0 : Math.min(...counts.values());
      const self = constraint.selector.matches(cycle.pod.metadata.labels) ? 1 : 0;
      if ((counts.get(domain) ?? 0) + self - fewest > constraint.maxSkew) {
        return unschedulable("node(s) didn't match pod topology spread constraints");
      }
    }
    return undefined;
  },

  skipsScore: (cycle) => constraintsOf(cycle, 'ScheduleAnyway').length === 0,

  score(cycle, node, feasible) {
    const constraints = constraintsOf(cycle, 'ScheduleAnyway');
    if (isIgnored(cycle, node, constraints)) return 0;
    const sum = constraints
      .filter(({ topologyKey }) => node.metadata.labels[topologyKey] !== undefined)
      .reduce((total, constraint) => {
        const count = countFor(cycle, node, constraint, constraints);
        return total + (count * weightOf(cycle, constraint, constraints, feasible) + (constraint.maxSkew - 1));
      }, 0);
    return Math.round(sum);
  },

  normalize(cycle, feasible, raw) {
    const constraints = constraintsOf(cycle, 'ScheduleAnyway');
    const ignored = feasible.map((node) => isIgnored(cycle, node, constraints));
    const counted = raw.filter((_, index) => !ignored[index]);
    const highest = Math.max(0, ...counted);
    const lowest = Math.min(...counted);
    return raw.map((score, index) => {
      if (ignored[index]) return 0;
      return highest === 0 ? 100 : Math.trunc((100 * (highest + lowest - score)) / highest);
    });
  },
};

/** Domain by domain, how many like pods there are. A domain without a single eligible node is not a domain. */
function domainCounts(cycle: Cycle, constraint: Constraint, all: readonly Constraint[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const node of cycle.cluster.nodes.filter(
    (other) => hasAllKeys(other, all) && isEligible(cycle, other, constraint),
  )) {
    const domain = node.metadata.labels[constraint.topologyKey] as string;
    counts.set(domain, (counts.get(domain) ?? 0) + likePodsOn(cycle, node, constraint));
  }
  return counts;
}

/**
 * Pods that come or go count by the selector alone: as in kube-scheduler it does not matter here whether they are
 * being deleted, nor that an empty selector counts nothing otherwise.
 */
function addChanges(
  counts: Map<string, number>,
  cycle: Cycle,
  constraint: Constraint,
  all: readonly Constraint[],
  { node, added, removed }: Place,
): void {
  if (!hasAllKeys(node, all) || !isEligible(cycle, node, constraint)) return;
  const isLike = (pod: Pod): boolean =>
    namespaceOf(pod) === namespaceOf(cycle.pod) && constraint.selector.matches(pod.metadata.labels);
  const change = added.filter(isLike).length - removed.filter(isLike).length;
  const domain = node.metadata.labels[constraint.topologyKey] as string;
  counts.set(domain, (counts.get(domain) ?? 0) + change);
}

function likePodsOn({ cluster, pod }: Cycle, node: Node, { selector }: Constraint): number {
  if (selector.isEmpty) return 0;
  return podsOn(cluster, node)
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .filter((other) => namespaceOf(other) === namespaceOf(pod) && selector.matches(other.metadata.labels)).length;
}

const hasAllKeys = ({ metadata }: Node, constraints: readonly Constraint[]): boolean =>
  constraints.every(({ topologyKey }) => metadata.labels[topologyKey] !== undefined);

function isEligible({ pod }: Cycle, node: Node, { honorsAffinity, honorsTaints }: Constraint): boolean {
  if (honorsAffinity && !meetsNodeSelection(pod, node)) return false;
  return !honorsTaints || firstUntoleratedTaint(pod, node) === undefined;
}

/** With kube-scheduler's own defaults a node without a zone can still be spread over by its name. */
function needsAllKeys({ pod, options }: Cycle): boolean {
  return pod.spec.topologySpreadConstraints.length > 0 || options.spreadDefaults.defaultingType === 'List';
}

const isIgnored = (cycle: Cycle, node: Node, constraints: readonly Constraint[]): boolean =>
  needsAllKeys(cycle) && !hasAllKeys(node, constraints);

/** Host by host, like pods of this very node, eligible or not; otherwise those of all eligible nodes of its domain. */
function countFor(cycle: Cycle, node: Node, constraint: Constraint, all: readonly Constraint[]): number {
  const { topologyKey } = constraint;
  if (topologyKey === hostname) return likePodsOn(cycle, node, constraint);
  return cycle.cluster.nodes
    .filter(({ metadata }) => metadata.labels[topologyKey] === node.metadata.labels[topologyKey])
    .filter((other) => !isIgnored(cycle, other, all) && isEligible(cycle, other, constraint))
    .reduce((sum, other) => sum + likePodsOn(cycle, other, constraint), 0);
}

/** The more domains there are among the nodes to choose from, the heavier. Nodes without the label are one domain. */
function weightOf(
  cycle: Cycle,
  { topologyKey }: Constraint,
  all: readonly Constraint[],
  feasible: readonly Node[],
): number {
  const counted = feasible.filter((node) => !isIgnored(cycle, node, all));
  const domains = new Set(counted.map(({ metadata }) => metadata.labels[topologyKey] ?? ''));
  return Math.log((topologyKey === hostname ? counted.length : domains.size) + 2);
}
