/** From counts to scores. Source: kube-scheduler plugins/helper/normalize_score.go. */

export const maxNodeScore = 100;

/**
 * Scales the first `count` scores so that the highest becomes `max`, in place; divisions are whole ones.
 * @param reverse the highest becomes 0 instead, and 0 becomes `max`: fewer are better
 */
export function defaultNormalize(scores: Float64Array, count: number, reverse = false, max = maxNodeScore): void {
  let highest = 0;
  for (let place = 0; place < count; place += 1) {
    const score = scores[place] as number;
    if (score > highest) highest = score;
  }
  if (highest === 0) {
    if (reverse) scores.fill(max, 0, count);
    return;
  }
  for (let place = 0; place < count; place += 1) {
    const scaled = Math.trunc((max * (scores[place] as number)) / highest);
    scores[place] = reverse ? max - scaled : scaled;
  }
}
