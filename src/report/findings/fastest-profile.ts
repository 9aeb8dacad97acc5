/** Which scheduler profile places most pods per second, and whether that is more than the default's by more than chance. */
import { referenceProfile } from '../../lab/scheduling/profiles.ts';
import type { Figure } from '../../stats/figure.ts';
import { type ByRound, pairedRatio } from '../../stats/paired-ratio.ts';
import { formatCount, formatMultiple, formatValue, joinWords } from '../format.ts';
import { verdictOf } from '../kernel-data.ts';
import type { Finding, ProfileRow, SchedulingSummary } from '../summary.ts';

type Measured = ProfileRow & { readonly podsPerSec: Figure };

/** @param rates pods per second of each profile by round */
export function fastestFindings(
  { nodes, profiles }: Pick<SchedulingSummary, 'nodes' | 'profiles'>,
  rates: ReadonlyMap<string, ByRound>,
): Finding[] {
  const ranked = profiles
    .filter((row): row is Measured => row.podsPerSec !== undefined && row.podsPerSec.estimate > 0)
    .sort((a, b) => b.podsPerSec.estimate - a.podsPerSec.estimate);
  const [fastest] = ranked;
  if (fastest === undefined) return [];
  const others = ranked.slice(1).map((row): Rival => {
    const ratio = pairedRatio(rates.get(row.profile) ?? new Map(), rates.get(fastest.profile) ?? new Map());
    return { profile: row.profile, ...(ratio === undefined ? {} : { ratio }) };
  });
  const told: Finding = {
    topic: 'profiles',
    ...headline(fastest, others, `on ${formatCount(nodes)} ${nodes === 1 ? 'node' : 'nodes'}`),
    detail: [nextTo(others), slowest(ranked), attemptOf(ranked)].filter((part) => part !== undefined).join(' '),
  };
  return [told];
}

/** Another profile, and its pods per second as a share of the fastest's, by what both made in the same rounds. */
interface Rival {
  readonly profile: string;
  readonly ratio?: Figure;
}

function headline(fastest: Measured, others: readonly Rival[], place: string): Pick<Finding, 'state' | 'text'> {
  const { profile, podsPerSec, overDefault } = fastest;
  const rate = `${formatCount(podsPerSec.estimate)} pods per second ${place}`;
  const level = others.filter(({ ratio }) => verdictOf(ratio) !== 'differs');
  const rival = profile === referenceProfile ? level[0] : level.find((other) => other.profile === referenceProfile);
  if (others.length === 0) return { state: 'shown', text: `The scheduler profile ${profile} places ${rate}.` };
  if (rival !== undefined) {
    const share = rival.ratio === undefined ? '' : ` ${rival.profile} places ${multiple(rival.ratio)} of that, and`;
    const why =
      verdictOf(rival.ratio) === 'unknown'
        ? 'there are too few rounds for an interval'
        : 'the interval of their ratio holds 1';
    return {
      state: 'undecided',
      text: `${profile} places ${rate}; it is undecided whether ${rival.profile} is slower:${share} ${why}.`,
    };
  }
  const over = overDefault === undefined ? '' : `, ${multiple(overDefault)} what ${referenceProfile} places`;
  if (level.length === 0)
    return { state: 'shown', text: `${profile} is the fastest scheduler profile: ${rate}${over}.` };
  const names = joinWords(level.map((other) => other.profile));
  return { state: 'shown', text: `${profile} places ${rate}${over}; ${names} may be as fast.` };
}

/** ×2.10 [×2.05 to ×2.16] */
function multiple({ estimate, low, high }: Figure): string {
  return `${formatMultiple(estimate)} [${formatMultiple(low)} to ${formatMultiple(high)}]`;
}

/** What has been said of the default in the headline is not said again. */
function nextTo([next]: readonly Rival[]): string | undefined {
  if (next?.ratio === undefined || next.profile === referenceProfile) return undefined;
  return `Next is ${next.profile} with ${multiple(next.ratio)} of that.`;
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
