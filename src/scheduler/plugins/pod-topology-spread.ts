/**
 * Spreads pods over topology domains. kube-scheduler counts all pods anew for each decision; here the counts are kept
 * by indexes that follow every change. Source: kube-scheduler plugins/podtopologyspread.
 */
import type { PodInfo } from '../cluster/pod-info.ts';
import { noDomain } from '../cluster/topology-column.ts';
import { type Cycle, stateKey } from '../framework/cycle.ts';
import type { NodeBlock } from '../framework/node-block.ts';
import type { Plugin } from '../framework/plugin.ts';
import { type PluginContext, pluginFactory } from '../framework/plugin-factory.ts';
import { placedPods } from '../indexes/placed-pods.ts';
import { type PodTopologySpreadArgs, podTopologySpreadArgs } from './pod-topology-spread/args.ts';
import type { ConstraintSet } from './pod-topology-spread/constraints.ts';
import { DistinctDomains } from './pod-topology-spread/distinct-domains.ts';
import { spreadEvents } from './pod-topology-spread/events.ts';
import { nodesWithoutKeys, type SoftConstraint, spreadNormalize, spreadScores } from './pod-topology-spread/scores.ts';
import { constraintsFor } from './pod-topology-spread/shape-constraints.ts';
import { type DomainChanges, isUncounted, withChanges } from './pod-topology-spread/uncounted-changes.ts';

const name = 'PodTopologySpread';
const reason = "node(s) didn't match pod topology spread constraints";

interface FilterState {
  readonly set: ConstraintSet;
  /** By constraint. Empty for most, as nothing of the kind happens but in what-ifs. */
  readonly changes: (DomainChanges | undefined)[];
}

interface ScoreState {
  readonly constraints: readonly SoftConstraint[];
  /** Slots of nodes that are not scored; undefined where there are none. */
  readonly ignored: ReadonlySet<number> | undefined;
}

const filterKey = stateKey<FilterState>(`${name} filter`);
const scoreKey = stateKey<ScoreState>(`${name} score`);

function create(args: PodTopologySpreadArgs, context: PluginContext): Plugin {
  const { cluster, statuses } = context;
  const placed = cluster.part(placedPods);
  const distinct = new DistinctDomains();
  const constraintsOf = constraintsFor(args, context);
  const skewed = statuses.intern({ code: 'unschedulable', plugin: name, reasons: [reason] });
  const lacksKey = statuses.intern({
    code: 'unresolvable',
    plugin: name,
    reasons: [`${reason} (missing required label)`],
  });

  const inWhatIf = (cycle: Cycle, info: PodInfo, slot: number, sign: 1 | -1): void => {
    const { set, changes } = cycle.read(filterKey);
    for (const [place, constraint] of set.constraints.entries()) {
      if (!isUncounted(constraint, cycle.pod.shape.labelSet.namespace, info)) continue;
      const domain = placed.tally(constraint.counts).domains.of[slot] as number;
      if (domain === noDomain) continue;
      const ofConstraint = changes[place] ?? new Map<number, number>();
      ofConstraint.set(domain, (ofConstraint.get(domain) ?? 0) + sign);
      changes[place] = ofConstraint;
    }
  };

  return {
    name,
    events: spreadEvents(({ shape }) => constraintsOf(shape, 'DoNotSchedule')),

    preFilter(cycle) {
      const set = constraintsOf(cycle.pod.shape, 'DoNotSchedule');
      if (set.constraints.length === 0) return 'skip';
      cycle.set(filterKey, { set, changes: [] });
      return undefined;
    },

    addPod: (cycle, info, slot) => inWhatIf(cycle, info, slot, 1),
    removePod: (cycle, info, slot) => inWhatIf(cycle, info, slot, -1),

    // Reads what is now: what-ifs put pods on nodes and take them away between one call and the next.
    filter(cycle, block) {
      const { set, changes } = cycle.read(filterKey);
      for (const [place, constraint] of set.constraints.entries()) {
        const tally = placed.tally(constraint.counts);
        const ofConstraint = changes[place];
        const { counts, least } = ofConstraint === undefined ? tally : withChanges(tally, ofConstraint);
        const fewest = tally.domains.domainCount < constraint.minDomains ? 0 : least;
        const allowed = constraint.maxSkew + fewest - (constraint.matchesItself ? 1 : 0);
        const { domains } = cluster.topology(constraint.topologyKey);
        keepUpTo(allowed, counts, domains, block, cycle.verdicts, skewed, lacksKey);
      }
    },

    preScore(cycle, feasible) {
      const set = constraintsOf(cycle.pod.shape, 'ScheduleAnyway');
      if (set.constraints.length === 0) return 'skip';
      const ignored = set.requiresAllKeys ? nodesWithoutKeys(cluster, set, feasible) : undefined;
      const scored = feasible.count - (ignored?.size ?? 0);
      cycle.set(scoreKey, {
        ignored,
        constraints: set.constraints.map((constraint) => {
          const column = cluster.topology(constraint.topologyKey);
          const isByNode = constraint.countsOnNodes !== undefined;
          const size = isByNode ? scored : distinct.count(column, feasible, ignored);
          return { constraint, column, weight: Math.log(size + 2) };
        }),
      });
      return undefined;
    },

    score(cycle, feasible, scores) {
      const { constraints, ignored } = cycle.read(scoreKey);
      spreadScores(cluster, placed, constraints, ignored, feasible, scores);
    },

    normalize(cycle, feasible, scores) {
      spreadNormalize(cycle.read(scoreKey).ignored, feasible, scores);
    },
  };
}

/** Keeps the nodes in whose domain no more pods are than `allowed`. */
function keepUpTo(
  allowed: number,
  counts: Int32Array,
  domains: Int32Array,
  block: NodeBlock,
  verdicts: Int32Array,
  skewed: number,
  lacksKey: number,
): void {
  const { slots, count } = block;
  let kept = 0;
  for (let place = 0; place < count; place += 1) {
    const slot = slots[place] as number;
    const domain = domains[slot] as number;
    if (domain === noDomain) verdicts[slot] = lacksKey;
    else if ((counts[domain] as number) > allowed) verdicts[slot] = skewed;
    else slots[kept++] = slot;
  }
  block.count = kept;
}

export const podTopologySpread = pluginFactory({ name, args: podTopologySpreadArgs, create });
