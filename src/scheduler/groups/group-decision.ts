/**
 * Which placement a group gets: it is tried in each, and of those in which it fits the one with the highest score is
 * taken. Source: kube-scheduler schedule_one_podgroup.go (podGroupSchedulingPlacementAlgorithm).
 */
import type { PodInfo } from '../cluster/pod-info.ts';
import { blockOf } from '../framework/node-block.ts';
import {
  type GroupInPlacement,
  generatePlacements,
  type Placement,
  type PlacementScores,
  type ProposedPlacement,
  placementTotals,
  scorePlacements,
} from '../framework/placements.ts';
import { type Trial, type TrialGround, tryPlacement } from './group-trial.ts';

/** What is known of all placements, the chosen one included. */
export interface PlacementVerdict {
  readonly trial: Trial;
  /** Of those in which the group fits, where there is more than one. */
  readonly scores: readonly {
    readonly plugin: string;
    readonly weight: number;
    readonly raw: number;
    readonly normalized: number;
  }[];
  readonly total: number;
}

export type GroupDecision =
  | { readonly kind: 'placed'; readonly chosen: Trial; readonly verdicts: readonly PlacementVerdict[] }
  | {
      readonly kind: 'none';
      readonly message: string;
      /** Plugins because of which it has no place. */
      readonly plugins: ReadonlySet<string>;
      readonly verdicts: readonly PlacementVerdict[];
    };

/** Changes nothing. @throws PluginError, ExtenderError */
export function decideGroup(ground: TrialGround, group: GroupInPlacement, order: Int32Array): GroupDecision {
  const { profile } = ground.framework;
  const placements = generatePlacements(profile, group, { name: '', slots: order });
  if ('code' in placements) {
    return {
      kind: 'none',
      message: `no placement for the group: ${placements.reasons.join(', ')}`,
      plugins: new Set([placements.plugin]),
      verdicts: [],
    };
  }
  const trials = placements.map((placement) => tryPlacement(ground, group.pods, placement));
  const fitting = trials.filter(({ fits }) => fits);
  const [only, second] = fitting;
  if (only === undefined)
    return { ...noPlace(group, trials), plugins: blamed(ground, trials), verdicts: unscored(trials) };
  if (second === undefined) return { kind: 'placed', chosen: only, verdicts: unscored(trials) };
  const scores = scorePlacements(profile, group, fitting.map(proposalOf));
  const totals = placementTotals(scores, fitting.length);
  const best = ground.pick(blockOf(fitting.map((_, place) => place)), Float64Array.from(totals));
  return { kind: 'placed', chosen: fitting[best] ?? only, verdicts: verdictsOf(trials, fitting, scores, totals) };
}

/** What the group is offered a placement for: pods that fit there. */
function proposalOf({ placement, members }: Trial): ProposedPlacement {
  return {
    ...placement,
    assignments: members.flatMap((member) =>
      member.kind === 'placed' ? [{ pod: member.info, slot: member.slot }] : [],
    ),
  };
}

/** The generators may make other placements when nodes or the group change. */
function blamed({ framework: { profile } }: TrialGround, trials: readonly Trial[]): ReadonlySet<string> {
  return new Set([
    ...profile.placementGenerate.map(({ name }) => name),
    ...trials.flatMap(({ plugins }) => [...plugins]),
  ]);
}

function noPlace({ object, pods, placed }: GroupInPlacement, trials: readonly Trial[]) {
  const takes = ({ members }: Trial): number => members.filter(({ kind }) => kind === 'placed').length;
  const most = trials.reduce<Trial | undefined>((a, b) => (a === undefined || takes(b) > takes(a) ? b : a), undefined);
  const head = `0/${trials.length} placements are available`;
  if (most === undefined) return { kind: 'none' as const, message: head };
  const minCount = object?.spec.policy.gang?.minCount;
  const needs = minCount === undefined ? '' : `, and minCount is ${minCount}`;
  const before = placed.length === 0 ? '' : ` besides the ${placed.length} that it has`;
  const refused = most.members.find((member) => member.kind === 'refused');
  const why = refused === undefined ? '' : `; ${nameOf(refused.info)}: ${refused.message}`;
  const message = `${head}: ${nameOfPlacement(most.placement)} takes most, ${takes(most)} of ${pods.length} pods${before}${needs}${why}`;
  return { kind: 'none' as const, message };
}

function nameOfPlacement({ name }: Placement): string {
  return name === '' ? 'the whole cluster' : name;
}

function nameOf({ pod: { metadata } }: PodInfo): string {
  return metadata.name;
}

function unscored(trials: readonly Trial[]): PlacementVerdict[] {
  return trials.map((trial) => ({ trial, scores: [], total: 0 }));
}

function verdictsOf(
  trials: readonly Trial[],
  fitting: readonly Trial[],
  scores: readonly PlacementScores[],
  totals: readonly number[],
): PlacementVerdict[] {
  return trials.map((trial) => {
    const place = fitting.indexOf(trial);
    if (place < 0) return { trial, scores: [], total: 0 };
    return {
      trial,
      scores: scores.map(({ plugin, weight, raw, normalized }) => ({
        plugin,
        weight,
        raw: raw[place] ?? 0,
        normalized: normalized[place] ?? 0,
      })),
      total: totals[place] ?? 0,
    };
  });
}
