/** Keeps account of a cluster while the records of a replay are read one after the other. */
import { milliPerGpu } from '../../workloads/gpu-resources.ts';
import type { TraceNode } from '../../workloads/trace/trace.ts';
import { type GpuTask, totalGpuMilli } from '../plugins/gpu-sharing/gpu-task.ts';
import type { GpuNodeState } from '../plugins/gpu-sharing/node-state.ts';
import type { ReplayRecord } from './replay-log.ts';

export interface Amounts {
  cpuMilli: number;
  memoryMib: number;
  gpuMilli: number;
}

/** A pod that has arrived and not left. */
export interface LedgerPod {
  readonly task: GpuTask;
  readonly arrivedNs: number;
  readonly bound?: { readonly node: number; readonly gpus: readonly number[]; readonly timeNs: number };
}

interface LedgerNode {
  cpuMilliFree: number;
  memoryMibFree: number;
  readonly gpuMilliFree: number[];
  readonly model: string;
}

export class Ledger {
  readonly capacity: Readonly<Amounts>;
  readonly #nodes: readonly LedgerNode[];
  readonly #places: ReadonlyMap<string, number>;
  readonly #pods = new Map<string, LedgerPod>();
  readonly #everArrived = new Set<string>();
  readonly #allocated: Amounts = { cpuMilli: 0, memoryMib: 0, gpuMilli: 0 };
  #arrivedGpuMilli = 0;
  #bound = 0;

  constructor(nodes: readonly TraceNode[]) {
    this.#nodes = nodes.map(({ cpuMilli, memoryMib, gpus, model }) => ({
      cpuMilliFree: cpuMilli,
      memoryMibFree: memoryMib,
      gpuMilliFree: Array<number>(gpus).fill(milliPerGpu),
      model,
    }));
    this.#places = new Map(nodes.map(({ name }, place) => [name, place]));
    const total = (amount: (node: TraceNode) => number): number => nodes.reduce((sum, node) => sum + amount(node), 0);
    this.capacity = {
      cpuMilli: total(({ cpuMilli }) => cpuMilli),
      memoryMib: total(({ memoryMib }) => memoryMib),
      gpuMilli: total(({ gpus }) => gpus * milliPerGpu),
    };
  }

  /** Asked for by all pods that have ever arrived; one that was preempted and came back counts once. */
  get arrivedGpuMilli(): number {
    return this.#arrivedGpuMilli;
  }

  /** Asked for by the pods that have a node now. */
  get allocated(): Readonly<Amounts> {
    return this.#allocated;
  }

  get boundPods(): number {
    return this.#bound;
  }

  get waitingPods(): number {
    return this.#pods.size - this.#bound;
  }

  /** By the place of the node in the list. */
  get nodes(): readonly GpuNodeState[] {
    return this.#nodes;
  }

  pod(name: string): LedgerPod | undefined {
    return this.#pods.get(name);
  }

  /**
   * Returns the place of the node that has changed, if one has.
   * @throws Error for a record that cannot be: the log is not one of a replay
   */
  apply(record: ReplayRecord): number | undefined {
    if (record.kind === 'arrived') {
      if (this.#pods.has(record.pod)) throw new Error(`pod ${record.pod} arrives although it is there`);
      this.#pods.set(record.pod, { task: record.task, arrivedNs: record.timeNs });
      if (!this.#everArrived.has(record.pod)) this.#arrivedGpuMilli += totalGpuMilli(record.task);
      this.#everArrived.add(record.pod);
      return undefined;
    }
    const pod = this.#pods.get(record.pod);
    if (pod === undefined) throw new Error(`pod ${record.pod} has not arrived`);
    if (record.kind === 'bound') {
      const node = this.#places.get(record.node);
      if (node === undefined) throw new Error(`there is no node ${record.node}`);
      if (pod.bound !== undefined) throw new Error(`pod ${record.pod} is bound twice`);
      this.#pods.set(record.pod, { ...pod, bound: { node, gpus: record.gpus, timeNs: record.timeNs } });
      this.#take(pod.task, node, record.gpus, 1);
      return node;
    }
    this.#pods.delete(record.pod);
    if (pod.bound === undefined) return undefined;
    this.#take(pod.task, pod.bound.node, pod.bound.gpus, -1);
    return pod.bound.node;
  }

  #take(task: GpuTask, place: number, gpus: readonly number[], sign: 1 | -1): void {
    const node = this.#nodes[place] as LedgerNode;
    node.cpuMilliFree -= sign * task.cpuMilli;
    node.memoryMibFree -= sign * task.memoryMib;
    for (const gpu of gpus) node.gpuMilliFree[gpu] = (node.gpuMilliFree[gpu] as number) - sign * task.gpuMilli;
    this.#allocated.cpuMilli += sign * task.cpuMilli;
    this.#allocated.memoryMib += sign * task.memoryMib;
    this.#allocated.gpuMilli += sign * totalGpuMilli(task);
    this.#bound += sign;
  }
}
