/**
 * The claim controller that scheduler_perf runs beside the scheduler: ResourceClaims for the templates that pods name,
 * and what becomes of claims when their pods go.
 */
import type { Pod, ResourceClaim } from '../../../api/objects.ts';
import { releasedClaim, templateClaim } from '../../../api/owned-claims.ts';
import { perfErrors } from '../errors.ts';
import { qualified, type WorkloadRun } from './workload-run.ts';

/**
 * The pod with the names of the claims that belong to it, and those claims. The real controller makes them after the
 * pod, which waits for them; here they come first, so that no attempt is spent on waiting.
 * @throws PerfError when a template does not exist.
 */
export function withOwnClaims<P extends Pod>(
  run: WorkloadRun,
  pod: P,
): { readonly pod: P; readonly claims: readonly ResourceClaim[] } {
  const { name, namespace = 'default' } = pod.metadata;
  const claims: ResourceClaim[] = [];
  const statuses = pod.spec.resourceClaims.flatMap(({ name: podClaim, resourceClaimTemplateName: templateName }) => {
    if (templateName === undefined) return [];
    const template = run.cluster.get('ResourceClaimTemplate', namespace, templateName);
    if (template === undefined) throw perfErrors.noClaimTemplate(qualified(pod), `${namespace}/${templateName}`);
    const claim = templateClaim(pod, podClaim, template, {
      name: run.names.generate(`${name}-${podClaim}-`),
      uid: run.names.uid(),
    });
    claims.push(claim);
    return [{ name: podClaim, resourceClaimName: claim.metadata.name }];
  });
  if (claims.length === 0) return { pod, claims };
  return { pod: { ...pod, status: { ...pod.status, resourceClaimStatuses: statuses } }, claims };
}

/** Follows the pods until the workload ends. What changes in answer, changes between two attempts of the scheduler. */
export function runClaimController(run: WorkloadRun): void {
  run.pods.listen({ gone: (_, pod) => releaseClaims(run, pod) });
}

/** Claims that were made for the pod go with it; others lose their reservation, and without any their devices. */
function releaseClaims(run: WorkloadRun, pod: Pod): void {
  const { extendedResourceClaimStatus: extended } = pod.status;
  if (pod.spec.resourceClaims.length === 0 && extended === undefined) return;
  const { namespace = 'default' } = pod.metadata;
  const statuses = pod.status.resourceClaimStatuses ?? [];
  const own = statuses.flatMap(({ resourceClaimName }) => (resourceClaimName === undefined ? [] : [resourceClaimName]));
  if (extended !== undefined) own.push(extended.resourceClaimName);
  const shared = pod.spec.resourceClaims.flatMap(({ resourceClaimName: name }) => (name === undefined ? [] : [name]));
  run.soon(() => {
    for (const name of own) run.cluster.delete('ResourceClaim', namespace, name);
    for (const name of shared) {
      const claim = run.cluster.get('ResourceClaim', namespace, name);
      if (claim === undefined) continue;
      const released = releasedClaim(claim, pod);
      if (released !== undefined) run.cluster.put(released);
    }
  });
}
