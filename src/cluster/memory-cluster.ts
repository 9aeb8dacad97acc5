/**
 * The API server's part, in memory: it keeps the objects and tells those who watch of every change, at once and in
 * order. Deleting a pod takes effect at once: there is no kubelet whose leave it would need.
 */
import type {
  ApiObject,
  ExtendedResourceClaimStatus,
  Node,
  Pod,
  PodCondition,
  SchedulingKind,
  SchedulingObjects,
} from '../api/objects.ts';

export type AnyObject = SchedulingObjects[SchedulingKind];

/** `before` and `after` as a watch would give them: without `before` it is new, without `after` it is gone. */
export type ObjectChange =
  | { readonly before?: undefined; readonly after: AnyObject }
  | { readonly before: AnyObject; readonly after: AnyObject }
  | { readonly before: AnyObject; readonly after?: undefined };

export type Watcher = (change: ObjectChange) => void;

/** Why a pod could not be bound, in the form in which a scheduler's plugins give a status. */
export interface BindingRefusal {
  readonly code: 'error';
  readonly plugin: string;
  readonly reasons: readonly string[];
}

export class MemoryCluster {
  readonly #tables = new Map<SchedulingKind, Map<string, AnyObject>>();
  readonly #watchers: Watcher[] = [];
  readonly #untold: ObjectChange[] = [];
  #bound = 0;
  #deleted = 0;
  #named = 0;

  /** Pods that have been bound, ever. */
  get boundCount(): number {
    return this.#bound;
  }

  /** Pods that have been deleted, ever. */
  get deletedPodCount(): number {
    return this.#deleted;
  }

  /** Tells of every change from now on. */
  watch(watcher: Watcher): void {
    this.#watchers.push(watcher);
  }

  get<K extends SchedulingKind>(kind: K, namespace: string, name: string): SchedulingObjects[K] | undefined {
    return this.#tables.get(kind)?.get(`${namespace}/${name}`) as SchedulingObjects[K] | undefined;
  }

  list<K extends SchedulingKind>(kind: K): Iterable<SchedulingObjects[K]> {
    return (this.#tables.get(kind)?.values() ?? []) as Iterable<SchedulingObjects[K]>;
  }

  count(kind: SchedulingKind): number {
    return this.#tables.get(kind)?.size ?? 0;
  }

  /** Creates the object, or puts it in place of the one with its name. */
  put(after: AnyObject): void {
    const table = this.#table(after.kind);
    const key = keyOf(after);
    const before = table.get(key);
    table.set(key, after);
    this.#tell(before === undefined ? { after } : { before, after });
  }

  /** Nothing happens where there is none. */
  delete(kind: SchedulingKind, namespace: string, name: string): void {
    const table = this.#table(kind);
    const before = table.get(`${namespace}/${name}`);
    if (before === undefined) return;
    table.delete(`${namespace}/${name}`);
    if (kind === 'Pod') this.#deleted += 1;
    this.#tell({ before });
  }

  deletePod({ metadata }: Pod): void {
    this.delete('Pod', metadata.namespace ?? 'default', metadata.name);
  }

  deleteNode({ metadata }: Node): void {
    this.delete('Node', '', metadata.name);
  }

  // --- what a scheduler asks for: its SchedulerClient

  bind(pod: Pod, nodeName: string): BindingRefusal | undefined {
    const { namespace = 'default', name } = pod.metadata;
    const current = this.get('Pod', namespace, name);
    if (current === undefined || current.metadata.uid !== pod.metadata.uid) {
      return bindFailed(`pods "${name}" not found`);
    }
    if (current.spec.nodeName !== '')
      return bindFailed(`pod ${name} is already assigned to node "${current.spec.nodeName}"`);
    this.#bound += 1;
    this.put({ ...current, spec: { ...current.spec, nodeName } });
    return undefined;
  }

  evict(pod: Pod, _message: string): void {
    this.deletePod(pod);
  }

  nominate(pod: Pod, nodeName: string): void {
    const current = this.get('Pod', pod.metadata.namespace ?? 'default', pod.metadata.name);
    if (current === undefined || current.status.nominatedNodeName === nodeName) return;
    this.put({ ...current, status: { ...current.status, nominatedNodeName: nodeName } });
  }

  /** Said only where it is news: a pod may be tried many times for the same reason. */
  reportUnschedulable(pod: Pod, message: string): void {
    const current = this.get('Pod', pod.metadata.namespace ?? 'default', pod.metadata.name);
    if (current === undefined) return;
    const { conditions } = current.status;
    if (conditions.some((condition) => condition.type === 'PodScheduled' && condition.message === message)) return;
    const others = conditions.filter(({ type }) => type !== 'PodScheduled');
    const condition: PodCondition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message };
    this.put({ ...current, status: { ...current.status, conditions: [...others, condition] } });
  }

  updatePersistentVolume = (volume: SchedulingObjects['PersistentVolume']): void => this.put(volume);
  updatePersistentVolumeClaim = (claim: SchedulingObjects['PersistentVolumeClaim']): void => this.put(claim);
  updateResourceClaim = (claim: SchedulingObjects['ResourceClaim']): void => this.put(claim);
  deleteResourceClaim = ({ metadata }: SchedulingObjects['ResourceClaim']): void =>
    this.delete('ResourceClaim', metadata.namespace ?? 'default', metadata.name);

  createResourceClaim(claim: SchedulingObjects['ResourceClaim'], namePrefix: string): typeof claim {
    const { namespace = 'default' } = claim.metadata;
    const { uid: _, ...metadata } = claim.metadata;
    const made = { ...claim, metadata: { ...metadata, name: this.#freeName('ResourceClaim', namespace, namePrefix) } };
    this.put(made);
    return made;
  }

  reportExtendedResourceClaim({ metadata }: Pod, status: ExtendedResourceClaimStatus): void {
    const current = this.get('Pod', metadata.namespace ?? 'default', metadata.name);
    if (current === undefined) return;
    this.put({ ...current, status: { ...current.status, extendedResourceClaimStatus: status } });
  }

  /** Five characters after the prefix, as the API server has it, but in order instead of at random. */
  #freeName(kind: SchedulingKind, namespace: string, prefix: string): string {
    for (;;) {
      this.#named += 1;
      const name = `${prefix}${this.#named.toString(36).padStart(5, '0')}`;
      if (this.get(kind, namespace, name) === undefined) return name;
    }
  }

  #table(kind: SchedulingKind): Map<string, AnyObject> {
    const known = this.#tables.get(kind);
    if (known !== undefined) return known;
    const table = new Map<string, AnyObject>();
    this.#tables.set(kind, table);
    return table;
  }

  /** What a watcher changes in answer is told after all have been told of this: everyone sees one order. */
  #tell(change: ObjectChange): void {
    this.#untold.push(change);
    if (this.#untold.length > 1) return;
    try {
      for (let next = this.#untold[0]; next !== undefined; next = this.#untold[0]) {
        for (const watcher of this.#watchers) watcher(next);
        this.#untold.shift();
      }
    } finally {
      this.#untold.length = 0;
    }
  }
}

function keyOf({ metadata }: ApiObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

function bindFailed(reason: string): BindingRefusal {
  return { code: 'error', plugin: 'DefaultBinder', reasons: [reason] };
}
