/** heap_memory_usage and memory_growth_rate as scheduler_perf computes them (util.go, memoryCollector). */
import { maximum, type Summary, summarize } from './summary.ts';

/** scheduler_perf reads the heap twice a second. */
export const heapIntervalMs = 500;

export interface HeapReading {
  readonly timeMs: number;
  readonly bytes: number;
}

const bytesPerMegabyte = 2 ** 20;

export function heapFigures(
  readings: readonly HeapReading[],
): { readonly usageMb: Summary; readonly growthMbPerMin: number } | undefined {
  const first = readings[0];
  const last = readings.at(-1);
  const megabytes = readings.map(({ bytes }) => bytes / bytesPerMegabyte);
  const summary = summarize(megabytes);
  if (first === undefined || last === undefined || summary === undefined) return undefined;
  const minutes = (last.timeMs - first.timeMs) / 60_000;
  const growthMb = (last.bytes - first.bytes) / bytesPerMegabyte;
  return {
    usageMb: { ...summary, Max: maximum(megabytes) },
    growthMbPerMin: minutes > 0 ? growthMb / minutes : 0,
  };
}
