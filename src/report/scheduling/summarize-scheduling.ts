/** From the slices of scheduler profiles to their part of the summary. Pure. */
import { profileNames, referenceProfile } from '../../lab/scheduling/profiles.ts';
import { medianFigure } from '../../stats/median-interval.ts';
import { pairedRatio } from '../../stats/paired-ratio.ts';
import { createLabelledRandom } from '../../stats/random.ts';
import { fastestFindings } from '../findings/fastest-profile.ts';
import { pendingFindings } from '../findings/pending-pods.ts';
import { latencyFigures } from '../rows.ts';
import type { ProfileRow, SchedulingSummary } from '../summary.ts';
import type { ProfileCell } from './profile-cell.ts';

export interface CollectedScheduling {
  readonly nodes: number;
  readonly pods: number;
  readonly cells: readonly ProfileCell[];
}

export function summarizeScheduling({ nodes, pods, cells }: CollectedScheduling, seed: number): SchedulingSummary {
  const ordered = [...cells].sort((a, b) => placeOf(a.profile) - placeOf(b.profile));
  const reference = cells.find(({ profile }) => profile === referenceProfile);
  const profiles = ordered.map((cell) => rowOf(cell, reference, seed));
  const size = { nodes, pods };
  return {
    ...size,
    slices: profiles.reduce((sum, { slices }) => sum + slices, 0),
    findings: [...fastestFindings({ ...size, profiles }, ratesOf(cells)), ...pendingFindings({ ...size, profiles })],
    profiles,
  };
}

/** In the order of the lab; one that this version does not know comes last. */
function placeOf(profile: string): number {
  const known: readonly string[] = profileNames;
  const place = known.indexOf(profile);
  return place === -1 ? known.length : place;
}

function ratesOf(cells: readonly ProfileCell[]): ReadonlyMap<string, ReadonlyMap<number, number>> {
  return new Map(cells.map((cell) => [cell.profile, cell.positiveRates]));
}

function rowOf(cell: ProfileCell, reference: ProfileCell | undefined, seed: number): ProfileRow {
  const { profile, podsPerSec, pendingShares } = cell;
  const { p50Ns, p90Ns, p99Ns } = latencyFigures(cell.latency, createLabelledRandom(seed, `scheduling/${profile}`));
  const overDefault =
    reference === undefined || reference === cell
      ? undefined
      : pairedRatio(cell.positiveRates, reference.positiveRates);
  return {
    profile,
    ...cell.counts,
    ...(podsPerSec.length === 0 ? {} : { podsPerSec: medianFigure(podsPerSec, '1/s') }),
    ...(overDefault === undefined ? {} : { overDefault }),
    latency: {
      ...(p50Ns === undefined ? {} : { p50Ns }),
      ...(p90Ns === undefined ? {} : { p90Ns }),
      ...(p99Ns === undefined ? {} : { p99Ns }),
    },
    ...(pendingShares.length === 0 ? {} : { pendingShare: medianFigure(pendingShares, 'share') }),
  };
}
