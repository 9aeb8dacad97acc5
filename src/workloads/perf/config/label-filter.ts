/** Which workloads a label filter picks, as scheduler_perf's -perf-scheduling-label-filter does. */

/**
 * A comma-separated list of labels that a workload must have (`performance`, `+short`) or must not have (`-short`).
 * An empty filter picks every workload.
 */
export function labelFilter(filter: string): (labels: readonly string[]) => boolean {
  const terms = filter.split(',').flatMap((term) => {
    const trimmed = term.trim();
    return trimmed === '' ? [] : [{ wanted: !trimmed.startsWith('-'), label: trimmed.replace(/^[+-]/, '') }];
  });
  return (labels) => terms.every(({ wanted, label }) => labels.includes(label) === wanted);
}
