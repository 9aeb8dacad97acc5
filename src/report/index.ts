/** Reports of a run: one summary, and one file per output format that tells it. Knows kernels and arms by name only. */
export { ReportError } from './errors.ts';
export type { Exporter, ReportFile, ReportInput } from './exporter.ts';
export { exporters, exportersFor, formatNames } from './registry.ts';
export type {
  BalanceFigures,
  ControlRow,
  CrossoverRow,
  Ending,
  Finding,
  KernelSummary,
  MeasureRow,
  MeasureTable,
  Omission,
  ProfileRow,
  SchedulingSummary,
  Summary,
  VoidGroup,
} from './summary.ts';
export { summarySchema } from './summary.ts';
export { type WrittenReport, writeReport } from './write-report.ts';
