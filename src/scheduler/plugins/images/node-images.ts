/** Which images lie on which nodes. Source: kube-scheduler backend/cache/cache.go, addNodeImageStates. */
import type { Node } from '../../../api/objects.ts';
import type { ClusterState } from '../../cluster/cluster-state.ts';

/** Columns of images that pods have asked for lately. */
const columnsKept = 256;

/** An image that some node has. */
export interface ImageState {
  /** As the first of the nodes reported it that has had it without a break: kube-scheduler keeps one size per image. */
  readonly sizeBytes: number;
  readonly slots: Set<number>;
  /** By slot: 1 where the image is; made when a pod asks for it. */
  column: Uint8Array | undefined;
}

export class NodeImages {
  readonly #images = new Map<string, ImageState>();
  /** Images with a column, the least lately asked for first. */
  readonly #withColumn = new Set<ImageState>();
  #capacity: number;

  constructor(cluster: ClusterState) {
    this.#capacity = cluster.capacity;
    for (const slot of cluster.order) this.#add(slot, cluster.node(slot));
    cluster.listen({
      nodeChanged: (slot, before, after) => {
        if (before?.status.images === after?.status.images) return;
        this.#remove(slot, before);
        this.#add(slot, after);
      },
      grown: (capacity) => {
        this.#capacity = capacity;
        // They are made anew when they are asked for.
        for (const image of this.#withColumn) image.column = undefined;
        this.#withColumn.clear();
      },
    });
  }

  /** Undefined for an image that no node has. */
  get(name: string): ImageState | undefined {
    return this.#images.get(name);
  }

  columnOf(image: ImageState): Uint8Array {
    this.#withColumn.delete(image);
    this.#withColumn.add(image);
    if (image.column !== undefined) return image.column;
    const column = new Uint8Array(this.#capacity);
    for (const slot of image.slots) column[slot] = 1;
    image.column = column;
    if (this.#withColumn.size > columnsKept) {
      const [oldest] = this.#withColumn;
      if (oldest !== undefined) this.#dropColumn(oldest);
    }
    return column;
  }

  #add(slot: number, node: Node | undefined): void {
    for (const { names, sizeBytes } of node?.status.images ?? []) {
      for (const name of names) {
        let image = this.#images.get(name);
        if (image === undefined) {
          image = { sizeBytes, slots: new Set(), column: undefined };
          this.#images.set(name, image);
        }
        image.slots.add(slot);
        if (image.column !== undefined) image.column[slot] = 1;
      }
    }
  }

  #remove(slot: number, node: Node | undefined): void {
    for (const { names } of node?.status.images ?? []) {
      for (const name of names) {
        const image = this.#images.get(name);
        if (image === undefined) continue;
        image.slots.delete(slot);
        if (image.column !== undefined) image.column[slot] = 0;
        if (image.slots.size > 0) continue;
        this.#images.delete(name);
        this.#dropColumn(image);
      }
    }
  }

  #dropColumn(image: ImageState): void {
    image.column = undefined;
    this.#withColumn.delete(image);
  }
}

/** The one of a cluster: `cluster.part(nodeImages)`. */
export const nodeImages = (cluster: ClusterState): NodeImages => new NodeImages(cluster);
