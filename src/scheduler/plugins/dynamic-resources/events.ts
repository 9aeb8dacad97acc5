/** What may help a pod that waits for devices. Source: dynamicresources.go, EventsToRegister. */
import type { Pod, ResourceClaim } from '../../../api/objects.ts';
import type { ObjectTable } from '../../cluster/object-table.ts';
import { podKey } from '../../cluster/pod-info.ts';
import type { ClusterEventInterest } from '../../framework/events.ts';
import type { CompatVersion } from '../../framework/plugin-factory.ts';
import { changeOf } from '../volumes/changes.ts';
import type { TaintSources } from './device-taints.ts';
import { podResourceClaims } from './pod-resource-claims.ts';

export function resourceClaimEvents(
  objects: ObjectTable,
  compat: CompatVersion,
  taints: TaintSources,
): readonly ClusterEventInterest[] {
  const isNew = compat !== '1.34';
  return [
    { resource: 'Node', actions: isNew ? ['add', 'update-labels', 'update-allocatable'] : ['add', 'update-labels'] },
    {
      resource: 'ResourceClaim',
      actions: isNew ? ['add', 'update', 'delete'] : ['add', 'update'],
      hint({ pod }, event) {
        const { before, after } = changeOf('ResourceClaim', event);
        return helps(pod, before, after, objects) ? 'queue' : 'skip';
      },
    },
    {
      resource: 'UnscheduledPod',
      actions: ['update-claims'],
      hint({ key }, event) {
        const { after } = changeOf('Pod', event);
        if (after === undefined || podKey(after) !== key) return 'skip';
        return typeof podResourceClaims(after, objects) === 'string' ? 'skip' : 'queue';
      },
    },
    { resource: 'DeviceClass', actions: ['add', 'update'] },
    { resource: 'ResourceSlice', actions: ['add', 'update'] },
    // To kube-scheduler, the slices have changed.
    ...(taints === 'slices and rules'
      ? [{ resource: 'DeviceTaintRule', actions: ['add', 'update', 'delete'] } as const]
      : []),
  ];
}

function helps(
  pod: Pod,
  before: ResourceClaim | undefined,
  after: ResourceClaim | undefined,
  objects: ObjectTable,
): boolean {
  if (after === undefined) return before?.status.allocation !== undefined;
  const claims = podResourceClaims(pod, objects);
  if (typeof claims === 'string') return false;
  // Its devices may be had by anyone now.
  if (before?.status.allocation !== undefined && after.status.allocation === undefined) return true;
  const { namespace, name } = after.metadata;
  if (!claims.some(({ metadata }) => metadata.namespace === namespace && metadata.name === name)) return false;
  return before === undefined || JSON.stringify(before.status) !== JSON.stringify(after.status);
}
