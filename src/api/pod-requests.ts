/**
 * What a pod asks a node for, and what a node has. Amounts are whole: cpu in millicores, other resources in units.
 * Sources: k8s.io/component-helpers/resource helpers.go (PodRequests), kube-scheduler util/pod_resources.go and
 * framework/types.go (Resource.SetMaxResource, calculateResource).
 */
import type { Container, ContainerStatus, Node, Pod, ResourceList } from './objects.ts';
import { quantityMilliValue, quantityValue } from './quantity.ts';

/** cpu in millicores, other resources in units, by name. */
export type Amounts = Map<string, bigint>;

/** For a container that says nothing of cpu or memory, where scores count what it may use nevertheless. */
const assumedMilliCpu = 100n;
const assumedMemory = 200n * 1024n * 1024n;

/** Resources that a pod can ask for as a whole. */
const isPodLevel = (resource: string): boolean =>
  resource === 'cpu' || resource === 'memory' || resource.startsWith('hugepages-');

export function amountsOf(list: ResourceList): Amounts {
  return new Map(Object.entries(list).map(([name, quantity]) => [name, amountOf(name, quantity)]));
}

function amountOf(name: string, quantity: string): bigint {
  return name === 'cpu' ? quantityMilliValue(quantity) : quantityValue(quantity);
}

/** Real requests: what Filter and BalancedAllocation count. */
export function podRequests(pod: Pod): Amounts {
  return requestsOf(pod, ({ resources }) => amountsOf(resources.requests));
}

/** cpu and memory with the assumptions that LeastAllocated and its kin make. */
export function nonZeroPodRequests(pod: Pod): { readonly milliCpu: bigint; readonly memory: bigint } {
  const podLevel = pod.spec.resources?.requests ?? {};
  const amounts = requestsOf(pod, ({ resources }) => {
    const requests = amountsOf(resources.requests);
    if (!requests.has('cpu') && podLevel.cpu === undefined) requests.set('cpu', assumedMilliCpu);
    if (!requests.has('memory') && podLevel.memory === undefined) requests.set('memory', assumedMemory);
    return requests;
  });
  return { milliCpu: amounts.get('cpu') ?? 0n, memory: amounts.get('memory') ?? 0n };
}

type RequestsOf = (container: Container) => Amounts;

function requestsOf(pod: Pod, ofSpec: RequestsOf): Amounts {
  const { spec, status } = pod;
  const resizing = resizeOf(pod);
  const total: Amounts = new Map();
  for (const container of spec.containers) {
    add(total, resized(ofSpec(container), statusOf(container, status.containerStatuses), resizing));
  }
  const sidecars: Amounts = new Map();
  const starting: Amounts = new Map();
  for (const container of spec.initContainers) {
    const own = ofSpec(container);
    if (container.restartPolicy === 'Always') {
      const requests = resized(own, statusOf(container, status.initContainerStatuses), resizing);
      add(total, requests);
      add(sidecars, requests);
      raise(starting, sidecars);
    } else {
      const needed = new Map(own);
      add(needed, sidecars);
      raise(starting, needed);
    }
  }
  raise(total, starting);
  if (spec.resources !== undefined) {
    for (const [name, amount] of amountsOf(spec.resources.requests)) if (isPodLevel(name)) total.set(name, amount);
  }
  add(total, amountsOf(spec.overhead));
  return total;
}

/** How far an in-place resize has come: what counts of spec and status. */
type Resize = 'none' | 'greatest' | 'infeasible';

function resizeOf({ spec, status }: Pod): Resize {
  if (spec.nodeName === '') return 'none';
  if (status.containerStatuses === undefined && status.initContainerStatuses === undefined) return 'none';
  const refused = status.conditions.some(
    ({ type, reason, status: state }) => type === 'PodResizePending' && reason === 'Infeasible' && state !== 'False',
  );
  return refused ? 'infeasible' : 'greatest';
}

function statusOf({ name }: Container, statuses: readonly ContainerStatus[] | undefined): ContainerStatus | undefined {
  return statuses?.find((status) => status.name === name);
}

/** While a container is resized, the node must hold the largest of what it wants, has been given and uses. */
function resized(wanted: Amounts, status: ContainerStatus | undefined, resize: Resize): Amounts {
  if (resize === 'none' || status === undefined) return wanted;
  const given = amountsOf(status.allocatedResources ?? {});
  const actual = amountsOf(status.resources?.requests ?? {});
  if (given.size === 0 && actual.size === 0) return wanted;
  const amounts = resize === 'infeasible' ? new Map(actual) : new Map(wanted);
  raise(amounts, given);
  raise(amounts, actual);
  return amounts;
}

function add(sum: Amounts, more: ReadonlyMap<string, bigint>): void {
  for (const [name, amount] of more) sum.set(name, (sum.get(name) ?? 0n) + amount);
}

function raise(sum: Amounts, least: ReadonlyMap<string, bigint>): void {
  for (const [name, amount] of least) if (amount > (sum.get(name) ?? -1n)) sum.set(name, amount);
}

/** What a node has for pods, `pods` among it. */
export function nodeAllocatable(node: Node): Amounts {
  return amountsOf(node.status.allocatable);
}
