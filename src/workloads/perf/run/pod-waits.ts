/** barrier and deletePods: operations on pods that others have made. */

import { perfErrors } from '../errors.ts';
import { hasLabels } from '../metrics/metric-catalogue.ts';
import type { Barrier, DeletePods } from '../plan/operations.ts';
import { describeOutstanding } from './pods.ts';
import type { WorkloadRun } from './workload-run.ts';

/** Waits for the pods whose own operations did not (skipWaitToCompletion). */
export async function barrier(run: WorkloadRun, { namespaces, labelSelector, stage }: Barrier): Promise<void> {
  const unknown = namespaces.find((name) => !run.namespaces.has(name));
  if (unknown !== undefined) throw perfErrors.unknownNamespace(unknown, [...run.namespaces]);
  const records = [...run.pods.find(namespaces, labelSelector)].filter(({ isForBarriers }) => isForBarriers);
  const wait = run.pods.wait(records, stage);
  await run.until(
    () => wait.outstanding.size === 0,
    () => describeOutstanding(run, wait.outstanding, stage),
  );
  wait.end();
}

/** The pods that are there when the operation begins; at a rate, or all at once. */
export async function deletePods(run: WorkloadRun, operation: DeletePods): Promise<void> {
  const { namespace, labelSelector, podsPerSec, waits } = operation;
  const names: string[] = [];
  for (const { metadata } of run.cluster.list('Pod')) {
    if (metadata.namespace === namespace && hasLabels(metadata.labels, labelSelector)) names.push(metadata.name);
  }
  if (podsPerSec === undefined) {
    for (const name of names) run.deletePod(namespace, name);
    return;
  }
  if (names.length === 0) return;
  let next = 0;
  run.every(1_000 / podsPerSec, () => {
    const name = names[next];
    if (name !== undefined) run.deletePod(namespace, name);
    next += 1;
    return next < names.length ? 'again' : 'done';
  });
  if (!waits) return;
  // Deleting takes as long as its rate says; no timeout applies to it.
  await run.work(() => next >= names.length, Number.POSITIVE_INFINITY);
}
