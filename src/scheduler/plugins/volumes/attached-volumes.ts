/**
 * Follows which volumes are attached where: by the pods that have a node, and by VolumeAttachments. A pod's volumes
 * are worked out when it comes to its node, and again when a claim, volume or class that they depend on changes.
 */
import type { CSINode, PersistentVolume, PersistentVolumeClaim, VolumeAttachment } from '../../../api/objects.ts';
import type { ClusterState } from '../../cluster/cluster-state.ts';
import type { PodInfo } from '../../cluster/pod-info.ts';
import { eachAssignedPod } from './assigned-pods.ts';
import { type AttachableVolume, attachablesOf, attachmentKey, mayAttach } from './attachable.ts';
import { type ClaimUsers, claimUsers } from './claim-users.ts';
import { claimKey } from './claims.ts';
import { DriverRoom } from './driver-room.ts';
import { sameMigration } from './in-tree.ts';
import { NodeUsage } from './node-usage.ts';

interface PodUsage {
  readonly usage: NodeUsage;
  readonly nodeName: string;
  readonly volumes: readonly AttachableVolume[];
}

export class AttachedVolumes {
  readonly room: DriverRoom;
  readonly #cluster: ClusterState;
  readonly #users: ClaimUsers;
  /** By node name: CSINodes and attachments may come before their node. */
  readonly #usages = new Map<string, NodeUsage>();
  readonly #bySlot: (NodeUsage | undefined)[] = [];
  readonly #pods = new Map<PodInfo, PodUsage>();
  /** Claims by the name of the volume that they say they have. */
  readonly #claimsOfVolume = new Map<string, Set<string>>();
  #broken = 0;

  constructor(cluster: ClusterState) {
    this.#cluster = cluster;
    this.room = new DriverRoom(cluster.capacity);
    this.#users = cluster.part(claimUsers);
    const { objects } = cluster;
    for (const csiNode of objects.list('CSINode')) this.#csiNodeChanged(undefined, csiNode);
    for (const attachment of objects.list('VolumeAttachment')) this.#attachmentChanged(undefined, attachment);
    for (const claim of objects.list('PersistentVolumeClaim')) this.#noteVolume(claim);
    eachAssignedPod(cluster, (info, slot) => this.#add(info, slot));
    objects.listen('CSINode', (before, after) => this.#csiNodeChanged(before, after));
    objects.listen('VolumeAttachment', (before, after) => this.#attachmentChanged(before, after));
    objects.listen('PersistentVolumeClaim', (before, after) => this.#claimChanged(before, after));
    objects.listen('PersistentVolume', (before, after) => this.#volumeChanged(before, after));
    objects.listen('StorageClass', () => this.#refreshAll());
    cluster.listen({
      podAssigned: (info, slot) => this.#add(info, slot),
      podUnassigned: (info) => this.#remove(info),
      nodeChanged: (slot, before, after) => {
        // A slot is given to another node once the first is gone.
        if (before !== undefined || after === undefined) return;
        const usage = this.#usages.get(after.metadata.name);
        this.#bySlot[slot] = usage;
        for (const driver of this.room.drivers) this.#measureRoom(slot, usage, driver);
        for (const driver of usage?.limits.keys() ?? []) this.#measureRoom(slot, usage, driver);
      },
      grown: (capacity) => this.room.grow(capacity),
    });
  }

  /** Undefined: nothing is attached, and nothing is limited. @param slot of a node that is there */
  usage(slot: number): NodeUsage | undefined {
    return this.#bySlot[slot];
  }

  /** Some node has a pod whose volumes cannot be told. */
  get hasBroken(): boolean {
    return this.#broken > 0;
  }

  /** Volumes of a driver that VolumeAttachments name and no pod of the node uses. */
  attachedOnly(usage: NodeUsage, driver: string): number {
    if (usage.attachments.size === 0) return 0;
    const keys = new Set<string>();
    for (const { spec } of usage.attachments.values()) {
      if (spec.attacher !== driver || spec.source.persistentVolumeName === undefined) continue;
      const source = this.#cluster.objects.get('PersistentVolume', '', spec.source.persistentVolumeName)?.spec.source;
      if (source?.kind !== 'csi') continue;
      const key = attachmentKey(spec.attacher, source.volumeHandle);
      if (!usage.has(key)) keys.add(key);
    }
    return keys.size;
  }

  #usageFor(nodeName: string): NodeUsage {
    const known = this.#usages.get(nodeName);
    if (known !== undefined) return known;
    const usage = new NodeUsage();
    this.#usages.set(nodeName, usage);
    this.#noteSlot(nodeName, usage);
    return usage;
  }

  #dropIfEmpty(nodeName: string, usage: NodeUsage): void {
    if (!usage.isEmpty) return;
    this.#usages.delete(nodeName);
    this.#noteSlot(nodeName, undefined);
  }

  #noteSlot(nodeName: string, usage: NodeUsage | undefined): void {
    const slot = this.#cluster.slotOf(nodeName);
    if (slot !== undefined) this.#bySlot[slot] = usage;
  }

  /** Attachments are taken for volumes that no pod has: a lower bound will do. */
  #measureRoom(slot: number, usage: NodeUsage | undefined, driver: string): void {
    const limit = usage?.limits.get(driver);
    if (usage === undefined || limit === undefined) this.room.set(driver, slot, undefined);
    else this.room.set(driver, slot, limit - usage.used(driver) - usage.attachments.size);
  }

  #measureAll(nodeName: string, drivers: Iterable<string>): void {
    const slot = this.#cluster.slotOf(nodeName);
    if (slot === undefined) return;
    const usage = this.#usages.get(nodeName);
    for (const driver of drivers) this.#measureRoom(slot, usage, driver);
  }

  #add(info: PodInfo, slot: number): void {
    if (!info.pod.spec.volumes.some(({ source }) => mayAttach(source))) return;
    const nodeName = this.#cluster.nodeName(slot);
    const usage = this.#usageFor(nodeName);
    const attachables = attachablesOf(info.pod, this.#cluster.objects, false);
    if (attachables.kind === 'broken') {
      usage.broken.set(info, attachables.reason);
      this.#broken += 1;
    }
    const volumes = attachables.kind === 'volumes' ? attachables.volumes.filter((volume) => usage.counts(volume)) : [];
    for (const volume of volumes) usage.add(volume);
    this.#pods.set(info, { usage, nodeName, volumes });
    for (const { driver } of volumes) this.#measureRoom(slot, usage, driver);
  }

  #remove(info: PodInfo): void {
    const known = this.#pods.get(info);
    if (known === undefined) return;
    this.#pods.delete(info);
    const { usage, nodeName, volumes } = known;
    if (usage.broken.delete(info)) this.#broken -= 1;
    for (const volume of volumes) usage.remove(volume);
    if (volumes.length > 0)
      this.#measureAll(
        nodeName,
        volumes.map(({ driver }) => driver),
      );
    this.#dropIfEmpty(nodeName, usage);
  }

  #refresh(infos: Iterable<PodInfo>): void {
    for (const info of [...infos]) {
      if (!this.#pods.has(info)) continue;
      this.#remove(info);
      this.#add(info, info.slot);
    }
  }

  #refreshAll(): void {
    this.#refresh(this.#pods.keys());
  }

  #csiNodeChanged(before: CSINode | undefined, after: CSINode | undefined): void {
    const nodeName = (after ?? before)?.metadata.name ?? '';
    const usage = this.#usageFor(nodeName);
    usage.setCsiNode(after);
    const slot = this.#cluster.slotOf(nodeName);
    if (slot !== undefined && !sameMigration(before, after)) this.#refresh(this.#cluster.podsOn(slot));
    this.#measureAll(
      nodeName,
      [...(before?.spec.drivers ?? []), ...(after?.spec.drivers ?? [])].map(({ name }) => name),
    );
    this.#dropIfEmpty(nodeName, usage);
  }

  #attachmentChanged(before: VolumeAttachment | undefined, after: VolumeAttachment | undefined): void {
    if (before !== undefined) {
      const { nodeName } = before.spec;
      const usage = this.#usages.get(nodeName);
      usage?.attachments.delete(before.metadata.name);
      this.#measureAll(nodeName, usage?.limits.keys() ?? []);
      if (usage !== undefined) this.#dropIfEmpty(nodeName, usage);
    }
    if (after === undefined) return;
    const { nodeName } = after.spec;
    const usage = this.#usageFor(nodeName);
    usage.attachments.set(after.metadata.name, after);
    this.#measureAll(nodeName, usage.limits.keys());
  }

  #claimChanged(before: PersistentVolumeClaim | undefined, after: PersistentVolumeClaim | undefined): void {
    if (before !== undefined && before.spec.volumeName !== '' && before.spec.volumeName !== after?.spec.volumeName) {
      const claims = this.#claimsOfVolume.get(before.spec.volumeName);
      claims?.delete(claimKey(before));
      if (claims?.size === 0) this.#claimsOfVolume.delete(before.spec.volumeName);
    }
    if (after !== undefined) this.#noteVolume(after);
    const claim = after ?? before;
    if (claim !== undefined) this.#refresh(this.#users.of(claimKey(claim)));
  }

  #noteVolume(claim: PersistentVolumeClaim): void {
    const { volumeName } = claim.spec;
    if (volumeName === '') return;
    const claims = this.#claimsOfVolume.get(volumeName);
    if (claims === undefined) this.#claimsOfVolume.set(volumeName, new Set([claimKey(claim)]));
    else claims.add(claimKey(claim));
  }

  #volumeChanged(before: PersistentVolume | undefined, after: PersistentVolume | undefined): void {
    const isSame = before?.spec.source === after?.spec.source && before?.metadata.labels === after?.metadata.labels;
    const volume = after ?? before;
    if (isSame || volume === undefined) return;
    for (const key of this.#claimsOfVolume.get(volume.metadata.name) ?? []) this.#refresh(this.#users.of(key));
  }
}

export const attachedVolumes = (cluster: ClusterState): AttachedVolumes => new AttachedVolumes(cluster);
