/**
 * Where the pods of a group may go together: what PlacementGenerate plugins propose, and how PlacementScore plugins rank
 * it. Source: kube-scheduler framework/runtime/framework.go (alpha, feature TopologyAwareWorkloadScheduling).
 */
import type { PodGroup } from '../../api/objects.ts';
import type { PodInfo } from '../cluster/pod-info.ts';
import { stateKey } from './cycle.ts';
import { called, pluginErrors } from './errors.ts';
import type { Profile } from './profile.ts';
import type { Status } from './status.ts';

/** Pods of one PodGroup that are decided on together. */
export interface GroupInPlacement {
  readonly namespace: string;
  readonly name: string;
  /** Undefined where no such object is there. */
  readonly object: PodGroup | undefined;
  /** Those without a node, in the order in which they are tried. */
  readonly pods: readonly PodInfo[];
  /** Those that have a node or are assumed to. */
  readonly placed: readonly PodInfo[];
}

/** Nodes among which the pods of a group may be spread. */
export interface Placement {
  readonly name: string;
  /** In visiting order. */
  readonly slots: Int32Array;
}

/** A placement in which the group has been tried, and found to fit. */
export interface ProposedPlacement extends Placement {
  /** Those that got a node there; others of the group may have got none. */
  readonly assignments: readonly { readonly pod: PodInfo; readonly slot: number }[];
}

/** The scores of one plugin over all proposed placements. */
export interface PlacementScores {
  readonly plugin: string;
  readonly weight: number;
  readonly raw: readonly number[];
  /** 0 to 100. */
  readonly normalized: readonly number[];
}

/** In a cycle that only tries what would be: Permit plugins then do nothing to other pods. */
export const groupTrial = stateKey<true>('group trial');

/**
 * Each plugin divides what those before it have left together. A status: there is nowhere to try.
 * @throws PluginError
 */
export function generatePlacements(
  { placementGenerate }: Profile,
  group: GroupInPlacement,
  all: Placement,
): readonly Placement[] | Status {
  let placements: readonly Placement[] = [all];
  for (const plugin of placementGenerate) {
    const parts: Placement[] = [];
    for (const parent of placements) {
      const generated = called(plugin.name, 'placementGenerate', () => plugin.placementGenerate(group, parent));
      if ('code' in generated) {
        if (generated.code === 'error') throw pluginErrors.answered(generated.plugin, generated.reasons);
        return generated;
      }
      parts.push(...generated);
    }
    placements = parts;
  }
  return placements;
}

/** @throws PluginError also for a score that is no whole number from 0 to 100 in the end */
export function scorePlacements(
  { placementScore }: Profile,
  group: GroupInPlacement,
  proposals: readonly ProposedPlacement[],
): readonly PlacementScores[] {
  return placementScore.map(({ plugin, weight }) => {
    const scores = called(plugin.name, 'placementScore', () =>
      proposals.map((proposal) => plugin.placementScore(group, proposal)),
    );
    const raw = [...scores];
    called(plugin.name, 'normalizePlacements', () => plugin.normalizePlacements?.(group, scores));
    scores.forEach((score, place) => {
      if (Number.isInteger(score) && score >= 0 && score <= 100) return;
      throw pluginErrors.placementScoreOutOfRange(plugin.name, proposals[place]?.name ?? '', score);
    });
    return { plugin: plugin.name, weight, raw, normalized: scores };
  });
}

/** Σ weight × normalized of each proposal. */
export function placementTotals(scores: readonly PlacementScores[], proposals: number): number[] {
  return Array.from({ length: proposals }, (_, place) =>
    scores.reduce((sum, { weight, normalized }) => sum + weight * (normalized[place] ?? 0), 0),
  );
}
