/** Which constraints hold for the pods of a shape: their own, or the profile's with a selector made for them. */
import type { PodShape } from '../../cluster/pod-info.ts';
import type { PluginContext } from '../../framework/plugin-factory.ts';
import { perShape } from '../support/per-shape.ts';
import { type PodTopologySpreadArgs, systemDefaults } from './args.ts';
import { type Action, type ConstraintRules, type ConstraintSet, constraintSet, type Selecting } from './constraints.ts';
import { defaultSelectors } from './default-selector.ts';

type Sets = Readonly<Record<Action, ConstraintSet>>;

const noConstraints: ConstraintSet = { constraints: [], topologyKeys: [], requiresAllKeys: false };

export function constraintsFor(
  { defaultingType, defaultConstraints }: PodTopologySpreadArgs,
  { cluster, featureEnabled }: PluginContext,
): (shape: PodShape, action: Action) => ConstraintSet {
  const selectors = cluster.part(defaultSelectors);
  const isSystem = defaultingType === 'System';
  const defaults = isSystem ? systemDefaults : defaultConstraints;
  const hasDefaults: Readonly<Record<Action, boolean>> = {
    DoNotSchedule: defaults.some(({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule'),
    ScheduleAnyway: defaults.some(({ whenUnsatisfiable }) => whenUnsatisfiable === 'ScheduleAnyway'),
  };
  const rules: ConstraintRules = {
    matchLabelKeys: featureEnabled('MatchLabelKeysInPodTopologySpread'),
    comparisons: featureEnabled('TaintTolerationComparisonOperators'),
  };

  const ownOf = perShape((shape): Sets => {
    const make = (action: Action): ConstraintSet =>
      constraintSet(shape, shape.spec.topologySpreadConstraints, action, true, rules);
    return { DoNotSchedule: make('DoNotSchedule'), ScheduleAnyway: make('ScheduleAnyway') };
  });

  /** By shape, for the selector that they were last made for. */
  const lastDefaults = new WeakMap<PodShape, { readonly selectorKey: string; readonly sets: Sets }>();
  const makeDefaults = (shape: PodShape, selecting: Selecting): Sets => {
    // kube-scheduler's own defaults are to spread over hosts, too, where nodes have no zones.
    const make = (action: Action): ConstraintSet =>
      constraintSet(shape, defaults, action, action === 'DoNotSchedule' || !isSystem, rules, selecting);
    return { DoNotSchedule: make('DoNotSchedule'), ScheduleAnyway: make('ScheduleAnyway') };
  };
  const defaultsOf = (shape: PodShape): Sets | undefined => {
    const selecting = selectors.of(shape);
    if (selecting === undefined) return undefined;
    const { key } = selecting.selector;
    const last = lastDefaults.get(shape);
    if (last?.selectorKey === key) return last.sets;
    const sets = makeDefaults(shape, selecting);
    lastDefaults.set(shape, { selectorKey: key, sets });
    return sets;
  };

  return (shape, action) => {
    if (shape.spec.topologySpreadConstraints.length > 0) return ownOf(shape)[action];
    return hasDefaults[action] ? (defaultsOf(shape)?.[action] ?? noConstraints) : noConstraints;
  };
}
