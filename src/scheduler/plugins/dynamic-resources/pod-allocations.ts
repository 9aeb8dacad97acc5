/** A pod's claims in one cycle: which have devices already, and what the others can have on which node. */
import { type CompiledNodeSelector, compileNodeSelector } from '../../../api/label-selectors.ts';
import type { Node, Pod, ResourceClaim } from '../../../api/objects.ts';
import type { ClusterState } from '../../cluster/cluster-state.ts';
import { type AllocatedDevices, allocatedDevices } from './allocated-devices.ts';
import { allocationSelector } from './allocation-selector.ts';
import { type AllocationOutcome, type AllocatorOptions, allocate } from './allocator.ts';
import { hasFailedToBind } from './binding-conditions.ts';
import type { DeviceSelectors } from './device-selectors.ts';
import { deviceTaints } from './device-taints.ts';
import { cannotFit, type ExtendedClaim, type NodeShare } from './extended-claim.ts';
import { type DeviceChanges, deviceChanges, type NodeVerdicts, type VerdictsByRequests } from './node-verdicts.ts';
import { canBeReserved, isReservedFor } from './pod-resource-claims.ts';
import { preferenceScore } from './preference-score.ts';
import { claimProblem, fullNameOf, type PreparedClaim, prepareClaim } from './prepared-request.ts';

export type Allocation = NonNullable<ResourceClaim['status']['allocation']>;

/** Why a node has no devices for the claims; anything from 0 up is the score of what it has. */
export const noDevices = -1;
export const invalidPools = -2;
/** An extended resource that neither the node nor a class provides. */
export const noResource = -3;

/** What one plugin's allocations of all pods have in common. */
export interface AllocationContext {
  readonly cluster: ClusterState;
  readonly selectors: DeviceSelectors;
  readonly verdicts: VerdictsByRequests;
  readonly options: AllocatorOptions;
}

/** Claims that need devices on a node; the same on most nodes. */
interface OpenClaims {
  readonly claims: readonly { readonly place: number; readonly claim: ResourceClaim }[];
  readonly verdicts: NodeVerdicts;
  prepared: readonly PreparedClaim[] | undefined;
}

const specTexts = new WeakMap<ResourceClaim['spec'], string>();

export class PodAllocations {
  /**
   * As the API server has them; replaced as they are written. The last may be one that is made for the pod's extended
   * resources, and has requests once a node is decided on.
   */
  readonly claims: ResourceClaim[];
  /** Places of claims that hold devices which some node did not reach: PostFilter may take them back. */
  readonly unavailable = new Set<number>();
  /** By place; decided by Reserve. */
  readonly decided: (Allocation | undefined)[] = [];
  readonly extended: ExtendedClaim | undefined;
  readonly #context: AllocationContext;
  readonly #allocated: AllocatedDevices;
  readonly #changes: DeviceChanges;
  readonly #reachable: readonly (CompiledNodeSelector | undefined)[];
  /** Places of claims that have devices of which the driver says that they cannot be made ready. */
  readonly #failed: readonly number[];
  readonly #heldScore: number;
  /** Without any for extended resources; undefined where there are none. */
  readonly #plain: OpenClaims | undefined;
  readonly #withShares = new Map<NodeShare, OpenClaims>();
  #decidedShare: NodeShare | undefined;

  constructor(context: AllocationContext, claims: readonly ResourceClaim[], extended?: ExtendedClaim) {
    const { cluster } = context;
    this.claims = extended === undefined ? [...claims] : [...claims, extended.claim];
    this.extended = extended;
    this.#context = context;
    this.#allocated = cluster.part(allocatedDevices);
    this.#changes = cluster.part(deviceChanges);
    this.#reachable = claims.map(({ status: { allocation } }) =>
      allocation?.nodeSelector === undefined ? undefined : compileNodeSelector(allocation.nodeSelector),
    );
    this.#heldScore = claims.reduce(
      (sum, claim) => sum + preferenceScore(claim, claim.status.allocation?.results ?? []),
      0,
    );
    this.#failed = context.options.bindings
      ? claims.flatMap((claim, place) => (hasFailedToBind(claim) ? [place] : []))
      : [];
    const open = claims.flatMap((claim, place) => (claim.status.allocation === undefined ? [{ place, claim }] : []));
    this.#plain = open.length === 0 ? undefined : this.#openClaims(open);
  }

  /** What of the extended resources the decided node gives by devices. */
  get share(): NodeShare | undefined {
    return this.#decidedShare;
  }

  /** Why the pod can be placed nowhere now; nothing when it may be. */
  problem(pod: Pod): string | undefined {
    for (const claim of this.claims) {
      if (claim.status.allocation !== undefined) {
        if (!canBeReserved(claim) && !isReservedFor(pod, claim)) return 'resourceclaim in use';
        continue;
      }
      if (this.#allocated.isPending(claim)) {
        return `resource claim ${fullNameOf(claim)} is in the process of being allocated`;
      }
      if (claim === this.extended?.claim) continue;
      const problem = claimProblem(claim, this.#context.cluster.objects);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  /** @throws AllocationError */
  verdict(slot: number): number {
    const open = this.#openOn(slot);
    if (open === cannotFit) return noResource;
    if (open === undefined) return this.#heldScore;
    const known = open.verdicts.get(slot, this.#changes);
    if (known !== undefined) return known < 0 ? known : known + this.#heldScore;
    const outcome = this.#search(open, slot);
    const verdict =
      outcome === 'none' ? noDevices : outcome === 'invalid pools' ? invalidPools : scoreOf(open, outcome);
    open.verdicts.set(slot, verdict, this.#changes, this.#context.cluster.capacity);
    return verdict < 0 ? verdict : verdict + this.#heldScore;
  }

  /** Whether the node reaches all devices that claims hold already, and they are sound; notes claims of which it is not so. */
  reaches({ metadata }: Node): boolean {
    let reaches = this.#failed.length === 0;
    for (const place of this.#failed) this.unavailable.add(place);
    for (let place = 0; place < this.#reachable.length; place += 1) {
      if (this.#reachable[place]?.matches(metadata.labels, metadata.name) !== false) continue;
      this.unavailable.add(place);
      reaches = false;
    }
    return reaches;
  }

  /** Every claim holds devices, and every node reaches them. */
  get isIndifferent(): boolean {
    return (
      this.#plain === undefined &&
      this.extended === undefined &&
      this.#failed.length === 0 &&
      this.#reachable.every((selector) => selector === undefined)
    );
  }

  /**
   * Takes devices of the node for the claims that have none. @returns whether there were any to be had
   * @throws AllocationError
   */
  decide(slot: number): boolean {
    this.#undecide();
    const open = this.#openOn(slot);
    if (open === cannotFit) return false;
    if (open === undefined) return true;
    const outcome = this.#search(open, slot);
    if (typeof outcome === 'string') return false;
    const share = this.extended?.on(slot);
    if (share !== cannotFit) this.#decidedShare = share;
    outcome.forEach((devices, index) => {
      const { place, claim } = open.claims[index] as OpenClaims['claims'][number];
      const onNode = this.#context.cluster.nodeName(slot);
      const nodeSelector = allocationSelector(devices, fullNameOf(claim), onNode, this.#context.options.bindings);
      const results = devices.map(({ result, isShare }) =>
        isShare ? { ...result, shareID: this.#allocated.nextShareId() } : result,
      );
      const allocation: Allocation = nodeSelector === undefined ? { results } : { results, nodeSelector };
      this.claims[place] = claim;
      this.decided[place] = allocation;
      this.#allocated.decide(claim, allocation);
    });
    return true;
  }

  /** The claim at a place has been made of one in memory. */
  made(place: number, claim: ResourceClaim): void {
    this.#allocated.rename(this.claims[place] as ResourceClaim, claim);
    this.claims[place] = claim;
  }

  /** As it was before the first decision: more than one is made where pods of a group are tried together. */
  #undecide(): void {
    this.decided.length = 0;
    this.#decidedShare = undefined;
    if (this.extended !== undefined) this.claims[this.claims.length - 1] = this.extended.claim;
  }

  /** Undefined where nothing needs devices. */
  #openOn(slot: number): OpenClaims | typeof cannotFit | undefined {
    const share = this.extended?.on(slot);
    if (share === undefined) return this.#plain;
    if (share === cannotFit) return cannotFit;
    let open = this.#withShares.get(share);
    if (open === undefined) {
      const special = { place: this.claims.length - 1, claim: share.claim };
      open = this.#openClaims([...(this.#plain?.claims ?? []), special]);
      this.#withShares.set(share, open);
    }
    return open;
  }

  #openClaims(claims: OpenClaims['claims']): OpenClaims {
    const requests = claims.map(({ claim }) => specText(claim.spec)).join('\n');
    return { claims, verdicts: this.#context.verdicts.of(requests), prepared: undefined };
  }

  #search(open: OpenClaims, slot: number): AllocationOutcome {
    const { cluster, selectors, options } = this.#context;
    open.prepared ??= open.claims.map(({ claim }) => prepareClaim(claim, cluster.objects));
    const pools = this.#changes.poolsOf(slot, options.partitions);
    const taints = cluster.part(deviceTaints);
    return allocate(open.prepared, pools, cluster.nodeName(slot), this.#allocated, selectors, taints, options);
  }
}

function scoreOf({ claims }: OpenClaims, outcome: Exclude<AllocationOutcome, string>): number {
  return outcome.reduce((sum, devices, index) => {
    const { claim } = claims[index] as OpenClaims['claims'][number];
    const results = devices.map(({ result }) => result);
    return sum + preferenceScore(claim, results);
  }, 0);
}

/** Claims of one template share their spec. */
function specText(spec: ResourceClaim['spec']): string {
  let text = specTexts.get(spec);
  if (text === undefined) {
    text = JSON.stringify(spec);
    specTexts.set(spec, text);
  }
  return text;
}
