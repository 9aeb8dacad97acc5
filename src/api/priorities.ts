/** From the class of a pod to its priority, as admission does it. Source: plugin/pkg/admission/priority. */
import type { Pod, PriorityClass } from './objects.ts';

/** Classes that every cluster has. */
const systemClasses: readonly PriorityClass[] = [
  { name: 'system-cluster-critical', value: 2_000_000_000 },
  { name: 'system-node-critical', value: 2_000_001_000 },
].map(({ name, value }) => ({
  apiVersion: 'scheduling.k8s.io/v1',
  kind: 'PriorityClass',
  metadata: { name, labels: {}, annotations: {} },
  value,
  globalDefault: false,
  preemptionPolicy: 'PreemptLowerPriority',
}));

/** A pod names a class that is not there. */
export class PriorityProblem extends Error {
  readonly pod: Pod;

  constructor(pod: Pod, known: readonly string[]) {
    const { namespace = 'default', name } = pod.metadata;
    super(
      `pod ${namespace}/${name}: no PriorityClass is called '${pod.spec.priorityClassName}' (allowed: ${known.join(', ')}; or give its object, too)`,
    );
    this.name = 'PriorityProblem';
    this.pod = pod;
  }
}

/**
 * A pod without a class has the global default's priority, or the one that it states itself (as pods of a running
 * cluster do). Pods of one spec go on to share one.
 * @throws PriorityProblem
 */
export function resolvePriorities(pods: readonly Pod[], classes: Iterable<PriorityClass>): Pod[] {
  const byName = new Map([...systemClasses, ...classes].map((one) => [one.metadata.name, one]));
  const fallback = [...byName.values()]
    .filter(({ globalDefault }) => globalDefault)
    .sort((a, b) => a.value - b.value)[0];
  const specs = new Map<Pod['spec'], Pod['spec']>();
  return pods.map((pod) => {
    const { priorityClassName, priority } = pod.spec;
    const isResolved = pod.spec.nodeName !== '' || priority !== 0;
    const chosen = priorityClassName === '' ? (isResolved ? undefined : fallback) : byName.get(priorityClassName);
    if (chosen === undefined) {
      if (priorityClassName === '' || isResolved) return pod;
      throw new PriorityProblem(pod, [...byName.keys()]);
    }
    const spec = specs.get(pod.spec) ?? {
      ...pod.spec,
      priorityClassName: chosen.metadata.name,
      priority: chosen.value,
      preemptionPolicy: pod.spec.preemptionPolicy === 'Never' ? 'Never' : chosen.preemptionPolicy,
    };
    specs.set(pod.spec, spec);
    return { ...pod, spec };
  });
}
