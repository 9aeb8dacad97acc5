/**
 * Spreads pods over topology domains. kube-scheduler counts all pods anew for each decision; here the counts are kept
 * by indexes that follow every change. Source: kube-scheduler plugins/podtopologyspread.
 */
import type { PodInfo, PodShape } from '../cluster/pod-info.ts';
import { noDomain } from '../cluster/topology-column.ts';
import { stateKey } from '../framework/cycle.ts';
import type { NodeBlock } from '../framework/node-block.ts';
import type { Plugin } from '../framework/plugin.ts';
import { type PluginContext, pluginFactory } from '../framework/plugin-factory.ts';
import { podTallies } from '../indexes/pod-tallies.ts';
import type { PodTally } from '../indexes/pod-tally.ts';
import { SpreadCounts } from '../indexes/spread-counts.ts';
import { type PodTopologySpreadArgs, podTopologySpreadArgs, systemDefaults } from './pod-topology-spread/args.ts';
import { type ConstraintSet, constraintSet, type SpreadConstraint } from './pod-topology-spread/constraints.ts';
import { defaultSelectors } from './pod-topology-spread/default-selector.ts';
import { DistinctDomains } from './pod-topology-spread/distinct-domains.ts';
import { spreadEvents } from './pod-topology-spread/events.ts';
import { perShape } from './support/per-shape.ts';

const name = 'PodTopologySpread';
const hostname = 'kubernetes.io/hostname';

interface HardConstraint {
  readonly constraint: SpreadConstraint;
  readonly tally: PodTally;
  readonly counts: SpreadCounts;
}

interface SoftConstraint extends HardConstraint {
  /** By slot: pods on the node itself; for the host name that is what counts. */
  readonly onNode: Int32Array | undefined;
  readonly weight: number;
}

interface ScoreState {
  readonly constraints: readonly SoftConstraint[];
  /** Nodes without all topology keys; undefined where none is ignored. */
  readonly ignored: ReadonlySet<number> | undefined;
}

const filterKey = stateKey<readonly HardConstraint[]>(`${name} filter`);
const scoreKey = stateKey<ScoreState>(`${name} score`);
const noConstraints: ConstraintSet = { constraints: [], topologyKeys: [], requiresAllKeys: false };

function create(args: PodTopologySpreadArgs, { cluster, statuses }: PluginContext): Plugin {
  const tallies = cluster.part(podTallies);
  const selectors = cluster.part(defaultSelectors);
  const distinct = new DistinctDomains();
  const isSystem = args.defaultingType === 'System';
  const defaults = isSystem ? systemDefaults : args.defaultConstraints;
  const reason = "node(s) didn't match pod topology spread constraints";
  const skewed = statuses.intern({ code: 'unschedulable', plugin: name, reasons: [reason] });
  const lacksKey = statuses.intern({
    code: 'unresolvable',
    plugin: name,
    reasons: [`${reason} (missing required label)`],
  });

  type Action = 'DoNotSchedule' | 'ScheduleAnyway';
  const ownOf: Readonly<Record<Action, (shape: PodShape) => ConstraintSet>> = {
    DoNotSchedule: perShape((shape) =>
      constraintSet(shape, shape.spec.topologySpreadConstraints, 'DoNotSchedule', true),
    ),
    ScheduleAnyway: perShape((shape) =>
      constraintSet(shape, shape.spec.topologySpreadConstraints, 'ScheduleAnyway', true),
    ),
  };
  const hasDefaults: Readonly<Record<Action, boolean>> = {
    DoNotSchedule: defaults.some(({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule'),
    ScheduleAnyway: defaults.some(({ whenUnsatisfiable }) => whenUnsatisfiable === 'ScheduleAnyway'),
  };
  /** Default constraints by the selector that they were last made for. */
  const lastDefaults = new WeakMap<
    PodShape,
    { readonly selector: string; readonly sets: Record<Action, ConstraintSet> }
  >();
  const defaultsOf = (shape: PodShape, action: Action): ConstraintSet => {
    if (!hasDefaults[action]) return noConstraints;
    const selector = selectors.of(shape);
    if (selector === undefined) return noConstraints;
    let known = lastDefaults.get(shape);
    if (known?.selector !== selector.key) {
      const make = (each: Action): ConstraintSet =>
        constraintSet(shape, defaults, each, each === 'DoNotSchedule' || !isSystem, selector);
      const sets = { DoNotSchedule: make('DoNotSchedule'), ScheduleAnyway: make('ScheduleAnyway') };
      known = { selector: selector.key, sets };
      lastDefaults.set(shape, known);
    }
    return known.sets[action];
  };
  const constraintsOf = (shape: PodShape, action: Action): ConstraintSet =>
    shape.spec.topologySpreadConstraints.length > 0 ? ownOf[action](shape) : defaultsOf(shape, action);

  const counted = (constraint: SpreadConstraint): HardConstraint => {
    const { matcher, topologyKey, eligibility } = constraint;
    const tally = tallies.get(matcher);
    const make = (): SpreadCounts => new SpreadCounts(cluster.topology(topologyKey), eligibility, cluster.capacity);
    return { constraint, tally, counts: tally.view(`${topologyKey}\u0000${eligibility.key}`, make) };
  };

  return {
    name,
    events: spreadEvents((info: PodInfo) => constraintsOf(info.shape, 'DoNotSchedule')),

    preFilter(cycle) {
      const { constraints } = constraintsOf(cycle.pod.shape, 'DoNotSchedule');
      if (constraints.length === 0) return 'skip';
      cycle.set(filterKey, constraints.map(counted));
      return undefined;
    },

    addPod: (cycle, info, slot) => countInWhatIf(cycle.read(filterKey), info, slot, 1),
    removePod: (cycle, info, slot) => countInWhatIf(cycle.read(filterKey), info, slot, -1),

    filter(cycle, block) {
      for (const hard of cycle.read(filterKey)) keepBalanced(hard, block, cycle.verdicts, skewed, lacksKey);
    },

    preScore(cycle, feasible) {
      const set = constraintsOf(cycle.pod.shape, 'ScheduleAnyway');
      if (set.constraints.length === 0) return 'skip';
      const columns = set.topologyKeys.map((key) => cluster.topology(key));
      let ignored: Set<number> | undefined;
      if (set.requiresAllKeys) {
        for (let place = 0; place < feasible.count; place += 1) {
          const slot = feasible.slots[place] as number;
          if (columns.every(({ domains }) => domains[slot] !== noDomain)) continue;
          ignored ??= new Set();
          ignored.add(slot);
        }
      }
      const scored = feasible.count - (ignored?.size ?? 0);
      cycle.set(scoreKey, {
        ignored,
        constraints: set.constraints.map((constraint) => {
          const isHost = constraint.topologyKey === hostname;
          const column = cluster.topology(constraint.topologyKey);
          const size = isHost ? scored : distinct.count(column, feasible, ignored);
          const soft = counted(constraint);
          return { ...soft, onNode: isHost ? soft.tally.bySlot : undefined, weight: Math.log(size + 2) };
        }),
      });
      return undefined;
    },

    score(cycle, { slots, count }, scores) {
      const { constraints, ignored } = cycle.read(scoreKey);
      scores.fill(0, 0, count);
      for (const { constraint, counts, onNode, weight } of constraints) {
        const { domains } = counts.column;
        const byDomain = counts.counts;
        const allowance = constraint.maxSkew - 1;
        for (let place = 0; place < count; place += 1) {
          const slot = slots[place] as number;
          const domain = domains[slot] as number;
          if (domain === noDomain) continue;
          let pods = 0;
          if (onNode !== undefined) pods = onNode[slot] as number;
          else if (domain < byDomain.length) pods = byDomain[domain] as number;
          scores[place] = (scores[place] as number) + (pods * weight + allowance);
        }
      }
      for (let place = 0; place < count; place += 1) {
        const slot = slots[place] as number;
        scores[place] = ignored?.has(slot) ? 0 : roundHalfAway(scores[place] as number);
      }
    },

    normalize(cycle, { slots, count }, scores) {
      const { ignored } = cycle.read(scoreKey);
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
    },
  };
}

/** What the indexes do not count by themselves; what-ifs are undone, and with them this. */
function countInWhatIf(hard: readonly HardConstraint[], info: PodInfo, slot: number, delta: 1 | -1): void {
  const tallies = new Set(hard.filter(({ constraint }) => constraint.countsInWhatIf(info)).map(({ tally }) => tally));
  for (const tally of tallies) tally.add(slot, delta);
}

/** Keeps the nodes on which the pod would not make the constraint's skew too large. */
function keepBalanced(
  { constraint, counts }: HardConstraint,
  block: NodeBlock,
  verdicts: Int32Array,
  skewed: number,
  lacksKey: number,
): void {
  const { slots, count } = block;
  const { domains } = counts.column;
  const byDomain = counts.counts;
  const { maxSkew, minDomains, matchesItself } = constraint;
  const least = counts.domainCount < minDomains ? 0 : counts.least;
  const most = maxSkew + least - (matchesItself ? 1 : 0);
  let kept = 0;
  for (let place = 0; place < count; place += 1) {
    const slot = slots[place] as number;
    const domain = domains[slot] as number;
    if (domain === noDomain) verdicts[slot] = lacksKey;
    else {
      const pods = domain >= byDomain.length ? 0 : (byDomain[domain] as number);
      if (pods <= most) slots[kept++] = slot;
      else verdicts[slot] = skewed;
    }
  }
  block.count = kept;
}

/** As Go's math.Round, of numbers that are not negative. */
function roundHalfAway(value: number): number {
  const floor = Math.floor(value);
  return value - floor >= 0.5 ? floor + 1 : floor;
}

export const podTopologySpread = pluginFactory({ name, args: podTopologySpreadArgs, create });
