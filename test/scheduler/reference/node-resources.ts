/** What a node has and what its pods take of it. */
import type { Node, Pod } from '../../../src/api/objects.ts';
import { type Amounts, nonZeroRequestsOfAssigned, requestsOfAssigned } from './pod-requests.ts';
import { milliOf, unitsOf } from './quantity.ts';

/** cpu in thousandths, everything else in whole units; 0 of what the node does not name. */
export function allocatableOf({ status }: Node, resource: string): bigint {
  const quantity = status.allocatable[resource];
  if (quantity === undefined) return 0n;
  return resource === 'cpu' ? milliOf(quantity) : unitsOf(quantity);
}

export const usedOf = (pods: readonly Pod[], resource: string): bigint => sumOf(pods, resource, requestsOfAssigned);

/** With what scoring assumes for containers that say nothing. */
export const nonZeroUsedOf = (pods: readonly Pod[], resource: string): bigint =>
  sumOf(pods, resource, nonZeroRequestsOfAssigned);

function sumOf(pods: readonly Pod[], resource: string, requests: (pod: Pod) => Amounts): bigint {
  return pods.reduce((sum, pod) => sum + (requests(pod).get(resource) ?? 0n), 0n);
}

const isNative = (name: string): boolean => !name.includes('/') || name.includes('kubernetes.io/');

/** What a device plugin may add to a node: `domain/name`. */
export const isExtended = (name: string): boolean => !isNative(name) && !name.startsWith('requests.');

/** Resources other than cpu, memory, ephemeral-storage and pods that are counted at all. */
export function isScalar(name: string): boolean {
  const isPrefixedNative = name.includes('kubernetes.io/');
  return isExtended(name) || isPrefixedNative || /^(hugepages-|attachable-volumes-)/.test(name);
}
