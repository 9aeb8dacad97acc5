/**
 * When requests are meant to start. The engine draws the same sequence natively (native/traffic/load-arrivals.h);
 * a test holds the two together. Pure: the same arrivals give the same offsets, on every machine.
 */
import type { Arrivals } from '../../native/traffic/index.ts';
import { createRandom, type Random } from '../stats/index.ts';

const nsPerSec = 1e9;

/** Arrivals that do not wait for replies. */
export type OpenArrivals = Exclude<Arrivals, { readonly kind: 'closed' }>;

/** An endless, never decreasing sequence. */
export interface ArrivalProcess {
  /** The next offset from the start of the load, whole ns. */
  next(): number;
}

/** The process of `arrivals`; one generator's share when several divide the load. */
export function arrivalProcess(arrivals: OpenArrivals): ArrivalProcess {
  const random = createRandom(arrivals.seed);
  switch (arrivals.kind) {
    case 'constant':
      return constantArrivals(arrivals.ratePerSec, random);
    case 'poisson':
      return poissonArrivals(arrivals.ratePerSec, random);
  }
}

/**
 * One arrival every 1/rate. The seed sets the phase, so that generators with different seeds interleave rather than
 * fire together. Each offset comes from its number: rounding does not add up to drift.
 */
function constantArrivals(ratePerSec: number, random: Random): ArrivalProcess {
  const phase = unit(random);
  let arrivals = 0;
  return {
    next() {
      const offsetNs = Math.trunc(((phase + arrivals) * nsPerSec) / ratePerSec);
      arrivals += 1;
      return offsetNs;
    },
  };
}

/** Independent exponential gaps of mean 1/rate: how requests of many independent users fall together. */
function poissonArrivals(ratePerSec: number, random: Random): ArrivalProcess {
  let offsetNs = 0;
  return {
    next() {
      offsetNs += Math.round(exponential(random) * (nsPerSec / ratePerSec));
      return offsetNs;
    },
  };
}

/** Uniform over the 2^53 multiples of 2^-53 in [0, 1): two draws, the first one the higher bits. */
function unit(random: Random): number {
  const high = Math.floor(random.next() * 2 ** 27);
  const low = Math.floor(random.next() * 2 ** 26);
  return (high * 2 ** 26 + low) / 2 ** 53;
}

/**
 * Exponential with mean 1 by von Neumann's comparison method (1951). It needs only comparisons and additions of
 * uniforms, so C++ and JavaScript agree to the last bit, which `Math.log` does not promise.
 */
export function exponential(random: Random): number {
  for (let whole = 0; ; whole += 1) {
    const first = unit(random);
    let last = first;
    for (let odd = true; ; odd = !odd) {
      const drawn = unit(random);
      if (drawn >= last) {
        if (odd) return whole + first;
        break;
      }
      last = drawn;
    }
  }
}
