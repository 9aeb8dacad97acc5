/** Makes PodInfos, and finds for each the shape that it shares with others. */
import type { OwnerReference, Pod, PodSpec } from '../../api/objects.ts';
import { nonZeroPodRequests, podRequests } from '../../api/pod-requests.ts';
import { type LabelSet, type PodInfo, type PodShape, podKey } from './pod-info.ts';
import type { ResourceTable } from './resource-table.ts';

type Labels = Readonly<Record<string, string>>;

/** What was last made of a spec object: pods that generators make from one template share the object itself. */
interface Recent {
  readonly labels: Labels;
  readonly namespace: string;
  readonly controller: OwnerReference | undefined;
  readonly shape: PodShape;
}

export class ShapeTable {
  readonly #resources: ResourceTable;
  readonly #labelSets = new Map<string, LabelSet>();
  readonly #shapes = new Map<string, WeakRef<PodShape>>();
  readonly #recent = new WeakMap<PodSpec, Recent>();
  #nextShape = 0;
  #sweepAt = 1024;

  constructor(resources: ResourceTable) {
    this.#resources = resources;
  }

  /** A pod that is not on any node yet. */
  info(pod: Pod): PodInfo {
    const { status, spec, metadata } = pod;
    return {
      pod,
      key: podKey(pod),
      shape: this.#shapeOf(pod),
      priority: spec.priority,
      startTimeMs: status.startTime === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(status.startTime),
      isDeleting: metadata.deletionTimestamp !== undefined,
      slot: -1,
      place: -1,
    };
  }

  #shapeOf(pod: Pod): PodShape {
    const { spec, metadata } = pod;
    const namespace = metadata.namespace ?? 'default';
    const controller = metadata.ownerReferences?.find((owner) => owner.controller === true);
    if (hasResize(pod)) return this.#intern(pod, namespace, controller);
    const recent = this.#recent.get(spec);
    if (
      recent !== undefined &&
      recent.labels === metadata.labels &&
      recent.namespace === namespace &&
      recent.controller?.apiVersion === controller?.apiVersion &&
      recent.controller?.kind === controller?.kind &&
      recent.controller?.name === controller?.name
    ) {
      return recent.shape;
    }
    const shape = this.#intern(pod, namespace, controller);
    this.#recent.set(spec, { labels: metadata.labels, namespace, controller, shape });
    return shape;
  }

  #intern(pod: Pod, namespace: string, controller: OwnerReference | undefined): PodShape {
    const key = shapeKey(pod, namespace, controller);
    const known = this.#shapes.get(key)?.deref();
    if (known !== undefined) return known;
    this.#sweep();
    const nonZero = nonZeroPodRequests(pod);
    const shape: PodShape = {
      id: this.#nextShape++,
      spec: pod.spec,
      labelSet: this.#labelSet(namespace, pod.metadata.labels),
      controller,
      requests: this.#resources.amountsOf(podRequests(pod)),
      nonZeroRequests: { cpu: nonZero.milliCpu, memory: nonZero.memory },
    };
    this.#shapes.set(key, new WeakRef(shape));
    return shape;
  }

  #labelSet(namespace: string, labels: Labels): LabelSet {
    const key = `${namespace}\u0000${sortedText(labels)}`;
    const known = this.#labelSets.get(key);
    if (known !== undefined) return known;
    const labelSet = { id: this.#labelSets.size, namespace, labels };
    this.#labelSets.set(key, labelSet);
    return labelSet;
  }

  /** Forgets shapes that no pod has any more, each time that their number has doubled. */
  #sweep(): void {
    if (this.#shapes.size < this.#sweepAt) return;
    for (const [key, reference] of this.#shapes) if (reference.deref() === undefined) this.#shapes.delete(key);
    this.#sweepAt = Math.max(1024, 2 * this.#shapes.size);
  }
}

/** What is the pod's own and not its shape's. */
const ownFields = new Set<string>(['nodeName', 'volumes', 'resourceClaims', 'podGroupName', 'schedulerName']);

function shapeKey(pod: Pod, namespace: string, controller: OwnerReference | undefined): string {
  const spec = JSON.stringify(pod.spec, (key, value) => (ownFields.has(key) ? undefined : value));
  const owner = controller === undefined ? '' : `${controller.apiVersion}/${controller.kind}/${controller.name}`;
  const resize = hasResize(pod) ? JSON.stringify([pod.status.containerStatuses, pod.status.conditions]) : '';
  return [namespace, owner, sortedText(pod.metadata.labels), spec, resize].join('\u0000');
}

/** An assigned pod whose requests may differ from its spec's: an in-place resize is on its way. */
function hasResize({ status }: Pod): boolean {
  return status.containerStatuses !== undefined || status.initContainerStatuses !== undefined;
}

function sortedText(labels: Labels): string {
  return Object.keys(labels)
    .sort()
    .map((key) => `${key}=${labels[key]}`)
    .join('\u0001');
}
