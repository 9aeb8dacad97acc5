/** What a pod asks for, over all its containers. */
import type { Container, ContainerStatus, Pod, ResourceList } from '../../../src/api/objects.ts';
import { milliOf, unitsOfMilli } from './quantity.ts';

/** By resource, in thousandths. */
type Milli = ReadonlyMap<string, bigint>;

/** By resource: cpu in thousandths, everything else in whole units. */
export type Amounts = ReadonlyMap<string, bigint>;

/** For a container that does not say what it needs; scoring only. */
const assumed: ResourceList = { cpu: '100m', memory: '200Mi' };

/** What Filter compares; `pod` is still waiting. */
export const requestsOfPending = (pod: Pod): Amounts => amounts(total(pod, false, {}));

/** What a running pod takes from its node; a resize in progress counts with the larger size. */
export const requestsOfAssigned = (pod: Pod): Amounts => amounts(total(pod, true, {}));

/** With `assumed` for what containers leave out. */
export const nonZeroRequestsOfPending = (pod: Pod): Amounts => amounts(total(pod, false, assumedFor(pod, false)));
export const nonZeroRequestsOfAssigned = (pod: Pod): Amounts => amounts(total(pod, true, assumedFor(pod, true)));

/** With pod-level requests only what no container and not the pod asks for is assumed. */
function assumedFor(pod: Pod, isAssigned: boolean): ResourceList {
  if (podLevelRequests(pod).size === 0) return assumed;
  const known = total(pod, isAssigned, {});
  return Object.fromEntries(Object.entries(assumed).filter(([name]) => !known.has(name)));
}

function total(pod: Pod, isAssigned: boolean, missing: ResourceList): Milli {
  const { containers, initContainers, overhead } = pod.spec;
  const statuses = isAssigned ? (pod.status.containerStatuses ?? []) : [];
  const initStatuses = isAssigned ? (pod.status.initContainerStatuses ?? []) : [];
  let running: Milli = new Map();
  for (const container of containers) running = sum(running, withMissing(needs(pod, container, statuses), missing));
  let sidecars: Milli = new Map();
  let starting: Milli = new Map();
  for (const container of initContainers) {
    if (container.restartPolicy === 'Always') {
      const own = withMissing(needs(pod, container, initStatuses), missing);
      running = sum(running, own);
      sidecars = sum(sidecars, own);
      starting = largest(starting, sidecars);
    } else {
      const own = withMissing(list(container.resources.requests), missing);
      starting = largest(starting, sum(own, sidecars));
    }
  }
  return sum(new Map([...largest(running, starting), ...podLevelRequests(pod)]), list(overhead));
}

function podLevelRequests({ spec }: Pod): Milli {
  const requests = list(spec.resources?.requests ?? {});
  const isAllowed = (name: string): boolean => name === 'cpu' || name === 'memory' || name.startsWith('hugepages-');
  return new Map([...requests].filter(([name]) => isAllowed(name)));
}

function needs(pod: Pod, container: Container, statuses: readonly ContainerStatus[]): Milli {
  const asked = list(container.resources.requests);
  const status = statuses.find(({ name }) => name === container.name);
  if (status?.resources === undefined) return asked;
  const granted = largest(list(status.resources.requests), list(status.allocatedResources ?? {}));
  return isResizeInfeasible(pod) ? granted : largest(asked, granted);
}

function isResizeInfeasible({ status }: Pod): boolean {
  return status.conditions.find(({ type }) => type === 'PodResizePending')?.reason === 'Infeasible';
}

const list = (resources: ResourceList): Milli =>
  new Map(Object.entries(resources).map(([name, quantity]) => [name, milliOf(quantity)]));

/** Only what has no entry at all: an explicit 0 stays 0. */
const withMissing = (requests: Milli, missing: ResourceList): Milli => new Map([...list(missing), ...requests]);

const sum = (left: Milli, right: Milli): Milli => combine(left, right, (a, b) => a + b);
const largest = (left: Milli, right: Milli): Milli => combine(left, right, (a, b) => (a > b ? a : b));

function combine(left: Milli, right: Milli, how: (a: bigint, b: bigint) => bigint): Milli {
  const names = new Set([...left.keys(), ...right.keys()]);
  return new Map([...names].map((name) => [name, how(left.get(name) ?? 0n, right.get(name) ?? 0n)]));
}

const amounts = (milli: Milli): Amounts =>
  new Map([...milli].map(([name, value]) => [name, name === 'cpu' ? value : unitsOfMilli(value)]));
