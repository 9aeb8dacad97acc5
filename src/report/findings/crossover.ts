/** From how many Services on one mode is cheaper than another. */
import type { Crossover } from '../../stats/crossover.ts';
import { crossoverInShort } from '../crossover-words.ts';
import { formatAbout, formatCount, formatPercentChange, joinWords } from '../format.ts';
import { ratioOf } from '../kernel-data.ts';
import { describePosition, describeServices } from '../points.ts';
import type { CrossoverRow, Finding } from '../summary.ts';
import { type FindingInput, nameOf, rowsOf, sizesOf, thisKernel } from './input.ts';

/** One finding for each rival of iptables-legacy, or of iptables-nft where there is no legacy arm. */
export function crossoverFindings(input: FindingInput): Finding[] {
  const { crossovers } = input.figures;
  const incumbents = new Set(crossovers.map((row) => row.incumbent));
  const incumbent = incumbents.has('iptables-legacy') ? 'iptables-legacy' : 'iptables-nft';
  const challengers = [
    ...new Set(crossovers.filter((row) => row.incumbent === incumbent).map((row) => row.challenger)),
  ];
  return challengers.flatMap((challenger) => {
    const rows = crossovers.filter((row) => row.challenger === challenger && row.incumbent === incumbent);
    const [headline, ...others] = rows;
    if (headline === undefined) return [];
    const names = [nameOf(input, challenger), nameOf(input, incumbent)] as const;
    return [
      {
        topic: 'crossover',
        state: headline.crossover.kind === 'undecided' ? 'undecided' : 'shown',
        text: `On ${thisKernel(input)} ${sentence(headline.crossover, ...names)}.`,
        detail: detail(input, headline, others),
      },
    ];
  });
}

function sentence(crossover: Crossover, challenger: string, incumbent: string): string {
  switch (crossover.kind) {
    case 'crosses': {
      const { estimate, low, high } = crossover.at;
      const about = `about ${formatAbout(estimate)} Services [${formatAbout(low)} to ${formatAbout(high)}]`;
      return crossover.direction === 'cheaper'
        ? `${challenger} overtakes ${incumbent} from ${about}`
        : `${challenger} is cheaper than ${incumbent} only up to ${about}`;
    }
    case 'crosses-by': {
      const by = `by ${formatAbout(crossover.by.estimate)} Services at the latest`;
      return crossover.direction === 'cheaper'
        ? `${challenger} overtakes ${incumbent} ${by}; at the smallest size the two cannot be told apart`
        : `${challenger} becomes dearer than ${incumbent} ${by}; at the smallest size the two cannot be told apart`;
    }
    case 'always-cheaper':
      return `${challenger} is cheaper than ${incumbent} at every size measured, ${sweep(crossover.sweep)}`;
    case 'never-cheaper':
      return `${challenger} never overtakes ${incumbent} within the sweep, ${sweep(crossover.sweep)}`;
    case 'undecided':
      return `it is undecided whether ${challenger} overtakes ${incumbent}: ${reasons[crossover.reason]}`;
  }
}

const reasons = {
  'too-few-sizes': 'both were measured at fewer than two Service counts',
  'too-few-rounds': 'there are too few rounds in which both have a valid slice; run longer',
  'not-separated': 'their costs at the largest Service count lie within the noise; run longer',
} as const;

function sweep([from, to]: readonly [number, number]): string {
  return `${formatCount(from)} to ${describeServices(to)}`;
}

function detail(input: FindingInput, headline: CrossoverRow, others: readonly CrossoverRow[]): string {
  const meant = `By the cost of a new flow to the ${describePosition(headline.position)}${headline.position === 'middle' ? ', where a Service is on average' : ''}.`;
  const elsewhere = others.map((row) => `to the ${row.position} one ${crossoverInShort(row.crossover)}`);
  return [meant, elsewhere.length === 0 ? '' : `For a flow ${joinWords(elsewhere)}.`, atLargest(input, headline)]
    .filter((part) => part !== '')
    .join(' ');
}

function atLargest(input: FindingInput, { challenger, incumbent, position }: CrossoverRow): string {
  const rows = rowsOf(input, 'new-flow').filter((row) => row.point.position === position);
  const services = sizesOf(rows, () => true).at(-1);
  if (services === undefined) return '';
  const [own, other] = [challenger, incumbent].map((arm) =>
    input.data.cell('new-flow', arm, { services, ...(position === undefined ? {} : { position }) }),
  );
  const ratio = ratioOf(own, other, 'nsPerPacket');
  if (ratio === undefined) return '';
  const change = [ratio.estimate, ratio.low, ratio.high].map(formatPercentChange);
  return `At ${describeServices(services)} the difference is ${change[0]} [${change[1]} to ${change[2]}].`;
}
