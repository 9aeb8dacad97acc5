/** The parts of one kernel's section: which charts and tables belong together, and what a reader may skip. */
import type { Measure } from '../../lab/records.ts';
import { balanceChart } from '../charts/balance-chart.ts';
import type { Chart } from '../charts/chart.ts';
import { controlChart } from '../charts/control-chart.ts';
import { costChart } from '../charts/cost-chart.ts';
import { percentileChart } from '../charts/percentile-chart.ts';
import { programmingChart } from '../charts/programming-chart.ts';
import { shareChart } from '../charts/share-chart.ts';
import { measureInfo } from '../measures.ts';
import type { Finding, KernelSummary } from '../summary.ts';
import { controlTable, crossoverTable } from '../tables/comparison-tables.ts';
import { tablesOf } from '../tables/measure-tables.ts';
import { omissionTable, voidTable } from '../tables/remainder-tables.ts';
import type { TableView } from '../tables/view.ts';

export interface Section {
  /** Anchor, unique in the page. */
  readonly id: string;
  readonly title: string;
  readonly explanation: string;
  readonly findings: readonly Finding[];
  readonly charts: readonly Chart[];
  /** Shown at once. */
  readonly tables: readonly TableView[];
  /** Shown when asked for. */
  readonly folded: readonly TableView[];
}

/** Sections that hold anything, in the order of the page. */
export function sectionsOf(summary: KernelSummary): Section[] {
  const tables = (measure: Measure): TableView[] => tablesOf(summary, measure);
  const section = (
    name: string,
    title: string,
    explanation: string,
    about: readonly Finding['topic'][],
    charts: readonly (Chart | undefined)[],
    shown: readonly (TableView | undefined)[],
    folded: readonly TableView[] = [],
  ): Section => ({
    id: `${summary.kernel}-${name}`,
    title,
    explanation,
    findings: summary.findings.filter(({ topic }) => about.includes(topic)),
    charts: charts.filter((chart) => chart !== undefined),
    tables: shown.filter((table) => table !== undefined),
    folded,
  });
  const [cold, add] = [tables('program-cold'), tables('program-add')];
  return [
    section(
      'cost',
      'Cost per packet',
      `${measureInfo['new-flow'].explanation} Once a flow is known to conntrack, the rules are not walked again.`,
      ['crossover', 'cheapest'],
      [costChart(summary, 'new-flow'), costChart(summary, 'established')],
      [crossoverTable(summary), ...tables('new-flow')],
      tables('established'),
    ),
    section(
      'latency',
      'Latency of requests',
      'What a client sees: a new connection for each request (CRR), requests on kept connections (RR), and UDP.',
      ['latency'],
      [percentileChart(summary)],
      tables('crr'),
      [...tables('rr'), ...tables('udp')],
    ),
    section(
      'balance',
      'Balance over backends',
      measureInfo.balance.explanation,
      ['balance'],
      [balanceChart(summary), shareChart(summary, 'even'), shareChart(summary, 'uneven')],
      tables('balance'),
    ),
    section(
      'programming',
      'Programming time',
      'How long the node takes to learn about Services: all of them at once, and one more.',
      ['programming'],
      [programmingChart(summary)],
      [cold[0], add[0]],
      [...cold.slice(1), ...add.slice(1)],
    ),
    section(
      'control',
      'Noise floor',
      'The direct path is measured twice under two names. What difference shows up is noise, and no smaller difference elsewhere means anything.',
      ['control'],
      [controlChart(summary)],
      [],
      [controlTable(summary)].filter((table) => table !== undefined),
    ),
    section(
      'remainder',
      'Void slices and what was left out',
      'Nothing is dropped silently.',
      [],
      [],
      [voidTable(summary), omissionTable(summary)],
    ),
  ].filter(({ charts, tables: shown, folded }) => charts.length + shown.length + folded.length > 0);
}
