/** What the operations of one workload share: the cluster, time, names, and the pods that were made so far. */
import type { Pod, SchedulingKind } from '../../../api/objects.ts';
import type { Random } from '../../../stats/random.ts';
import { perfErrors } from '../errors.ts';
import { ObjectTemplate, type ToObject, type UnnamedObject } from '../objects/object-template.ts';
import type { TemplateLibrary } from '../objects/template-library.ts';
import type { AnyObject, PerfClock, PerfCluster, PerfTarget } from '../target.ts';
import type { TextTemplate } from '../template/index.ts';
import { NameSource } from './names.ts';
import { PodTracker } from './pod-tracker.ts';

/** Kinds that belong to no namespace. */
const clusterKinds: ReadonlySet<SchedulingKind> = new Set<SchedulingKind>([
  'Node',
  'Namespace',
  'PersistentVolume',
  'StorageClass',
  'CSINode',
  'CSIDriver',
  'PriorityClass',
  'VolumeAttachment',
  'ResourceSlice',
  'DeviceClass',
  'DeviceTaintRule',
]);

export function isNamespaced(kind: SchedulingKind): boolean {
  return !clusterKinds.has(kind);
}

/** scheduler_perf gives up waiting for pods after ten minutes. */
const defaultWaitTimeoutMs = 600_000;

export interface RunParts {
  readonly target: PerfTarget;
  readonly templates: TemplateLibrary;
  readonly toObject: ToObject;
  readonly random: Random;
  /** @default 600,000 */
  readonly waitTimeoutMs?: number;
}

export class WorkloadRun {
  readonly target: PerfTarget;
  readonly cluster: PerfCluster;
  readonly clock: PerfClock;
  readonly random: Random;
  readonly names = new NameSource();
  readonly pods: PodTracker;
  readonly namespaces = new Set<string>();
  readonly #templates: TemplateLibrary;
  readonly #toObject: ToObject;
  readonly #waitTimeoutMs: number;
  readonly #scheduled = new Set<() => void>();
  /** What callbacks of the clock have thrown: the operation in progress throws it. */
  readonly #failures: unknown[] = [];
  #isOver = false;

  constructor({ target, templates, toObject, random, waitTimeoutMs = defaultWaitTimeoutMs }: RunParts) {
    this.target = target;
    this.cluster = target.cluster;
    this.clock = target.clock;
    this.random = random;
    this.pods = new PodTracker(() => target.clock.nowMs());
    this.#templates = templates;
    this.#toObject = toObject;
    this.#waitTimeoutMs = waitTimeoutMs;
    target.cluster.watch((change) => {
      if (!this.#isOver) this.pods.change(change);
    });
  }

  /** Stops everything that goes on in the background. */
  end(): void {
    this.#isOver = true;
    for (const cancel of this.#scheduled) cancel();
    this.#scheduled.clear();
  }

  /**
   * @param path Undefined: the operation names none, and `fallback` is used.
   * @param complete As in ObjectTemplate.
   */
  template(
    path: string | undefined,
    { fallback, complete }: { readonly fallback?: TextTemplate; readonly complete?: (value: unknown) => unknown } = {},
  ): ObjectTemplate {
    const template = path === undefined ? fallback : this.#templates.get(path);
    if (template === undefined) throw new RangeError(`template ${path} was not loaded`);
    return new ObjectTemplate(template, this.#toObject, complete);
  }

  // --- objects

  /** The object with its name, its namespace and an identity of its own. */
  named({ object, name, namePrefix }: UnnamedObject, namespace: string): AnyObject {
    const metadata = { ...object.metadata, name: name ?? this.names.generate(namePrefix), uid: this.names.uid() };
    return { ...object, metadata: isNamespaced(object.kind) ? { ...metadata, namespace } : metadata } as AnyObject;
  }

  /** @throws PerfError when there is one with its name. */
  create(object: AnyObject): void {
    const { name, namespace = '' } = object.metadata;
    if (this.cluster.get(object.kind, namespace, name) !== undefined) {
      throw perfErrors.alreadyExists(object.kind, qualified(object));
    }
    this.cluster.put(object);
  }

  /** Namespaces may be made again: operations name them without asking who was first. */
  ensureNamespace(name: string, labels: Readonly<Record<string, string>> = {}): void {
    this.namespaces.add(name);
    if (this.cluster.get('Namespace', '', name) !== undefined) return;
    // The API server labels each namespace with its name.
    const metadata = { name, uid: this.names.uid(), annotations: {} };
    this.cluster.put({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { ...metadata, labels: { ...labels, 'kubernetes.io/metadata.name': name } },
    });
  }

  /** Finalizers keep a pod, marked as deleted, as the API server does. */
  deletePod(namespace: string, name: string): void {
    const pod = this.cluster.get('Pod', namespace, name);
    if (pod === undefined) return;
    const { finalizers = [], deletionTimestamp } = pod.metadata;
    if (finalizers.length === 0) {
      this.cluster.delete('Pod', namespace, name);
      return;
    }
    if (deletionTimestamp !== undefined) return;
    const marked = new Date(this.clock.nowMs()).toISOString();
    this.cluster.put({ ...pod, metadata: { ...pod.metadata, deletionTimestamp: marked } });
  }

  // --- time

  /**
   * Lets the scheduler work until `done` or the deadline. Gives whether it is done.
   * @throws what something in the background has thrown meanwhile
   */
  async work(done: () => boolean, deadlineMs: number): Promise<boolean> {
    const isDone = await this.target.runUntil(() => this.#failures.length > 0 || done(), deadlineMs);
    if (this.#failures.length > 0) throw this.#failures[0];
    return isDone;
  }

  /** @throws PerfError when that takes too long; `what` says what is missing then. */
  async until(done: () => boolean, what: () => string): Promise<void> {
    if (done()) return;
    const deadlineMs = this.clock.nowMs() + this.#waitTimeoutMs;
    if (!(await this.work(done, deadlineMs))) throw perfErrors.timedOut(this.#waitTimeoutMs, what());
  }

  async sleep(durationMs: number): Promise<void> {
    await this.work(() => false, this.clock.nowMs() + durationMs);
  }

  /**
   * Calls `tick` every `intervalMs`, first after one interval, until it says that it is done or the workload ends. A
   * tick that comes late is not made up for by a burst of others. Gives what calls it off.
   */
  every(intervalMs: number, tick: () => 'again' | 'done'): () => void {
    let dueMs = this.clock.nowMs() + intervalMs;
    let cancelNext: () => void = () => undefined;
    const arm = (): void => {
      cancelNext = this.#at(dueMs, () => {
        dueMs = Math.max(dueMs + intervalMs, this.clock.nowMs());
        if (tick() === 'again') arm();
      });
    };
    arm();
    return () => cancelNext();
  }

  /** Runs `action` as soon as the scheduler is between two attempts. */
  soon(action: () => void): void {
    this.#at(this.clock.nowMs(), action);
  }

  #at(atMs: number, action: () => void): () => void {
    const cancel = this.clock.schedule(atMs, () => {
      this.#scheduled.delete(cancel);
      try {
        action();
      } catch (error) {
        this.#failures.push(error);
      }
    });
    this.#scheduled.add(cancel);
    return () => {
      this.#scheduled.delete(cancel);
      cancel();
    };
  }
}

export function qualified({ metadata }: AnyObject): string {
  return metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;
}

/** A template that must hold a certain kind. @throws PerfError when it holds another. */
export function ofKind<K extends SchedulingKind>(
  made: UnnamedObject,
  kind: K,
  file: string,
): UnnamedObject & { readonly object: Extract<AnyObject, { kind: K }> } {
  if (made.object.kind !== kind) throw perfErrors.wrongKind(file, made.object.kind, kind);
  return made as UnnamedObject & { readonly object: Extract<AnyObject, { kind: K }> };
}

export type NamedPod = Pod & { readonly metadata: { readonly uid: string; readonly namespace: string } };
