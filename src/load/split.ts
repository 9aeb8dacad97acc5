/** How generators share a slice. Pure. */
import type { Arrivals } from '../../native/traffic/index.ts';
import { createLabelledRandom } from '../stats/index.ts';
import { loadErrors } from './errors.ts';
import type { SliceOptions } from './slice.ts';

/** What one generator is to do; all else is as in the slice. */
export type GeneratorShare = Pick<SliceOptions, 'connections' | 'arrivals' | 'sources'>;

/**
 * Divides connections and rate as evenly as whole connections allow: the rate goes with the connections. There are
 * fewer shares than `generators` when there are fewer connections.
 * @throws LoadError on connections or a rate that no load can have.
 */
export function splitLoad(slice: GeneratorShare, generators: number): GeneratorShare[] {
  const { connections, arrivals, sources } = slice;
  if (!Number.isSafeInteger(connections) || connections < 1) throw loadErrors.notWhole('connections', connections, 1);
  if (arrivals.kind !== 'closed' && !(arrivals.ratePerSec > 0 && Number.isFinite(arrivals.ratePerSec))) {
    throw loadErrors.notPositive('rate', arrivals.ratePerSec);
  }
  const shares = Math.min(generators, connections);
  return Array.from({ length: shares }, (_, number) => {
    const own = Math.floor(connections / shares) + (number < connections % shares ? 1 : 0);
    return {
      connections: own,
      arrivals: shareOf(arrivals, own / connections, number),
      sources: sources.length < shares ? sources : sources.filter((_, place) => place % shares === number),
    };
  });
}

/** The first generator keeps the seed, so that a load of one generator is exactly what its record says. */
function shareOf(arrivals: Arrivals, share: number, number: number): Arrivals {
  if (arrivals.kind === 'closed') return arrivals;
  const seed =
    number === 0
      ? arrivals.seed
      : Math.floor(createLabelledRandom(arrivals.seed, `generator ${number}`).next() * 2 ** 32);
  return { ...arrivals, ratePerSec: arrivals.ratePerSec * share, seed };
}
