/** createResourceDriver and allocResourceClaims: devices on nodes, and claims that hold some of them already. */
import type { Device, Node, ResourceClaim, ResourceSlice } from '../../../api/objects.ts';
import type { Random } from '../../../stats/random.ts';
import { perfErrors } from '../errors.ts';
import type { AllocResourceClaims, CreateResourceDriver } from '../plan/operations.ts';
import { qualified, type WorkloadRun } from './workload-run.ts';

/** One ResourceSlice for each node whose name matches. */
export function createResourceDriver(run: WorkloadRun, operation: CreateResourceDriver): void {
  const { driverName, nodes, maxClaimsPerNode } = operation;
  const matches = globPattern(nodes);
  const names = [...run.cluster.list('Node')].map(({ metadata }) => metadata.name).filter((name) => matches.test(name));
  for (const name of names) run.create(resourceSlice(driverName, name, maxClaimsPerNode, run.names.uid()));
}

/** The devices of scheduler_perf's test driver (dra.go, resourceSlice). */
function resourceSlice(driver: string, node: string, capacity: number, uid: string): ResourceSlice {
  const devices = Array.from(
    { length: capacity },
    (_, index): Device => ({
      name: `instance-${index}`,
      attributes: { model: 'A100', family: 'GPU', driverVersion: { version: '1.2.3' }, 'dra.example.com/numa': index },
      capacity: { memory: '1Gi' },
      taints: [],
    }),
  );
  return {
    apiVersion: 'resource.k8s.io/v1',
    kind: 'ResourceSlice',
    metadata: { name: node, uid, labels: {}, annotations: {} },
    spec: { driver, pool: { name: node, generation: 1, resourceSliceCount: 1 }, nodeName: node, devices },
  };
}

/** A pattern of Go's filepath.Match, for names without slashes: `*`, `?` and `[a-z]`. */
function globPattern(glob: string): RegExp {
  const body = glob.replace(
    /\\(.)|\*|\?|\[(\^?)([^\]]*)\]|[\s\S]/g,
    (found, literal?: string, not = '', set?: string) => {
      if (literal !== undefined) return escaped(literal);
      if (found === '*') return '.*';
      if (found === '?') return '.';
      return set === undefined ? escaped(found) : `[${not}${set}]`;
    },
  );
  return new RegExp(`^${body}$`, 's');
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/**
 * Gives each claim that has no devices yet those of a node that is picked at random.
 * @throws PerfError when the target cannot, or no node has devices left.
 */
export function allocResourceClaims(run: WorkloadRun, { namespace }: AllocResourceClaims): void {
  const { target, cluster } = run;
  const claims = [...cluster.list('ResourceClaim')].filter(
    ({ metadata, status }) =>
      status.allocation === undefined && (namespace === undefined || metadata.namespace === namespace),
  );
  if (claims.length === 0) return;
  if (target.allocateClaim === undefined) throw perfErrors.cannotAllocate();
  const nodes = [...cluster.list('Node')];
  for (const [place, claim] of claims.entries()) {
    const allocation = allocateSomewhere(run, claim, nodes);
    if (allocation === undefined) throw perfErrors.claimNotAllocated(qualified(claim), place, claims.length);
    cluster.put({ ...claim, status: { ...claim.status, allocation } });
  }
}

function allocateSomewhere(run: WorkloadRun, claim: ResourceClaim, nodes: Node[]) {
  for (const node of shuffled(nodes, run.random)) {
    const allocation = run.target.allocateClaim?.(claim, node);
    if (allocation !== undefined) return allocation;
  }
  return undefined;
}

/** In random order, drawn as far as it is looked at. Reorders the list itself. */
function* shuffled<T>(items: T[], random: Random): Iterable<T> {
  for (let place = 0; place < items.length; place += 1) {
    const other = place + Math.floor(random.next() * (items.length - place));
    const drawn = items[other] as T;
    items[other] = items[place] as T;
    items[place] = drawn;
    yield drawn;
  }
}
