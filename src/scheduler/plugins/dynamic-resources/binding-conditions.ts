/** What drivers say of devices that must be made ready for a pod. Source: dynamicresources.go, isClaimReadyForBinding. */
import type { ResourceClaim } from '../../../api/objects.ts';

/** Whether some device of the claim cannot be made ready; nothing is said of devices after one that is not ready yet. */
export function hasFailedToBind({ status }: ResourceClaim): boolean {
  for (const result of status.allocation?.results ?? []) {
    const { bindingConditions = [], bindingFailureConditions = [] } = result;
    if (bindingConditions.length === 0) continue;
    const said = status.devices?.find(
      ({ driver, pool, device }) => driver === result.driver && pool === result.pool && device === result.device,
    );
    if (said === undefined) return false;
    const isTrue = (wanted: string): boolean =>
      said.conditions.some((condition) => condition.type === wanted && condition.status === 'True');
    if (bindingFailureConditions.some(isTrue)) return true;
    if (!bindingConditions.every(isTrue)) return false;
  }
  return false;
}
