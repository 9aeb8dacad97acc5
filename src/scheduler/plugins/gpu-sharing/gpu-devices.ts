/**
 * Which GPUs of its node each pod has, and what is free on each. Kubernetes counts a resource per node only; this
 * follows the cluster and keeps count per GPU. Shared by the plugins of all profiles.
 */
import { gpuIndexAnnotation, gpuMilliResource, gpuModelLabel, milliPerGpu } from '../../../workloads/gpu-resources.ts';
import type { ClusterState } from '../../cluster/cluster-state.ts';
import type { PodInfo, PodShape } from '../../cluster/pod-info.ts';
import { cpu, memory, type ResourceColumn } from '../../cluster/resource-table.ts';
import { perShape } from '../support/per-shape.ts';
import { type GpuTask, taskOfShape } from './gpu-task.ts';
import { bestFitGpus, type GpuNodeState } from './node-state.ts';

interface NodeGpus {
  readonly free: Int32Array;
  readonly model: string;
  /** Pods on the node by how many GPUs they ask for; 0 stands for a share of one. */
  readonly kinds: Map<number, number>;
}

/** Where a pod is, or last was; so that a what-if that takes it away and puts it back leaves all as it was. */
interface Holding {
  readonly slot: number;
  readonly gpus: readonly number[];
}

const noGpus: Omit<NodeGpus, 'kinds'> & { readonly kinds: ReadonlyMap<number, number> } = {
  free: new Int32Array(0),
  model: '',
  kinds: new Map(),
};
const none: readonly number[] = [];

/** So many different states are told apart before the oldest are forgotten. */
const rememberedStates = 200_000;

export class GpuDevices {
  readonly #cluster: ClusterState;
  readonly #resource: number;
  readonly #nodes: (NodeGpus | undefined)[] = [];
  readonly #holdings = new WeakMap<PodInfo, Holding>();
  readonly #taskOfShape: (shape: PodShape) => GpuTask;
  /** The pod that left last: an update of a pod takes it away and brings it back as another info. */
  #left: { readonly key: string; readonly holding: Holding } | undefined;
  readonly #stateIds: number[] = [];
  readonly #idsOfStates = new Map<string, number>();
  #lastStateId = 0;

  constructor(cluster: ClusterState) {
    this.#cluster = cluster;
    this.#resource = cluster.resources.index(gpuMilliResource);
    this.#taskOfShape = perShape((shape) => taskOfShape(shape, cluster.resources));
    for (const slot of cluster.order) this.#nodeChanged(slot);
    cluster.listen({
      podAssigned: (info, slot) => this.#podAssigned(info, slot),
      podUnassigned: (info, slot) => this.#podUnassigned(info, slot),
      nodeChanged: (slot) => this.#nodeChanged(slot),
    });
  }

  taskOf({ shape }: PodInfo): GpuTask {
    return this.#taskOfShape(shape);
  }

  /** Thousandths that are free, by GPU. Not to be kept across a change of the cluster. */
  free(slot: number): Int32Array {
    return this.#at(slot).free;
  }

  model(slot: number): string {
    return this.#at(slot).model;
  }

  /** Pods on the node by how many GPUs they ask for; 0 stands for a share of one. */
  kinds(slot: number): ReadonlyMap<number, number> {
    return this.#at(slot).kinds;
  }

  /** Not to be kept across a change of the cluster. */
  state(slot: number): GpuNodeState {
    const { free, model } = this.#at(slot);
    const { resources } = this.#cluster;
    const left = ({ allocatable, requested }: ResourceColumn): number =>
      (allocatable[slot] as number) - (requested[slot] as number);
    return {
      cpuMilliFree: left(resources.column(cpu)),
      memoryMibFree: left(resources.column(memory)) / 2 ** 20,
      gpuMilliFree: free,
      model,
    };
  }

  /** A number that nodes in the same state have in common (in which order their GPUs are filled does not matter). */
  stateId(slot: number): number {
    const known = this.#stateIds[slot];
    if (known !== undefined && known !== 0) return known;
    const { cpuMilliFree, memoryMibFree, gpuMilliFree, model } = this.state(slot);
    const key = `${model}|${cpuMilliFree}|${memoryMibFree}|${Int32Array.from(gpuMilliFree).sort().join()}`;
    if (this.#idsOfStates.size > rememberedStates) this.#idsOfStates.clear();
    const id = this.#idsOfStates.get(key) ?? ++this.#lastStateId;
    this.#idsOfStates.set(key, id);
    this.#stateIds[slot] = id;
    return id;
  }

  /** The GPUs of its node that a pod has; none for a pod that did not get those that it asked for. */
  gpusOf(info: PodInfo): readonly number[] {
    return info.slot === -1 ? none : (this.#holdings.get(info)?.gpus ?? none);
  }

  /** Moves a pod to other GPUs of its node: a policy that knows better than best fit. */
  move(info: PodInfo, gpus: readonly number[]): void {
    const { slot } = info;
    if (slot === -1) throw new Error(`pod ${info.key} is on no node whose GPUs it could have`);
    this.#take(info, slot, -1);
    this.#holdings.set(info, { slot, gpus });
    this.#take(info, slot, 1);
    this.#stateIds[slot] = 0;
  }

  #at(slot: number): typeof noGpus {
    return this.#nodes[slot] ?? noGpus;
  }

  #podAssigned(info: PodInfo, slot: number): void {
    this.#stateIds[slot] = 0;
    this.#count(info, slot, 1);
    const task = this.taskOf(info);
    if (task.gpus === 0) return;
    this.#holdings.set(info, { slot, gpus: this.#choose(info, slot, task) });
    this.#take(info, slot, 1);
  }

  #podUnassigned(info: PodInfo, slot: number): void {
    this.#stateIds[slot] = 0;
    this.#count(info, slot, -1);
    const holding = this.#holdings.get(info);
    if (holding === undefined) return;
    this.#take(info, slot, -1);
    this.#left = { key: info.key, holding };
  }

  /** The GPUs that it had here before, those that its annotation names, or those that fit best. */
  #choose(info: PodInfo, slot: number, task: GpuTask): readonly number[] {
    const { free } = this.#at(slot);
    const hasRoom = (gpus: readonly number[]): boolean =>
      gpus.length === task.gpus &&
      new Set(gpus).size === gpus.length &&
      gpus.every((gpu) => (free[gpu] ?? -1) >= task.gpuMilli);
    const held = this.#holdings.get(info) ?? (this.#left?.key === info.key ? this.#left.holding : undefined);
    // One that got none is as it was, too, after a what-if.
    if (held?.slot === slot && (held.gpus.length === 0 || hasRoom(held.gpus))) return held.gpus;
    const annotated = gpusOfAnnotation(info.pod.metadata.annotations[gpuIndexAnnotation]);
    if (annotated !== undefined && hasRoom(annotated)) return annotated;
    return bestFitGpus(free, task) ?? none;
  }

  #take(info: PodInfo, slot: number, sign: 1 | -1): void {
    const { free } = this.#at(slot);
    const { gpuMilli } = this.taskOf(info);
    for (const gpu of this.#holdings.get(info)?.gpus ?? none) {
      free[gpu] = (free[gpu] as number) - sign * gpuMilli;
    }
  }

  #count(info: PodInfo, slot: number, sign: 1 | -1): void {
    const { gpus, gpuMilli } = this.taskOf(info);
    const node = this.#nodes[slot];
    if (gpus === 0 || node === undefined) return;
    const kind = kindOf({ gpus, gpuMilli });
    const count = (node.kinds.get(kind) ?? 0) + sign;
    if (count === 0) node.kinds.delete(kind);
    else node.kinds.set(kind, count);
  }

  /** Counts anew; pods keep their GPUs where these are still there. */
  #nodeChanged(slot: number): void {
    this.#stateIds[slot] = 0;
    this.#left = undefined;
    const node = this.#cluster.node(slot);
    if (node === undefined) {
      // What its pods hold stays known: the node may come back.
      this.#nodes[slot] = undefined;
      return;
    }
    const { allocatable } = this.#cluster.resources.column(this.#resource);
    this.#nodes[slot] = {
      free: new Int32Array(Math.floor((allocatable[slot] as number) / milliPerGpu)).fill(milliPerGpu),
      model: node.metadata.labels[gpuModelLabel] ?? '',
      kinds: new Map(),
    };
    const pods = this.#cluster.podsOn(slot);
    const holds = (info: PodInfo): boolean => {
      const holding = this.#holdings.get(info);
      return holding?.slot === slot && holding.gpus.length > 0;
    };
    for (const info of pods.filter(holds)) this.#podAssigned(info, slot);
    for (const info of pods.filter((info) => !holds(info))) {
      // There may be room for it now.
      this.#holdings.delete(info);
      this.#podAssigned(info, slot);
    }
  }
}

/** Which pods a pod is like: those that ask for as many GPUs; 0 stands for a share of one. */
export function kindOf({ gpus, gpuMilli }: Pick<GpuTask, 'gpus' | 'gpuMilli'>): number {
  return gpus === 1 && gpuMilli < milliPerGpu ? 0 : gpus;
}

function gpusOfAnnotation(text: string | undefined): readonly number[] | undefined {
  return text === undefined || !/^\d+(-\d+)*$/.test(text) ? undefined : text.split('-').map(Number);
}

/** To be had through `cluster.part(gpuDevices)`. */
export function gpuDevices(cluster: ClusterState): GpuDevices {
  return new GpuDevices(cluster);
}
