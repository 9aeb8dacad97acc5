/** createPods: all at once, or in a steady state. */
import type { Pod, ResourceClaim } from '../../../api/objects.ts';
import { perfErrors } from '../errors.ts';
import { defaultPod } from '../objects/template-library.ts';
import type { CreatePods } from '../plan/operations.ts';
import { withOwnClaims } from './claim-controller.ts';
import type { PodRecord } from './pod-tracker.ts';
import { type PodVolume, VolumeMaker, withVolume } from './volumes.ts';
import { type NamedPod, ofKind, qualified, type WorkloadRun } from './workload-run.ts';

/** A pod with all that must exist before it. */
export interface PreparedPod {
  readonly pod: NamedPod;
  readonly volume: PodVolume | undefined;
  readonly claims: readonly ResourceClaim[];
}

/** Makes the pods of one operation, without putting them into the cluster yet: that is the generator's own work. */
export class PodMaker {
  readonly #run: WorkloadRun;
  readonly #operation: CreatePods;
  readonly #template: ReturnType<WorkloadRun['template']>;
  readonly #volumes: VolumeMaker | undefined;
  #batch:
    | { readonly number: number; readonly from: object; readonly labels: Readonly<Record<string, string>> }
    | undefined;

  constructor(run: WorkloadRun, operation: CreatePods) {
    this.#run = run;
    this.#operation = operation;
    this.#template = run.template(operation.template?.path, { fallback: defaultPod });
    const { volumes, namespace } = operation;
    this.#volumes = volumes === undefined ? undefined : new VolumeMaker(run, namespace, volumes);
  }

  prepare(count: number): PreparedPod[] {
    return Array.from({ length: count }, (_, index) => this.#make(index, count));
  }

  #make(index: number, count: number): PreparedPod {
    const made = this.#template.make({ ...this.#operation.template?.params, Index: index, Count: count });
    const named = this.#run.named(ofKind(made, 'Pod', this.#template.file), this.#operation.namespace) as NamedPod;
    const signed = this.#withSignature(named, index);
    const volume = this.#volumes?.make(index);
    const { pod, claims } = withOwnClaims(this.#run, volume === undefined ? signed : withVolume(signed, volume));
    return { pod, volume, claims };
  }

  /** Pods of one batch share their labels, which the scheduler knows again by identity. */
  #withSignature(pod: NamedPod, index: number): NamedPod {
    const { signatureBatchSize } = this.#operation;
    if (signatureBatchSize === undefined) return pod;
    const number = Math.floor(index / signatureBatchSize);
    const { labels: from } = pod.metadata;
    if (this.#batch?.number !== number || this.#batch.from !== from) {
      this.#batch = { number, from, labels: { ...from, signature: `signature-label-${number}` } };
    }
    return { ...pod, metadata: { ...pod.metadata, labels: this.#batch.labels } };
  }
}

/** Puts the pods into the cluster, each after its volume and its claims. */
export function putPods(run: WorkloadRun, prepared: readonly PreparedPod[]): void {
  for (const { pod, volume, claims } of prepared) {
    if (volume !== undefined) {
      run.create(volume.claim);
      run.create(volume.volume);
    }
    for (const claim of claims) run.create(claim);
    run.create(pod);
  }
}

/**
 * Waits for these pods: each must have been on a node, or be gone. scheduler_perf counts scheduled pods of the whole
 * namespace instead, and goes on too early where other operations have filled it before.
 */
export async function waitUntilScheduled(run: WorkloadRun, pods: readonly Pod[]): Promise<void> {
  const wait = run.pods.wait(run.pods.of(pods), 'scheduled');
  await run.until(
    () => wait.outstanding.size === 0,
    () => describeOutstanding(run, wait.outstanding, 'scheduled'),
  );
  wait.end();
}

/** How many pods are missing, and for one of them the scheduler's own words. */
export function describeOutstanding(run: WorkloadRun, outstanding: ReadonlySet<PodRecord>, stage: string): string {
  const [first] = outstanding;
  if (first === undefined) return `every pod is ${stage}`;
  const pod = run.cluster.get('Pod', first.namespace, first.name);
  const reason = pod?.status.conditions.find(({ type }) => type === 'PodScheduled')?.message;
  const count = outstanding.size === 1 ? '1 pod is' : `${outstanding.size} pods are`;
  return `${count} not ${stage}, among them ${pod === undefined ? first.name : qualified(pod)}${reason === undefined ? '' : ` (${reason})`}`;
}

/** More pods than this in a row without time passing: the clock is one that nothing moves. */
const mostPodsInNoTime = 10_000;

/**
 * Keeps `count` pods waiting for the time that the operation says: each one that gets a node is deleted, and another
 * takes its place.
 */
export async function createSteadily(
  run: WorkloadRun,
  { namespace, count }: CreatePods,
  maker: PodMaker,
  first: readonly PreparedPod[],
  durationMs: number,
): Promise<void> {
  const deadlineMs = run.clock.nowMs() + durationMs;
  let scheduled: PodRecord[] = [];
  let total = 0;
  let lastMs = run.clock.nowMs();
  let sinceLast = 0;
  const replace = (): void => {
    if (run.clock.nowMs() >= deadlineMs) return;
    const batch = scheduled;
    scheduled = [];
    for (const { name } of batch) {
      run.deletePod(namespace, name);
      putPods(run, maker.prepare(1));
    }
  };
  const stopListening = run.pods.listen({
    scheduled: (record) => {
      if (record.namespace !== namespace) return;
      total += 1;
      if (scheduled.push(record) === 1) run.soon(replace);
    },
  });
  putPods(run, first);
  const isOver = (): boolean => {
    const nowMs = run.clock.nowMs();
    if (nowMs !== lastMs) {
      lastMs = nowMs;
      sinceLast = total;
    } else if (total - sinceLast > mostPodsInNoTime + count) {
      throw perfErrors.timeStandsStill();
    }
    return nowMs >= deadlineMs;
  };
  await run.work(isOver, deadlineMs);
  stopListening();
  if (total === 0) throw perfErrors.nothingScheduled();
}
