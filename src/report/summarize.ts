/** From collected slices to the summary. Pure: the same records give the same summary, intervals included. */
import { measures } from '../lab/records.ts';
import type { Collected, CollectedKernel } from './collect.ts';
import { controlsOf, crossoversOf } from './comparisons.ts';
import { balanceFindings } from './findings/balance.ts';
import { cheapestFindings } from './findings/cheapest.ts';
import { controlFindings } from './findings/control.ts';
import { crossoverFindings } from './findings/crossover.ts';
import type { FindingRule } from './findings/input.ts';
import { latencyFindings } from './findings/latency.ts';
import { programmingFindings } from './findings/programming.ts';
import { KernelData } from './kernel-data.ts';
import { rowOf } from './rows.ts';
import { summarizeScheduling } from './scheduling/summarize-scheduling.ts';
import { significant } from './significant.ts';
import { type Ending, type KernelSummary, type Omission, type Summary, summarySchema } from './summary.ts';

/** In the order in which they are told. */
const findingRules: readonly FindingRule[] = [
  crossoverFindings,
  cheapestFindings,
  latencyFindings,
  balanceFindings,
  programmingFindings,
  controlFindings,
];

export function summarize(collected: Collected): Summary {
  const { type: _type, schema: _schema, ...run } = collected.run;
  return {
    schema: summarySchema,
    run,
    ending: endingOf(collected),
    kernels: collected.kernels.map((kernel) =>
      significant(summarizeKernel(kernel, omissionsOf(collected, kernel), run.seed)),
    ),
    ...(collected.scheduling === undefined
      ? {}
      : { scheduling: significant(summarizeScheduling(collected.scheduling, run.seed)) }),
  };
}

function endingOf({ end, tornLine }: Collected): Ending {
  if (end === undefined) return { state: 'unfinished', ...(tornLine === undefined ? {} : { tornLine }) };
  const { endedAt, status, message } = end;
  return { state: status, endedAt, ...(message === undefined ? {} : { message }) };
}

function omissionsOf({ omissions }: Collected, { record }: CollectedKernel): Omission[] {
  return omissions
    .filter(({ kernel }) => kernel === record.kernel)
    .map(({ what, reason, remedy }) => ({ what, reason, ...(remedy === undefined ? {} : { remedy }) }));
}

function summarizeKernel(collected: CollectedKernel, omissions: readonly Omission[], seed: number): KernelSummary {
  const { record, cells, voids } = collected;
  const data = new KernelData(collected, seed);
  const figures = {
    kernel: record.kernel,
    ...(record.report.release === undefined ? {} : { release: record.report.release }),
    arms: record.arms,
    tables: measures
      .map((measure) => ({ measure, rows: data.cells(measure).map((cell) => rowOf(cell, data)) }))
      .filter(({ rows }) => rows.length > 0),
    crossovers: crossoversOf(data),
    controls: controlsOf(data),
  };
  return {
    ...figures,
    fingerprint: record.fingerprint,
    slices: {
      valid: cells.reduce((sum, cell) => sum + cell.slices.valid, 0),
      void: cells.reduce((sum, cell) => sum + cell.slices.void, 0),
    },
    findings: findingRules.flatMap((rule) => rule({ data, figures })),
    voids,
    omissions,
  };
}
