/** Scores by utilization: straight lines between points. Source: kube-scheduler plugins/helper/shape_score.go. */
import { maxNodeScore } from '../normalize.ts';
import type { ShapePoint } from './resource-args.ts';

/** Scores of a shape's points go up to this. */
const maxPointScore = 10;

/** By whole percent of utilization, 0 to 100; divisions are whole ones that are cut off towards zero. */
export function utilizationScores(shape: readonly ShapePoint[]): Float64Array {
  const points = shape.map(({ utilization, score }) => ({
    utilization,
    score: score * (maxNodeScore / maxPointScore),
  }));
  return Float64Array.from({ length: 101 }, (_, utilization) => {
    const next = points.findIndex((point) => utilization <= point.utilization);
    const [from, to] = [points[next - 1], points[next]];
    if (to === undefined) return points.at(-1)?.score ?? 0;
    if (from === undefined) return to.score;
    const rise = (to.score - from.score) * (utilization - from.utilization);
    return from.score + Math.trunc(rise / (to.utilization - from.utilization));
  });
}
