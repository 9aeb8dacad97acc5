/** How full the storage would be that a pod's volumes come from. Source: volumebinding (Score, scorer.go). */
import { quantityValue } from '../../../api/quantity.ts';
import { classOfClaim, classOfVolume } from '../volumes/claims.ts';
import type { PodVolumes } from './find-volumes.ts';

interface ClassUse {
  requested: bigint;
  capacity: bigint;
}

const full = 100;

/**
 * The mean over all storage classes, rounded. Volumes that exist are looked at first; only without any of them those
 * that are to be provisioned.
 * @param scores by whole percent of utilization
 */
export function storageScore({ bindings, provisions }: PodVolumes, scores: Float64Array): number {
  const classes = new Map<string, ClassUse>();
  const useOf = (name: string): ClassUse => {
    const use = classes.get(name) ?? { requested: 0n, capacity: 0n };
    classes.set(name, use);
    return use;
  };
  for (const { claim, volume } of bindings) {
    const use = useOf(classOfVolume(volume));
    use.requested += quantityValue(claim.spec.resources.requests.storage ?? '0');
    use.capacity += quantityValue(volume.spec.capacity.storage ?? '0');
  }
  for (const { claim, capacity } of bindings.length > 0 ? [] : provisions) {
    if (capacity === undefined) continue;
    const use = useOf(classOfClaim(claim));
    use.requested += quantityValue(claim.spec.resources.requests.storage ?? '0');
    // Not a sum: the volumes of one class come out of the same storage.
    use.capacity = quantityValue(capacity.capacity ?? '0');
  }
  if (classes.size === 0) return 0;
  let sum = 0;
  for (const use of classes.values()) sum += scores[utilization(use)] ?? 0;
  return Math.round(sum / classes.size);
}

function utilization({ requested, capacity }: ClassUse): number {
  if (capacity === 0n || requested > capacity) return full;
  return Number((requested * BigInt(full)) / capacity);
}
