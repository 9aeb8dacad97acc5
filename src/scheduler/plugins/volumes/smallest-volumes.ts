/**
 * The smallest free volumes of a class that meet one demand, by node. What is found stays until one of the volumes
 * comes or goes that it was found among: between two pods, those of one node or zone have changed.
 */
import type { Labels } from '../../../api/objects.ts';
import type { SizedVolume } from '../../../cluster/volumes-by-size.ts';
import type { NodeBlock } from '../../framework/node-block.ts';
import type { ClaimDemand } from './claim-demand.ts';
import type { FreeVolumes } from './free-volumes.ts';
import type { AnchoredItems } from './label-index.ts';
import { isReachable } from './volume-affinity.ts';
import { smaller, type VolumeGroup } from './volume-group.ts';

interface Found {
  readonly version: number;
  readonly entry: SizedVolume | undefined;
}

export class SmallestVolumes {
  readonly #demand: ClaimDemand;
  readonly #free: FreeVolumes;
  readonly #inGroups = new WeakMap<VolumeGroup, Found>();
  #labels: readonly AnchoredItems<VolumeGroup>[] = [];
  #atLabels: readonly SmallestAtLabel[] = [];

  constructor(demand: ClaimDemand, free: FreeVolumes) {
    this.#demand = demand;
    this.#free = free;
  }

  /** Among those that every node reaches. */
  anywhere(): SizedVolume | undefined {
    let best: SizedVolume | undefined;
    for (const group of this.#free.anywhere) best = smaller(best, this.#inGroup(group));
    return best;
  }

  /** Where the values of one label are all that decides who reaches which volume: by these. */
  get byOneLabel(): SmallestAtLabel | undefined {
    const { anywhere, atAnchor, others } = this.#free;
    if (anywhere.size > 0 || !others.isEmpty || atAnchor.anchored.length !== 1) return undefined;
    if (this.#labels !== atAnchor.anchored) this.#follow(atAnchor.anchored);
    return this.#atLabels[0];
  }

  /** Among those that the node reaches, which has these labels. */
  at(slot: number, labels: Labels): SizedVolume | undefined {
    const { anywhere, atAnchor, others } = this.#free;
    let best = anywhere.size === 0 ? undefined : this.anywhere();
    if (this.#labels !== atAnchor.anchored) this.#follow(atAnchor.anchored);
    for (let place = 0; place < this.#atLabels.length; place += 1) {
      const found = (this.#atLabels[place] as SmallestAtLabel).at(slot);
      if (found !== undefined) best = smaller(best, found);
    }
    if (others.isEmpty) return best;
    others.visit(slot, (group) => {
      if (isReachable(group.affinity, labels)) best = smaller(best, this.#inGroup(group));
    });
    return best;
  }

  /** The same without those that are chosen for other claims, by name. */
  besides(chosen: ReadonlySet<string>, slot: number, labels: Labels): SizedVolume | undefined {
    const best = this.at(slot, labels);
    if (best === undefined || !chosen.has(best.volume.metadata.name)) return best;
    let next: SizedVolume | undefined;
    const consider = (group: VolumeGroup): void => {
      if (isReachable(group.affinity, labels)) next = smaller(next, group.smallest(this.#demand, chosen));
    };
    for (const group of this.#free.anywhere) consider(group);
    this.#free.atAnchor.visit(slot, consider);
    this.#free.others.visit(slot, consider);
    return next;
  }

  #inGroup(group: VolumeGroup): SizedVolume | undefined {
    const found = this.#inGroups.get(group);
    if (found?.version === group.version) return found.entry;
    const entry = group.smallest(this.#demand);
    this.#inGroups.set(group, { version: group.version, entry });
    return entry;
  }

  #follow(labels: readonly AnchoredItems<VolumeGroup>[]): void {
    this.#labels = labels;
    this.#atLabels = labels.map((items) => new SmallestAtLabel(this.#demand, items));
  }
}

/** By the values of one label. */
export class SmallestAtLabel {
  readonly #demand: ClaimDemand;
  readonly #items: AnchoredItems<VolumeGroup>;
  /** By the number of the value: the groups that were looked at, and what was found. */
  readonly #groups: (readonly VolumeGroup[] | undefined)[] = [];
  readonly #entries: (SizedVolume | undefined)[] = [];

  constructor(demand: ClaimDemand, items: AnchoredItems<VolumeGroup>) {
    this.#demand = demand;
    this.#items = items;
  }

  at(slot: number): SizedVolume | undefined {
    const domain = this.#items.domains[slot] as number;
    return domain < 0 ? undefined : this.#ofValue(domain);
  }

  /** Keeps the nodes that reach one; the others get this verdict. */
  filter(block: NodeBlock, verdicts: Int32Array, refusal: number): void {
    const { slots, count } = block;
    const { domains } = this.#items;
    let kept = 0;
    for (let place = 0; place < count; place += 1) {
      const slot = slots[place] as number;
      const domain = domains[slot] as number;
      if (domain >= 0 && this.#ofValue(domain) !== undefined) slots[kept++] = slot;
      else verdicts[slot] = refusal;
    }
    block.count = kept;
  }

  #ofValue(domain: number): SizedVolume | undefined {
    const groups = this.#items.at(domain);
    if (this.#groups[domain] === groups) return this.#entries[domain];
    let best: SizedVolume | undefined;
    for (const group of groups) best = smaller(best, group.smallest(this.#demand));
    this.#groups[domain] = groups;
    this.#entries[domain] = best;
    return best;
  }
}
