/** What goes wrong with an allocation, in kube-scheduler's words. */

/** The whole attempt is given up: something is wrong with a claim or a class, whatever the node. */
export class AllocationError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'AllocationError';
  }
}

export const allocationErrors = {
  compile: (owner: string, place: number, cause: unknown): AllocationError =>
    new AllocationError(`${owner}: selector #${place}: CEL compile error: compilation failed: ${textOf(cause)}`),
  evaluation: (owner: string, place: number, device: string, cause: unknown): AllocationError =>
    new AllocationError(`${owner}: selector #${place} on device ${device}: CEL runtime error: ${textOf(cause)}`),
  noClass: (claim: string, request: string, className: string): AllocationError =>
    new AllocationError(
      `claim ${claim}, request ${request}: could not retrieve device class ${className}: ` +
        `deviceclass.resource.k8s.io "${className}" not found`,
    ),
  poolInFlux: (claim: string, request: string, pool: string, how: 'being updated' | 'invalid'): AllocationError =>
    new AllocationError(
      `claim ${claim}, request ${request}: asks for all devices, but resource pool ${pool} is currently ${how}`,
    ),
  tooMany: (claim: string, count: number, limit: number): AllocationError =>
    new AllocationError(`claim ${claim}: number of requested devices ${count} exceeds the claim limit of ${limit}`),
  impossibleAll: (claim: string, request: string, device: string): AllocationError =>
    new AllocationError(
      `claim ${claim}, request ${request}: cannot add device ${device} because a claim constraint would not be satisfied`,
    ),
  emptyConstraint: (claim: string, place: number): AllocationError =>
    new AllocationError(`claim ${claim}, constraint #${place}: empty constraint (unsupported constraint type?)`),
  capacityIsOff: (claim: string, request: string, what: 'request' | 'subrequest'): AllocationError =>
    new AllocationError(
      `claim ${claim}, ${what} ${request}: has capacity requests, but the DRAConsumableCapacity feature is disabled`,
    ),
  tooLong: (nodeName: string): AllocationError =>
    new AllocationError(`node ${nodeName}: timed out trying to allocate devices`),
  slicesOfManyTerms: (claim: string, terms: number): AllocationError =>
    new AllocationError(
      `create NodeSelector for claim ${claim}: unsupported ResourceSlice.NodeSelector with ${terms} terms`,
    ),
};

/** The first line: the others point into the expression. */
function textOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return message.split('\n', 1)[0] ?? '';
}
