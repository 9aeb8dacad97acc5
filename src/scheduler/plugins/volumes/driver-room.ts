/**
 * By driver and slot: how many more volumes a node can have at least. Where that is enough for a pod, nothing else of
 * the node has to be looked at.
 */
import { grownInt32 } from '../../cluster/growable.ts';

const unlimited = 0x7fffffff;

export class DriverRoom {
  readonly #drivers = new Map<string, Int32Array>();
  #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** By slot; undefined for a driver that no node limits. */
  of(driver: string): Int32Array | undefined {
    return this.#drivers.get(driver);
  }

  get drivers(): Iterable<string> {
    return this.#drivers.keys();
  }

  /** @param room undefined: as many as one likes */
  set(driver: string, slot: number, room: number | undefined): void {
    let rooms = this.#drivers.get(driver);
    if (rooms === undefined) {
      if (room === undefined) return;
      rooms = new Int32Array(this.#capacity).fill(unlimited);
      this.#drivers.set(driver, rooms);
    }
    rooms[slot] = room ?? unlimited;
  }

  grow(capacity: number): void {
    this.#capacity = capacity;
    for (const [driver, rooms] of this.#drivers) this.#drivers.set(driver, grownInt32(rooms, capacity, unlimited));
  }
}
