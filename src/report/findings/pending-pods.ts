/** Which scheduler profiles leave pods without a node, of those that they were given alike. */
import { type Figure, isConfident } from '../../stats/figure.ts';
import { formatCount, joinWords } from '../format.ts';
import type { Finding, ProfileRow, SchedulingSummary } from '../summary.ts';

type Counted = ProfileRow & { readonly pendingShare: Figure };

export function pendingFindings({ pods, profiles }: Pick<SchedulingSummary, 'pods' | 'profiles'>): Finding[] {
  const ranked = profiles
    .filter((row): row is Counted => row.pendingShare !== undefined)
    .sort((a, b) => a.pendingShare.estimate - b.pendingShare.estimate);
  const [least, most] = [ranked[0], ranked.at(-1)];
  if (least === undefined || most === undefined || ranked.length < 2 || most.pendingShare.high === 0) return [];
  const apart =
    isConfident(least.pendingShare) &&
    isConfident(most.pendingShare) &&
    least.pendingShare.high < most.pendingShare.low;
  const level = ranked.filter(({ pendingShare }) => pendingShare.estimate === least.pendingShare.estimate);
  const names = joinWords(level.map(({ profile }) => profile));
  return [
    {
      topic: 'placement',
      state: apart ? 'shown' : 'undecided',
      text: apart
        ? `Of the same ${formatCount(pods)} pods, ${names} ${level.length === 1 ? 'leaves' : 'leave'} fewest without a node, ${percent(least.pendingShare)}; ${most.profile} most, ${percent(most.pendingShare)}.`
        : `It is undecided whether some profile leaves fewer pods without a node: from ${percent(least.pendingShare)} (${least.profile}) to ${percent(most.pendingShare)} (${most.profile}).`,
      detail: pendingCaution,
    },
  ];
}

/** What a share of pending pods does not tell. */
export const pendingCaution =
  'A large pod counts like a small one. Only the profiles of GPU sharing keep each pod to devices; for the others the GPUs of a node are one pool.';

/** 0.36 % [0.22 to 0.47 %]; without an interval where all slices agree. */
function percent({ estimate, low, high }: Figure): string {
  const [value, from, to] = [estimate, low, high].map((share) => (share * 100).toFixed(2));
  return from === to ? `${value} %` : `${value} % [${from} to ${to} %]`;
}
