/** Distribution of the Wilcoxon signed-rank statistic under symmetry, which says how sure a Hodges-Lehmann estimate is. */
import { nominalConfidence } from './figure.ts';
import { normalQuantile } from './normal.ts';

/** Up to this many pairs the distribution is counted out exactly (2^50 sign patterns still fit a double). */
export const exactPairsLimit = 50;

export interface WalshRank {
  /** The interval is from the Walsh average of this rank to that of the same rank from above. */
  readonly rank: number;
  readonly confidence: number;
}

/** The largest rank whose interval reaches the confidence `asked`, at least 1; exact for `n` up to `exactPairsLimit`. */
export function walshRank(n: number, asked = nominalConfidence): WalshRank {
  return n <= exactPairsLimit ? exactRank(n, asked) : approximateRank(n, asked);
}

function exactRank(n: number, asked: number): WalshRank {
  const patterns = signPatterns(n);
  const tail = (1 - asked) / 2;
  const all = 2 ** n;
  let below = patterns[0] ?? 1;
  let rank = 1;
  while (rank < patterns.length / 2) {
    const next = below + (patterns[rank] ?? 0);
    if (next / all > tail) break;
    below = next;
    rank += 1;
  }
  return { rank, confidence: Math.max(0, 1 - (2 * below) / all) };
}

/** How many of the 2^n sign patterns give each rank sum 0..n(n+1)/2. */
export function signPatterns(n: number): Float64Array {
  const counts = new Float64Array((n * (n + 1)) / 2 + 1);
  counts[0] = 1;
  for (let rank = 1; rank <= n; rank += 1) {
    for (let sum = (rank * (rank + 1)) / 2; sum >= rank; sum -= 1) {
      counts[sum] = (counts[sum] ?? 0) + (counts[sum - rank] ?? 0);
    }
  }
  return counts;
}

function approximateRank(n: number, asked: number): WalshRank {
  const mean = (n * (n + 1)) / 4;
  const deviation = Math.sqrt((n * (n + 1) * (2 * n + 1)) / 24);
  const z = normalQuantile((1 + asked) / 2);
  return { rank: Math.max(1, Math.floor(mean - z * deviation)), confidence: asked };
}
