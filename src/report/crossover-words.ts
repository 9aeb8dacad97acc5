/** A crossover in a few words, for the middle of a sentence and for a table. */
import type { Crossover } from '../stats/crossover.ts';
import { formatAbout } from './format.ts';

/** How the challenger fares: `from about 320 [270 to 380]`, `never`, ... in numbers of Services. */
export function crossoverInShort(crossover: Crossover): string {
  switch (crossover.kind) {
    case 'crosses': {
      const { estimate, low, high } = crossover.at;
      const from = crossover.direction === 'cheaper' ? 'from' : 'only up to';
      return `${from} about ${formatAbout(estimate)} [${formatAbout(low)} to ${formatAbout(high)}]`;
    }
    case 'crosses-by':
      return `${crossover.direction === 'cheaper' ? '' : 'dearer '}by ${formatAbout(crossover.by.estimate)} at the latest`;
    case 'always-cheaper':
      return 'at every size';
    case 'never-cheaper':
      return 'never';
    case 'undecided':
      return 'undecided';
  }
}
