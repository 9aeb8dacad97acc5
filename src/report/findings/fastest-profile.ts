/** Which scheduler profile places most pods per second, and whether that is more than the default's by more than chance. */
import { referenceProfile } from '../../lab/scheduling/profiles.ts';
import type { Figure } from '../../stats/figure.ts';
import { type ByRound, pairedRatio } from '../../stats/paired-ratio.ts';
import { formatCount, formatMultiple, formatValue } from '../format.ts';
import { verdictOf } from '../kernel-data.ts';
import type { Finding, ProfileRow, SchedulingSummary } from '../summary.ts';

type Measured = ProfileRow & { readonly podsPerSec: Figure };

/** @param rates pods per second of each profile by round */
export function fastestFindings(
  { nodes, profiles }: Pick<SchedulingSummary, 'nodes' | 'profiles'>,
  rates: ReadonlyMap<string, ByRound>,
): Finding[] {
  const ranked = profiles
    .filter((row): row is Measured => row.podsPerSec !== undefined)
    .sort((a, b) => b.podsPerSec.estimate - a.podsPerSec.estimate);
  const [fastest, next] = ranked;
  if (fastest === undefined) return [];
  const place = `on ${formatCount(nodes)} ${nodes === 1 ? 'node' : 'nodes'}`;
  const isReference = fastest.profile === referenceProfile;
  const ratio = isReference ? next?.overDefault : fastest.overDefault;
  const verdict = verdictOf(ratio);
  const detail = [tieWith(fastest, next, rates), slowest(ranked), attemptOf(ranked)]
    .filter((part) => part !== undefined)
    .join(' ');
  const finding = (state: Finding['state'], text: string): Finding[] => [{ topic: 'profiles', state, text, detail }];
  const rate = `${formatCount(fastest.podsPerSec.estimate)} pods per second ${place}`;
  if (ratio === undefined) return finding('shown', `The scheduler profile ${fastest.profile} places ${rate}.`);
  if (verdict !== 'differs') {
    const rival = isReference ? next?.profile : fastest.profile;
    const why =
      verdict === 'unknown' ? 'there are too few rounds for an interval' : 'the interval of their ratio holds 1';
    return finding(
      'undecided',
      `It is undecided whether ${isReference ? `default or ${rival}` : `${rival} or default`} is the fastest scheduler profile: ${rival} places ${multiple(ratio)} as many pods per second, and ${why}.`,
    );
  }
  if (isReference) {
    return finding(
      'shown',
      `Default is the fastest scheduler profile: ${rate}; ${next?.profile} reaches ${multiple(ratio)} of that.`,
    );
  }
  return finding(
    'shown',
    `${fastest.profile} is the fastest scheduler profile: ${rate}, ${multiple(ratio)} what default places.`,
  );
}

/** ×2.10 [×2.05 to ×2.16] */
function multiple({ estimate, low, high }: Figure): string {
  return `${formatMultiple(estimate)} [${formatMultiple(low)} to ${formatMultiple(high)}]`;
}

/** The runner-up may be as fast; against default that has been said already. */
function tieWith(
  fastest: Measured,
  next: Measured | undefined,
  rates: ReadonlyMap<string, ByRound>,
): string | undefined {
  if (next === undefined || [fastest.profile, next.profile].includes(referenceProfile)) return undefined;
  const [own, other] = [fastest, next].map(({ profile }) => rates.get(profile) ?? new Map());
  const ratio = pairedRatio(other ?? new Map(), own ?? new Map());
  if (ratio === undefined) return undefined;
  const verdict = verdictOf(ratio);
  if (verdict === 'differs') return `Next is ${next.profile} with ${multiple(ratio)} of that.`;
  return `Whether ${next.profile} is slower (${multiple(ratio)}) is undecided.`;
}

function slowest(ranked: readonly Measured[]): string | undefined {
  const last = ranked.at(-1);
  if (last?.overDefault === undefined || ranked.length < 3) return undefined;
  return `The slowest is ${last.profile}: ${formatCount(last.podsPerSec.estimate)} per second, ${multiple(last.overDefault)} of default.`;
}

function attemptOf(ranked: readonly Measured[]): string | undefined {
  const { p50Ns, p99Ns } = ranked.find(({ profile }) => profile === referenceProfile)?.latency ?? {};
  if (p50Ns === undefined || p99Ns === undefined) return undefined;
  return `One attempt of default takes ${formatValue(p50Ns.estimate, 'ns')} (p50), ${formatValue(p99Ns.estimate, 'ns')} (p99).`;
}
