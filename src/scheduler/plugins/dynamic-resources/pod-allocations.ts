/** A pod's claims in one cycle: which have devices already, and what the others can have on which node. */
import { type CompiledNodeSelector, compileNodeSelector } from '../../../api/label-selectors.ts';
import type { Node, Pod, ResourceClaim } from '../../../api/objects.ts';
import type { ClusterState } from '../../cluster/cluster-state.ts';
import { type AllocatedDevices, allocatedDevices } from './allocated-devices.ts';
import { allocationSelector } from './allocation-selector.ts';
import { type AllocationOutcome, type AllocatorOptions, allocate } from './allocator.ts';
import type { DeviceSelectors } from './device-selectors.ts';
import { type DeviceChanges, deviceChanges, type NodeVerdicts, type VerdictsByRequests } from './node-verdicts.ts';
import { canBeReserved, isReservedFor } from './pod-resource-claims.ts';
import { preferenceScore } from './preference-score.ts';
import { claimProblem, fullNameOf, type PreparedClaim, prepareClaim } from './prepared-request.ts';

export type Allocation = NonNullable<ResourceClaim['status']['allocation']>;

/** Why a node has no devices for the claims; anything from 0 up is the score of what it has. */
export const noDevices = -1;
export const invalidPools = -2;

const specTexts = new WeakMap<ResourceClaim['spec'], string>();

export class PodAllocations {
  /** As the API server has them; replaced as they are written. */
  readonly claims: ResourceClaim[];
  /** Places of claims that hold devices which some node did not reach: PostFilter may take them back. */
  readonly unavailable = new Set<number>();
  /** By place; decided by Reserve. */
  readonly decided: (Allocation | undefined)[] = [];
  readonly #cluster: ClusterState;
  readonly #options: AllocatorOptions;
  readonly #selectors: DeviceSelectors;
  readonly #allocated: AllocatedDevices;
  readonly #changes: DeviceChanges;
  readonly #reachable: readonly (CompiledNodeSelector | undefined)[];
  /** Places of claims that still need devices. */
  readonly #open: readonly number[];
  readonly #heldScore: number;
  readonly #verdicts: NodeVerdicts | undefined;
  #prepared: readonly PreparedClaim[] | undefined;

  constructor(
    cluster: ClusterState,
    claims: readonly ResourceClaim[],
    selectors: DeviceSelectors,
    verdicts: VerdictsByRequests,
    options: AllocatorOptions,
  ) {
    this.claims = [...claims];
    this.#cluster = cluster;
    this.#options = options;
    this.#selectors = selectors;
    this.#allocated = cluster.part(allocatedDevices);
    this.#changes = cluster.part(deviceChanges);
    this.#reachable = claims.map(({ status: { allocation } }) =>
      allocation?.nodeSelector === undefined ? undefined : compileNodeSelector(allocation.nodeSelector),
    );
    this.#open = claims.flatMap(({ status }, place) => (status.allocation === undefined ? [place] : []));
    this.#heldScore = claims.reduce(
      (sum, claim) => sum + preferenceScore(claim, claim.status.allocation?.results ?? []),
      0,
    );
    const requests = this.#open.map((place) => specText((claims[place] as ResourceClaim).spec)).join('\n');
    this.#verdicts = this.#open.length === 0 ? undefined : verdicts.of(requests);
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
      const problem = claimProblem(claim, this.#cluster.objects);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  /** @throws AllocationError */
  verdict(slot: number): number {
    if (this.#verdicts === undefined) return this.#heldScore;
    const known = this.#verdicts.get(slot, this.#changes);
    if (known !== undefined) return known < 0 ? known : known + this.#heldScore;
    const outcome = this.#search(slot);
    const verdict =
      outcome === 'none' ? noDevices : outcome === 'invalid pools' ? invalidPools : this.#scoreOf(outcome);
    this.#verdicts.set(slot, verdict, this.#changes, this.#cluster.capacity);
    return verdict < 0 ? verdict : verdict + this.#heldScore;
  }

  /** Whether the node reaches all devices that claims hold already; notes claims whose devices it does not reach. */
  reaches({ metadata }: Node): boolean {
    let reaches = true;
    for (let place = 0; place < this.#reachable.length; place += 1) {
      if (this.#reachable[place]?.matches(metadata.labels, metadata.name) !== false) continue;
      this.unavailable.add(place);
      reaches = false;
    }
    return reaches;
  }

  /** Every claim holds devices, and every node reaches them. */
  get isIndifferent(): boolean {
    return this.#open.length === 0 && this.#reachable.every((selector) => selector === undefined);
  }

  /**
   * Takes devices of the node for the claims that have none. @returns whether there were any to be had
   * @throws AllocationError
   */
  decide(slot: number): boolean {
    if (this.#open.length === 0) return true;
    const outcome = this.#search(slot);
    if (typeof outcome === 'string') return false;
    outcome.forEach((devices, index) => {
      const place = this.#open[index] as number;
      const claim = this.claims[place] as ResourceClaim;
      const nodeSelector = allocationSelector(devices, fullNameOf(claim));
      const results = devices.map(({ result }) => result);
      const allocation: Allocation = nodeSelector === undefined ? { results } : { results, nodeSelector };
      this.decided[place] = allocation;
      this.#allocated.decide(claim, allocation);
    });
    return true;
  }

  #search(slot: number): AllocationOutcome {
    this.#prepared ??= this.#open.map((place) =>
      prepareClaim(this.claims[place] as ResourceClaim, this.#cluster.objects),
    );
    const pools = this.#changes.poolsOf(slot);
    const nodeName = this.#cluster.nodeName(slot);
    return allocate(this.#prepared, pools, nodeName, this.#allocated, this.#selectors, this.#options);
  }

  #scoreOf(outcome: Exclude<AllocationOutcome, string>): number {
    return outcome.reduce((sum, devices, index) => {
      const claim = this.claims[this.#open[index] as number] as ResourceClaim;
      return (
        sum +
        preferenceScore(
          claim,
          devices.map(({ result }) => result),
        )
      );
    }, 0);
  }
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
