/** One attempt to schedule one pod, and what plugins remember from one extension point to the next. */
import type { ClusterState } from '../cluster/cluster-state.ts';
import type { PodInfo } from '../cluster/pod-info.ts';
import type { StatusTable } from './status.ts';

/** Names one plugin's state of a cycle; made once, when its module loads. */
export interface StateKey<T> {
  readonly id: number;
  readonly name: string;
  /** Only in types: what the state is. */
  readonly type?: T;
}

let keys = 0;

export function stateKey<T>(name: string): StateKey<T> {
  return { id: keys++, name };
}

/** kube-scheduler's CycleState, together with what every extension point needs. */
export class Cycle {
  readonly cluster: ClusterState;
  readonly statuses: StatusTable;
  readonly pod: PodInfo;
  /** By slot: the number of the status that removed the node. Only nodes that this cycle removed have a meaningful entry. */
  readonly verdicts: Int32Array;
  readonly #states: unknown[] = [];

  constructor(cluster: ClusterState, statuses: StatusTable, pod: PodInfo, verdicts: Int32Array) {
    this.cluster = cluster;
    this.statuses = statuses;
    this.pod = pod;
    this.verdicts = verdicts;
  }

  set<T>(key: StateKey<T>, state: T): void {
    this.#states[key.id] = state;
  }

  get<T>(key: StateKey<T>): T | undefined {
    return this.#states[key.id] as T | undefined;
  }

  /** @throws when the plugin's earlier extension point has left nothing. */
  read<T>(key: StateKey<T>): T {
    const state = this.#states[key.id];
    if (state === undefined) throw new Error(`${key.name} has no state in this cycle`);
    return state as T;
  }
}
