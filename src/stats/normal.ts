/** Normal and Student distributions, as far as intervals need them. */
import { statsErrors } from './errors.ts';
import { upperGamma } from './gamma.ts';

/** Share of a standard normal distribution at or below `z`. */
export function normalCdf(z: number): number {
  const tail = upperGamma(0.5, (z * z) / 2) / 2;
  return z > 0 ? 1 - tail : tail;
}

/** The z below which a share `p` (0 < p < 1) of a standard normal distribution lies. */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw statsErrors.outOfRange('the share of normalQuantile', p, 0, 1);
  if (p > 0.5) return -normalQuantile(1 - p);
  // Abramowitz and Stegun 26.2.23 (error below 4.5e-4), then Newton steps.
  const t = Math.sqrt(-2 * Math.log(p));
  let z = ((0.010328 * t + 0.802853) * t + 2.515517) / (((0.001308 * t + 0.189269) * t + 1.432788) * t + 1) - t;
  for (let step = 0; step < 4; step += 1) {
    z -= ((normalCdf(z) - p) * Math.sqrt(2 * Math.PI)) / Math.exp((-z * z) / 2);
  }
  return z;
}

/**
 * The same for Student's t with `degrees` >= 2 degrees of freedom: Fisher's expansion around the normal quantile
 * (Abramowitz and Stegun 26.7.5). At p = 0.025 the error is 3 % for 2 degrees, 0.1 % from 5 on.
 */
export function studentQuantile(p: number, degrees: number): number {
  if (!(degrees >= 2)) throw statsErrors.outOfRange('degrees of freedom', degrees, 2, Number.MAX_SAFE_INTEGER);
  const z = normalQuantile(p);
  const square = z * z;
  const terms = [
    (square + 1) / 4,
    ((5 * square + 16) * square + 3) / 96,
    (((3 * square + 19) * square + 17) * square - 15) / 384,
    ((((79 * square + 776) * square + 1482) * square - 1920) * square - 945) / 92160,
  ];
  return terms.reduce((sum, term, place) => sum + (z * term) / degrees ** (place + 1), z);
}
