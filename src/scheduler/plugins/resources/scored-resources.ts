/** The resources that a score counts, made ready for the pods of a shape. Source: kube-scheduler plugins/noderesources/resource_allocation.go. */
import type { PodShape } from '../../cluster/pod-info.ts';
import type { ResourceColumn } from '../../cluster/resource-column.ts';
import { cpu, memory, type ResourceTable } from '../../cluster/resource-table.ts';
import type { ResourceWeight } from './resource-args.ts';
import { isCountedResource, isScalarResource } from './resource-names.ts';

/** What scores read of a column. */
export type ScoredColumn = Pick<ResourceColumn, 'name' | 'allocatable' | 'requested' | 'wide'>;

export interface ScoredResource {
  readonly weight: number;
  /** Its allocatable. */
  readonly capacity: ScoredColumn;
  /** Its requested. */
  readonly used: ScoredColumn;
  /** What the pod asks for. */
  readonly amount: number;
  readonly exact: bigint;
}

/**
 * In the order in which they are configured. Resources of which no node has any are left out, and so are scalar ones
 * that the pod does not ask for.
 * @param assumed count what containers without requests may use: 100 millicores, 200 MiB
 */
export function scoredResources(
  shape: PodShape,
  resources: readonly ResourceWeight[],
  table: ResourceTable,
  assumed: boolean,
): readonly ScoredResource[] {
  const scored: ScoredResource[] = [];
  for (const { name, weight } of resources) {
    if (!isCountedResource(name)) continue;
    const index = table.index(name);
    const capacity = table.column(index);
    let used: ScoredColumn = capacity;
    let exact = requestOf(shape, index);
    if (exact === 0n && isScalarResource(name)) continue;
    if (assumed && index === cpu) [used, exact] = [table.nonZeroCpu, shape.nonZeroRequests.cpu];
    if (assumed && index === memory) [used, exact] = [table.nonZeroMemory, shape.nonZeroRequests.memory];
    scored.push({ weight, capacity, used, amount: Number(exact), exact });
  }
  return scored;
}

function requestOf({ requests }: PodShape, index: number): bigint {
  return requests.exact[requests.resources.indexOf(index)] ?? 0n;
}

/**
 * Whether amounts of nodes are too large for doubles, so that they have to be computed with as 64-bit integers. A pod's
 * own amount may be: it is then more than any node has, and rounding it changes nothing.
 */
export function isWide({ capacity, used }: ScoredResource): boolean {
  return capacity.wide !== undefined || used.wide !== undefined;
}

/** Exact also where `isWide`. */
export function wideCapacity({ capacity }: ScoredResource, slot: number): bigint {
  return capacity.wide?.allocatable[slot] ?? BigInt(capacity.allocatable[slot] as number);
}

/** Exact also where `isWide`. */
export function wideUsed(used: ScoredColumn, slot: number): bigint {
  return used.wide?.requested[slot] ?? BigInt(used.requested[slot] as number);
}
