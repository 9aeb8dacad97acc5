/** Arms against each other: crossovers of modes, and controls against their twins. */

import { representatives } from '../lab/arms.ts';
import type { Arm, Measure } from '../lab/records.ts';
import { measures } from '../lab/records.ts';
import { type CostPoint, crossover } from '../stats/crossover.ts';
import { nominalConfidence } from '../stats/figure.ts';
import { pairedLogRatios, ratioOfLogs } from '../stats/paired-ratio.ts';
import { twinOf } from './arms.ts';
import { type KernelData, positiveValues } from './kernel-data.ts';
import { type Metric, measureInfo } from './measures.ts';
import { atPosition, positionsOf } from './points.ts';
import type { ControlRow, CrossoverRow } from './summary.ts';

/** Which mode is asked about overtaking which, the first pair being the question most people have. */
const rivals = [
  ['ipvs', 'iptables-legacy'],
  ['nftables', 'iptables-legacy'],
  ['nftables', 'iptables-nft'],
  ['ipvs', 'iptables-nft'],
  ['ipvs', 'nftables'],
  ['iptables-nft', 'iptables-legacy'],
] as const satisfies readonly (readonly [Arm['mode'], Arm['mode']])[];

/** By cost of a new flow; one row for each pair of modes and position of the addressed Service. */
export function crossoversOf(data: KernelData): CrossoverRow[] {
  const arms = representatives(data.arms);
  const rows: CrossoverRow[] = [];
  for (const [challengerMode, incumbentMode] of rivals) {
    const challenger = arms.find((arm) => arm.mode === challengerMode);
    const incumbent = arms.find((arm) => arm.mode === incumbentMode);
    if (challenger === undefined || incumbent === undefined) continue;
    for (const position of tellingOrder(positionsOf(data.cells('new-flow')))) {
      const [own, other] = [challenger, incumbent].map((arm) => sweepOf(data, arm, position));
      if (!own?.length || !other?.length) continue;
      const random = data.random(`crossover/${challenger.id}/${incumbent.id}/${position}`);
      rows.push({
        challenger: challenger.id,
        incumbent: incumbent.id,
        position,
        crossover: crossover(own, other, random),
      });
    }
  }
  return rows;
}

/** The middle of the list, where a Service is on average, comes first. */
function tellingOrder<Position extends string>(positions: readonly Position[]): Position[] {
  return [
    ...positions.filter((position) => position === 'middle'),
    ...positions.filter((position) => position !== 'middle').reverse(),
  ];
}

function sweepOf(data: KernelData, arm: Arm, position: 'first' | 'middle' | 'last'): CostPoint[] {
  const cells = data.cells('new-flow').filter((cell) => cell.arm.id === arm.id);
  return atPosition(cells, position)
    .map((cell) => ({ services: cell.point.services, costs: positiveValues(cell, 'nsPerPacket') }))
    .filter(({ costs }) => costs.size > 0);
}

/**
 * One row for each control, measure and paired figure. Whether a row agrees is judged for all rows together: each
 * may be wrong one time in twenty, so that among a dozen one usually is (Bonferroni's correction).
 */
export function controlsOf(data: KernelData): ControlRow[] {
  const pairs = controlledPairs(data);
  const asked = 1 - (1 - nominalConfidence) / pairs.length;
  return pairs.flatMap(({ logs, ...row }) => {
    const [ratio, strict] = [ratioOfLogs(logs), ratioOfLogs(logs, asked)];
    if (ratio === undefined || strict === undefined) return [];
    return [{ ...row, ratio, agrees: strict.confidence < asked || (strict.low <= 1 && strict.high >= 1) }];
  });
}

interface ControlledPair extends Pick<ControlRow, 'measure' | 'metric' | 'arm' | 'control'> {
  readonly logs: readonly number[];
}

function controlledPairs(data: KernelData): ControlledPair[] {
  return data.arms.flatMap((control) => {
    const arm = control.control === true ? twinOf(control, data.arms) : undefined;
    if (arm === undefined) return [];
    return measures.flatMap((measure) =>
      [measureInfo[measure].primary, ...measureInfo[measure].pairedAlso].flatMap((metric) => {
        const logs = logRatios(data, measure, metric, control, arm);
        return logs.length === 0 ? [] : [{ measure, metric, arm: arm.id, control: control.id, logs }];
      }),
    );
  });
}

function logRatios(data: KernelData, measure: Measure, metric: Metric, control: Arm, arm: Arm): number[] {
  return data.points(measure).flatMap((point) => {
    // At a given rate the rate is no result.
    if (metric === 'ratePerSec' && point.loop === 'open') return [];
    const [repeat, original] = [control, arm].map(({ id }) => positiveValues(data.cell(measure, id, point), metric));
    return repeat === undefined || original === undefined ? [] : pairedLogRatios(repeat, original);
  });
}
