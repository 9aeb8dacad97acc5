/** What findings are made from: the figures of one kernel, and the slices behind them. */
import type { Measure, Point } from '../../lab/records.ts';
import { armLabel } from '../arms.ts';
import type { KernelData } from '../kernel-data.ts';
import type { Finding, KernelSummary, MeasureRow } from '../summary.ts';

export interface FindingInput {
  readonly data: KernelData;
  readonly figures: Pick<KernelSummary, 'kernel' | 'release' | 'arms' | 'tables' | 'crossovers' | 'controls'>;
}

/** Says what the figures of one kernel amount to in one respect; says nothing where nothing was measured. */
export type FindingRule = (input: FindingInput) => Finding[];

export function rowsOf({ figures }: FindingInput, measure: Measure): readonly MeasureRow[] {
  return figures.tables.find((table) => table.measure === measure)?.rows ?? [];
}

/** The arm's name for readers. */
export function nameOf({ figures }: FindingInput, id: string): string {
  const arm = figures.arms.find((candidate) => candidate.id === id);
  return arm === undefined ? id : armLabel(arm);
}

/** `this kernel (6.1.176, User-Mode Linux)`. */
export function thisKernel({ figures }: FindingInput): string {
  const place = figures.kernel === 'uml' ? 'User-Mode Linux' : 'host';
  return `this kernel (${figures.release === undefined ? '' : `${figures.release}, `}${place})`;
}

/** Sizes of the points that pass, ascending, each once. */
export function sizesOf(rows: readonly MeasureRow[], matches: (point: Point) => boolean): number[] {
  const sizes = rows.filter(({ point }) => matches(point)).map(({ point }) => point.services);
  return [...new Set(sizes)].sort((a, b) => a - b);
}
