/**
 * The extension points of kube-scheduler's framework (framework/interface.go). A plugin is one object that implements
 * those it needs. Filter and Score work on blocks of nodes; `definePlugin` adapts plugins that look at one node at a
 * time.
 */
import type {
  ExtendedResourceClaimStatus,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  ResourceClaim,
} from '../../api/objects.ts';
import type { PodInfo } from '../cluster/pod-info.ts';
import type { Cycle } from './cycle.ts';
import type { ClusterEventInterest } from './events.ts';
import type { NodeBlock } from './node-block.ts';
import type { GroupInPlacement, Placement, ProposedPlacement } from './placements.ts';
import type { Status } from './status.ts';

export type MaybePromise<T> = T | Promise<T>;

/** `undefined`: go on. `skip`: the plugin has nothing to say of this pod; its Filter (or Score) is not called. */
export type PreFilterVerdict = undefined | 'skip' | Status | { readonly nodeNames: ReadonlySet<string> };
export type PreScoreVerdict = undefined | 'skip' | Status;

/** PostFilter's answer: a node that the pod is nominated to (empty clears a nomination), or why there is none. */
export type PostFilterVerdict =
  | { readonly kind: 'nominated'; readonly nodeName: string }
  | { readonly kind: 'failed'; readonly status: Status; readonly clearNomination?: boolean };

export type PermitVerdict = undefined | Status | { readonly kind: 'wait'; readonly timeoutMs: number };

/** What a cycle that found no node knows of each node. */
export interface Diagnosis {
  /** All nodes, in visiting order. */
  readonly slots: Int32Array;
  /** The status of a node; nodes that PreFilter left out have an `unresolvable` one. */
  statusOf(slot: number): Status;
  /** How many nodes have which status. */
  readonly counts: ReadonlyMap<Status, number>;
  /** Plugins that refused the pod or one of the nodes: what queueing hints go by. */
  readonly plugins: ReadonlySet<string>;
  /** A PreFilter plugin's own words, which then stand for all nodes. */
  readonly preFilterMessage?: string;
}

export interface Plugin {
  readonly name: string;

  // --- the queue
  /** Not `undefined`: the pod may not enter the active queue. */
  preEnqueue?(pod: PodInfo): Status | undefined;
  /** QueueSort: negative when `a` goes first. */
  compare?(a: QueuedPod, b: QueuedPod): number;
  /** Events after which a pod that this plugin refused is worth another attempt. */
  readonly events?: readonly ClusterEventInterest[];

  // --- the scheduling cycle
  preFilter?(cycle: Cycle): PreFilterVerdict;
  /**
   * Told when the what-if of preemption (or a nominated pod) puts a pod on a node or takes it away. Needed only by a
   * plugin whose state was computed in PreFilter: the cluster's own indexes already follow.
   */
  addPod?(cycle: Cycle, pod: PodInfo, slot: number): void;
  removePod?(cycle: Cycle, pod: PodInfo, slot: number): void;
  /** Faults are thrown: a verdict of code `error` fails the attempt only where no node is feasible. */
  filter?(cycle: Cycle, block: NodeBlock): void;
  /** The filter looks at nothing but the pod's shape and the node with its own pods. */
  readonly nodeLocal?: boolean;
  postFilter?(cycle: Cycle, diagnosis: Diagnosis): PostFilterVerdict;
  preScore?(cycle: Cycle, feasible: NodeBlock): PreScoreVerdict;
  /** Writes the raw score of feasible.slots[i] to scores[i]. */
  score?(cycle: Cycle, feasible: NodeBlock, scores: Float64Array): void;
  /** The score looks at nothing but the pod's shape and the node with its own pods, and has no `normalize`. */
  readonly nodeLocalScore?: boolean;
  /** Turns raw scores into whole ones from 0 to 100, in place. Without it raw scores must already be such. */
  normalize?(cycle: Cycle, feasible: NodeBlock, scores: Float64Array): void;
  reserve?(cycle: Cycle, slot: number): Status | undefined;
  unreserve?(cycle: Cycle, slot: number): void;
  permit?(cycle: Cycle, slot: number): PermitVerdict;

  // --- the cycle of a PodGroup
  /** Divides the nodes of `parent` into placements, in each of which the group is tried; a status if there are none. */
  placementGenerate?(group: GroupInPlacement, parent: Placement): readonly Placement[] | Status;
  /** The raw score of a placement in which the group fits. All that was tried has been put back. */
  placementScore?(group: GroupInPlacement, proposal: ProposedPlacement): number;
  /** Turns the raw scores of all proposed placements into whole ones from 0 to 100, in place. */
  normalizePlacements?(group: GroupInPlacement, scores: number[]): void;

  // --- the binding cycle
  preBind?(cycle: Cycle, slot: number): MaybePromise<Status | undefined>;
  /** `skip`: another binder shall do it. */
  bind?(cycle: Cycle, slot: number): MaybePromise<Status | 'skip' | undefined>;
  postBind?(cycle: Cycle, slot: number): void;
}

/** What QueueSort compares. */
export interface QueuedPod {
  readonly info: PodInfo;
  /** When the pod was added to the queue, or last went back into it. */
  readonly timestampMs: number;
}

export interface WaitingPod {
  readonly info: PodInfo;
  allow(plugin: string): void;
  reject(plugin: string, message: string): void;
}

/** What the scheduler does to the cluster; the API server's part. What comes of it returns as events. */
export interface SchedulerClient {
  bind(pod: Pod, nodeName: string): MaybePromise<Status | undefined>;
  /** Deletes a pod, as an eviction by preemption does. */
  evict(pod: Pod, message: string): void;
  /** Empty: the pod is nominated to no node any more. */
  nominate(pod: Pod, nodeName: string): void;
  /** The pod's condition PodScheduled becomes False with this message. */
  reportUnschedulable?(pod: Pod, message: string): void;
  updatePersistentVolume?(volume: PersistentVolume): void;
  updatePersistentVolumeClaim?(claim: PersistentVolumeClaim): void;
  updateResourceClaim?(claim: ResourceClaim): void;
  /** Makes a claim under a free name that begins so. Returns it as it was made. */
  createResourceClaim?(claim: ResourceClaim, namePrefix: string): ResourceClaim;
  deleteResourceClaim?(claim: ResourceClaim): void;
  /** Says in the pod's status which claim has the devices that stand behind its extended resources. */
  reportExtendedResourceClaim?(pod: Pod, status: ExtendedResourceClaimStatus): void;
}
