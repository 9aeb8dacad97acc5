/** What is attached to one node, and how much its drivers allow. */
import type { CSINode, VolumeAttachment } from '../../../api/objects.ts';
import type { PodInfo } from '../../cluster/pod-info.ts';
import type { AttachableVolume } from './attachable.ts';
import { migratedPlugins } from './in-tree.ts';

export class NodeUsage {
  /** Pods by attachment. */
  readonly #uses = new Map<string, number>();
  readonly #perDriver = new Map<string, number>();
  readonly attachments = new Map<string, VolumeAttachment>();
  /** Pods whose volumes cannot be told, and why: no other pod with volumes can be placed here meanwhile. */
  readonly broken = new Map<PodInfo, string>();
  /** By driver; a driver without one is not limited. */
  limits: ReadonlyMap<string, number> = new Map();
  migrated: ReadonlySet<string> = new Set();

  setCsiNode(csiNode: CSINode | undefined): void {
    this.migrated = migratedPlugins(csiNode);
    const limits = new Map<string, number>();
    for (const { name, allocatable } of csiNode?.spec.drivers ?? []) {
      if (allocatable?.count !== undefined) limits.set(name, allocatable.count);
    }
    this.limits = limits;
  }

  get isEmpty(): boolean {
    const parts = [this.#uses, this.attachments, this.broken, this.limits, this.migrated];
    return parts.every(({ size }) => size === 0);
  }

  counts({ plugin }: AttachableVolume): boolean {
    return plugin === undefined || this.migrated.has(plugin);
  }

  has(key: string): boolean {
    return this.#uses.has(key);
  }

  /** Distinct volumes of a driver that pods use. */
  used(driver: string): number {
    return this.#perDriver.get(driver) ?? 0;
  }

  add({ key, driver }: AttachableVolume): void {
    const uses = this.#uses.get(key) ?? 0;
    this.#uses.set(key, uses + 1);
    if (uses === 0) this.#perDriver.set(driver, this.used(driver) + 1);
  }

  remove({ key, driver }: AttachableVolume): void {
    const uses = this.#uses.get(key) ?? 0;
    if (uses > 1) {
      this.#uses.set(key, uses - 1);
      return;
    }
    this.#uses.delete(key);
    this.#perDriver.set(driver, this.used(driver) - 1);
  }
}
