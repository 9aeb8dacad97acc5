/** How far each pod of a workload has come, told by watching the cluster. */
import type { Pod } from '../../../api/objects.ts';
import { hasLabels } from '../metrics/metric-catalogue.ts';
import type { ObjectChange } from '../target.ts';

/**
 * In this order; a pod never goes back. `attempted`: the scheduler has said why not yet, or may not try because of a
 * gate. `gone`: deleted, or marked for it.
 */
const stages = ['pending', 'attempted', 'scheduled', 'gone'] as const;
export type PodStage = (typeof stages)[number];

export interface PodRecord {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly createdMs: number;
  /** A barrier waits for it: its operation did not. */
  readonly isForBarriers: boolean;
  stage: PodStage;
  /** It has been on a node, even if it is gone now. */
  wasScheduled: boolean;
}

/** Pods that something waits for; they leave it as they arrive at its stage. */
export interface PodWait {
  readonly outstanding: ReadonlySet<PodRecord>;
  readonly end: () => void;
}

export interface PodListener {
  created?(record: PodRecord): void;
  scheduled?(record: PodRecord): void;
  gone?(record: PodRecord, pod: Pod): void;
}

export class PodTracker {
  readonly #nowMs: () => number;
  readonly #records = new Map<string, PodRecord>();
  readonly #waits = new Set<{ readonly stage: number; readonly outstanding: Set<PodRecord> }>();
  readonly #listeners = new Set<PodListener>();
  readonly #forBarriers = new Set<string>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  get records(): Iterable<PodRecord> {
    return this.#records.values();
  }

  /** Gives what takes the listener away again. */
  listen(listener: PodListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** To be said before the pods are created. */
  markForBarriers(uids: Iterable<string>): void {
    for (const uid of uids) this.#forBarriers.add(uid);
  }

  /** The records of these pods; of those that are in the cluster, or have been. */
  *of(pods: Iterable<Pod>): Iterable<PodRecord> {
    for (const { metadata } of pods) {
      const record = metadata.uid === undefined ? undefined : this.#records.get(metadata.uid);
      if (record !== undefined) yield record;
    }
  }

  /** Pods of the namespaces (none given: of all) with these labels. */
  *find(namespaces: readonly string[], labels: Readonly<Record<string, string>>): Iterable<PodRecord> {
    const wanted = new Set(namespaces);
    for (const record of this.#records.values()) {
      if (wanted.size > 0 && !wanted.has(record.namespace)) continue;
      if (hasLabels(record.labels, labels)) yield record;
    }
  }

  /** Waits until each of the pods has come to the stage, or is gone. */
  wait(records: Iterable<PodRecord>, stage: 'attempted' | 'scheduled'): PodWait {
    const rank = stages.indexOf(stage);
    const outstanding = new Set<PodRecord>();
    for (const record of records) if (stages.indexOf(record.stage) < rank) outstanding.add(record);
    const wait = { stage: rank, outstanding };
    this.#waits.add(wait);
    return { outstanding, end: () => this.#waits.delete(wait) };
  }

  /** To be called for every change of an object, in order. */
  readonly change = ({ before, after }: ObjectChange): void => {
    const pod = after ?? before;
    if (pod.kind !== 'Pod' || pod.metadata.uid === undefined) return;
    const record = this.#records.get(pod.metadata.uid) ?? this.#create(pod, pod.metadata.uid);
    const stage = after === undefined ? 'gone' : stageOf(pod);
    const reaches = pod.spec.nodeName !== '' && !record.wasScheduled;
    if (reaches) record.wasScheduled = true;
    const isNewlyGone = stage === 'gone' && record.stage !== 'gone';
    if (stages.indexOf(stage) > stages.indexOf(record.stage)) this.#advance(record, stage);
    if (reaches) for (const listener of this.#listeners) listener.scheduled?.(record);
    if (isNewlyGone) for (const listener of this.#listeners) listener.gone?.(record, pod);
  };

  #create(pod: Pod, uid: string): PodRecord {
    const { name, namespace = 'default', labels } = pod.metadata;
    const isForBarriers = this.#forBarriers.delete(uid);
    const record: PodRecord = {
      uid,
      name,
      namespace,
      labels,
      createdMs: this.#nowMs(),
      isForBarriers,
      stage: 'pending',
      wasScheduled: false,
    };
    this.#records.set(uid, record);
    for (const listener of this.#listeners) listener.created?.(record);
    return record;
  }

  #advance(record: PodRecord, stage: PodStage): void {
    record.stage = stage;
    const rank = stages.indexOf(stage);
    for (const wait of this.#waits) if (rank >= wait.stage) wait.outstanding.delete(record);
  }
}

function stageOf(pod: Pod): PodStage {
  if (pod.metadata.deletionTimestamp !== undefined) return 'gone';
  if (pod.spec.nodeName !== '') return 'scheduled';
  const isAttempted = pod.status.conditions.some(({ type }) => type === 'PodScheduled');
  return isAttempted || pod.spec.schedulingGates.length > 0 ? 'attempted' : 'pending';
}
