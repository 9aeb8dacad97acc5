/** churn: objects that come, or come and go, in the background for the rest of the workload. */
import type { UnnamedObject } from '../objects/object-template.ts';
import type { Churn } from '../plan/operations.ts';
import type { AnyObject } from '../target.ts';
import { withOwnClaims } from './claim-controller.ts';
import type { WorkloadRun } from './workload-run.ts';

/** On each tick one step per template. What cannot be made, because its name is taken, is passed over. */
export function churn(run: WorkloadRun, operation: Churn): void {
  const { mode, number, intervalMs, namespace, templatePaths } = operation;
  run.ensureNamespace(namespace);
  const sources = templatePaths.map((path) => run.template(path).make({}));
  let count = 0;
  if (mode === 'create') {
    run.every(intervalMs, () => {
      for (const source of sources) createOne(run, source, namespace);
      count += 1;
      return count < number ? 'again' : 'done';
    });
    return;
  }
  // Each place of each template is filled on one round and emptied on the next.
  const places = sources.map((): (AnyObject | undefined)[] => Array.from({ length: number }));
  run.every(intervalMs, () => {
    const place = count % number;
    for (const [index, source] of sources.entries()) {
      const ofSource = places[index] ?? [];
      const living = ofSource[place];
      ofSource[place] = living === undefined ? createOne(run, source, namespace) : deleteOne(run, living);
    }
    count += 1;
    return 'again';
  });
}

function createOne(run: WorkloadRun, source: UnnamedObject, namespace: string): AnyObject | undefined {
  const object = run.named(source, namespace);
  const { name, namespace: own = '' } = object.metadata;
  if (run.cluster.get(object.kind, own, name) !== undefined) return undefined;
  if (object.kind !== 'Pod') {
    run.create(object);
    return object;
  }
  const { pod, claims } = withOwnClaims(run, object);
  for (const claim of claims) run.create(claim);
  run.create(pod);
  return pod;
}

function deleteOne(run: WorkloadRun, { kind, metadata: { name, namespace = '' } }: AnyObject): undefined {
  if (kind === 'Pod') run.deletePod(namespace, name);
  else run.cluster.delete(kind, namespace, name);
}
