/** One chart of a report: a vega-lite specification with the words around it. */
import type { TopLevelSpec } from 'vega-lite';
import type { Arm } from '../../lab/records.ts';

export interface Chart {
  /** Unique in the page. */
  readonly id: string;
  readonly title: string;
  /** Units, kernel and number of slices. */
  readonly subtitle: string;
  /** What is to be seen, for those who cannot see it, and how to read it. */
  readonly description: string;
  readonly spec: TopLevelSpec;
  /** Arms to explain in the legend; empty when they are named in the chart. */
  readonly legend: readonly Arm[];
  /** Further marks to explain, in words. */
  readonly legendNotes: readonly string[];
}
