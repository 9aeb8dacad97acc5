/**
 * What a pod asks a node for, and what a node has. Amounts are whole: cpu in millicores, other resources in units.
 * Sources: k8s.io/component-helpers/resource helpers.go (PodRequests), kube-scheduler util/pod_resources.go and
 * framework/types.go (Resource.SetMaxResource, calculateResource).
 */
import type { Container, Node, Pod, PodSpec, ResourceList } from './objects.ts';
import { quantityMilliValue, quantityValue } from './quantity.ts';

/** cpu in millicores, other resources in units, by name. */
export type Amounts = Map<string, bigint>;

/**
 * Thousandths of everything, by name: what sums are made of, because they are rounded up only when they are complete.
 */
type Milli = Map<string, bigint>;

/** What scores count for a container that says nothing of a resource: it will use some nevertheless. */
const assumptions: Milli = new Map([
  ['cpu', 100n],
  ['memory', 200n * 1024n * 1024n * 1000n],
]);
const noAssumptions: Milli = new Map();

/** Resources that a pod can ask for as a whole. */
export function isPodLevel(resource: string): boolean {
  return resource === 'cpu' || resource === 'memory' || resource.startsWith('hugepages-');
}

/** Real requests: what Filter and BalancedAllocation count. */
export function podRequests(pod: Pod): Amounts {
  return rounded(total(pod, noAssumptions));
}

/** cpu and memory with the assumptions that LeastAllocated and its kin make. */
export function nonZeroPodRequests(pod: Pod): { readonly milliCpu: bigint; readonly memory: bigint } {
  const amounts = rounded(total(pod, assumed(pod)));
  return { milliCpu: amounts.get('cpu') ?? 0n, memory: amounts.get('memory') ?? 0n };
}

/** What the containers of a new pod ask for together, in thousandths, before anything that is said of the whole pod. */
export function containerRequests(spec: PodSpec): Milli {
  return containersTotal({ spec, status: unknownStatus }, noAssumptions);
}

const unknownStatus: Pod['status'] = { phase: 'Pending', conditions: [], nominatedNodeName: '' };

/** Where the pod asks for something as a whole, only what nobody in it asks for at all is assumed. */
function assumed(pod: Pod): Milli {
  const { resources } = pod.spec;
  if (resources === undefined || !Object.keys(resources.requests).some(isPodLevel)) return assumptions;
  const known = total(pod, noAssumptions);
  return new Map([...assumptions].filter(([name]) => !known.has(name)));
}

function total(pod: Pod, missing: Milli): Milli {
  const sum = containersTotal(pod, missing);
  for (const [name, amount] of podLevelRequests(pod)) if (isPodLevel(name)) sum.set(name, amount);
  add(sum, milliOf(pod.spec.overhead));
  return sum;
}

function containersTotal({ spec, status }: Pick<Pod, 'spec' | 'status'>, missing: Milli): Milli {
  const isAssigned = spec.nodeName !== '';
  const isRefused = isResizeRefused(status);
  const requestsOf = (container: Container, statuses: PodStatuses): Milli => {
    const wanted = milliOf(container.resources.requests);
    const own = isAssigned ? statuses?.find(({ name }) => name === container.name) : undefined;
    const requests =
      own?.resources === undefined
        ? wanted
        : resized(wanted, own.resources.requests, own.allocatedResources, isRefused);
    for (const [name, amount] of missing) if (!requests.has(name)) requests.set(name, amount);
    return requests;
  };
  const sum: Milli = new Map();
  for (const container of spec.containers) add(sum, requestsOf(container, status.containerStatuses));
  const sidecars: Milli = new Map();
  const starting: Milli = new Map();
  for (const container of spec.initContainers) {
    if (container.restartPolicy === 'Always') {
      const requests = requestsOf(container, status.initContainerStatuses);
      add(sum, requests);
      add(sidecars, requests);
      raise(starting, sidecars);
    } else {
      // Those that end are not resized.
      const requests = requestsOf(container, undefined);
      add(requests, sidecars);
      raise(starting, requests);
    }
  }
  raise(sum, starting);
  return sum;
}

type PodStatuses = Pod['status']['containerStatuses'];

function podLevelRequests({ spec, status }: Pod): Milli {
  if (spec.resources === undefined) return noAssumptions;
  const wanted = milliOf(spec.resources.requests);
  if (spec.nodeName === '' || status.resources === undefined || ![...wanted.keys()].some(isPodLevel)) return wanted;
  return resized(wanted, status.resources.requests, status.allocatedResources, isResizeRefused(status));
}

function isResizeRefused({ conditions }: Pod['status']): boolean {
  return conditions.find(({ type }) => type === 'PodResizePending')?.reason === 'Infeasible';
}

/**
 * While there is a resize in place, the node must hold the largest of what is wanted, given and used. What the node
 * has refused is not waited for.
 */
function resized(wanted: Milli, used: ResourceList, given: ResourceList = {}, isRefused: boolean): Milli {
  const amounts: Milli = isRefused ? new Map() : wanted;
  raise(amounts, milliOf(used));
  raise(amounts, milliOf(given));
  return amounts;
}

function milliOf(list: ResourceList): Milli {
  const amounts: Milli = new Map();
  for (const name of Object.keys(list)) amounts.set(name, quantityMilliValue(list[name] ?? '0'));
  return amounts;
}

function rounded(milli: Milli): Amounts {
  const amounts: Amounts = new Map();
  for (const [name, amount] of milli) amounts.set(name, name === 'cpu' ? amount : (amount + 999n) / 1000n);
  return amounts;
}

function add(sum: Milli, more: Milli): void {
  for (const [name, amount] of more) sum.set(name, (sum.get(name) ?? 0n) + amount);
}

function raise(sum: Milli, least: Milli): void {
  for (const [name, amount] of least) if (amount > (sum.get(name) ?? -1n)) sum.set(name, amount);
}

/** Each quantity by itself: cpu in millicores, other resources in units. */
export function amountsOf(list: ResourceList): Amounts {
  const amounts: Amounts = new Map();
  for (const [name, quantity] of Object.entries(list)) {
    amounts.set(name, name === 'cpu' ? quantityMilliValue(quantity) : quantityValue(quantity));
  }
  return amounts;
}

/** What a node has for pods, `pods` among it. */
export function nodeAllocatable(node: Node): Amounts {
  return amountsOf(node.status.allocatable);
}
