/** createAny, updateAny and createResourceClaims: objects of any kind, from templates. */
import { perfErrors } from '../errors.ts';
import type { UnnamedObject } from '../objects/object-template.ts';
import type { CreateAny, CreateResourceClaims, UpdateAny } from '../plan/operations.ts';
import type { AnyObject } from '../target.ts';
import { withOwnClaims } from './claim-controller.ts';
import { isNamespaced, ofKind, qualified, type WorkloadRun } from './workload-run.ts';

export function createAny(run: WorkloadRun, { template, namespace, count }: CreateAny): void {
  const source = run.template(template.path);
  if (namespace !== undefined) run.ensureNamespace(namespace);
  for (let index = 0; index < count; index += 1) {
    const made = source.make({ ...template.params, Index: index, Count: count });
    const object = run.named(made, checkedNamespace(source.file, made, namespace));
    if (object.kind === 'Namespace') {
      run.ensureNamespace(object.metadata.name, object.metadata.labels);
      continue;
    }
    if (object.kind !== 'Pod') {
      run.create(object);
      continue;
    }
    const { pod, claims } = withOwnClaims(run, object);
    for (const claim of claims) run.create(claim);
    run.create(pod);
  }
}

export function createResourceClaims(run: WorkloadRun, operation: CreateResourceClaims): void {
  const { templatePath, namespace, count } = operation;
  const source = run.template(templatePath);
  run.ensureNamespace(namespace);
  for (let index = 0; index < count; index += 1) {
    run.create(run.named(ofKind(source.make({ Index: index, Count: count }), 'ResourceClaim', source.file), namespace));
  }
}

/** @throws PerfError when there is no object of that name. */
export async function updateAny(run: WorkloadRun, operation: UpdateAny): Promise<void> {
  const { template, namespace, count, updatesPerSec } = operation;
  const source = run.template(template.path);
  let next = 0;
  const updateNext = (): void => {
    const made = source.make({ ...template.params, Index: next, Count: count });
    next += 1;
    const object = run.named(made, checkedNamespace(source.file, made, namespace));
    const { name, namespace: own = '' } = object.metadata;
    const current = run.cluster.get(object.kind, own, name);
    if (current === undefined) throw perfErrors.notFound(object.kind, qualified(object));
    run.cluster.put(updated(current, object));
  };
  if (updatesPerSec === undefined) {
    while (next < count) updateNext();
    return;
  }
  if (count === 0) return;
  run.every(1_000 / updatesPerSec, () => {
    updateNext();
    return next < count ? 'again' : 'done';
  });
  await run.work(() => next >= count, Number.POSITIVE_INFINITY);
}

/** What the API server keeps: the identity, and where a pod is bound. A node's host name label is not lost either. */
function updated(current: AnyObject, object: AnyObject): AnyObject {
  const { uid, creationTimestamp, labels } = current.metadata;
  const kept = {
    ...(uid === undefined ? {} : { uid }),
    ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
  };
  const metadata = { ...object.metadata, ...kept };
  if (object.kind === 'Pod' && current.kind === 'Pod') {
    const nodeName = object.spec.nodeName === '' ? current.spec.nodeName : object.spec.nodeName;
    return { ...object, metadata, spec: { ...object.spec, nodeName } };
  }
  const hostname = labels['kubernetes.io/hostname'];
  if (object.kind !== 'Node' || hostname === undefined) return { ...object, metadata } as AnyObject;
  return { ...object, metadata: { ...metadata, labels: { 'kubernetes.io/hostname': hostname, ...metadata.labels } } };
}

/** @throws PerfError when the kind and the operation disagree on whether there is a namespace. */
function checkedNamespace(file: string, { object }: UnnamedObject, namespace: string | undefined): string {
  const { kind } = object;
  if (isNamespaced(kind) && namespace === undefined) throw perfErrors.needsNamespace(file, kind);
  if (!isNamespaced(kind) && namespace !== undefined) throw perfErrors.hasNoNamespace(file, kind);
  return namespace ?? '';
}
