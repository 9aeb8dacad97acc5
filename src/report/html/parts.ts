/** The main parts of the page: one for each kernel, and one for the scheduler, which needs none. */
import type { Arm } from '../../lab/records.ts';
import { schedulingChart } from '../charts/scheduling-chart.ts';
import { formatCount } from '../format.ts';
import type { Finding, KernelSummary, SchedulingSummary, Summary } from '../summary.ts';
import { placementTable, throughputTable } from '../tables/scheduling-table.ts';
import { kernelTitle, schedulingExplanation, schedulingTitle } from '../words.ts';
import { type Section, sectionsOf } from './sections.ts';

export interface Part {
  /** Anchor, unique in the page. */
  readonly id: string;
  readonly title: string;
  readonly shortTitle: string;
  /** What it rests on, under the title. */
  readonly note: string;
  readonly findings: readonly Finding[];
  readonly sections: readonly Section[];
  /** Give rows of their tables a colour. */
  readonly arms: readonly Arm[];
  /** What the figures depend on, where that is not the machine alone. */
  readonly fingerprint?: Readonly<Record<string, string | number>>;
}

export function partsOf({ kernels, scheduling }: Summary): Part[] {
  return [...kernels.map(kernelPart), ...(scheduling === undefined ? [] : [schedulerPart(scheduling)])];
}

function kernelPart(summary: KernelSummary): Part {
  const { kernel, slices, arms, findings, fingerprint } = summary;
  const title = kernelTitle(summary);
  return {
    id: kernel,
    title,
    shortTitle: title.replace(/ \(.*/, ''),
    note: `${formatCount(slices.valid)} valid slices, ${formatCount(slices.void)} void, ${arms.length} arms`,
    findings,
    sections: sectionsOf(summary),
    arms,
    fingerprint,
  };
}

function schedulerPart(summary: SchedulingSummary): Part {
  const { slices, profiles, findings } = summary;
  return {
    id: 'scheduler',
    title: schedulingTitle,
    shortTitle: schedulingTitle,
    note: `${formatCount(slices)} slices, ${profiles.length} ${profiles.length === 1 ? 'profile' : 'profiles'}`,
    findings,
    sections: [
      {
        id: 'scheduler-profiles',
        title: 'Profiles',
        explanation: schedulingExplanation,
        findings,
        charts: [schedulingChart(summary)].filter((chart) => chart !== undefined),
        tables: [throughputTable(summary), placementTable(summary)],
        folded: [],
      },
    ],
    arms: [],
  };
}
