/** From the class of a pod to its priority, as admission does it. Source: plugin/pkg/admission/priority. */
import { InputError, inputProblems, type Problem, type SourcePosition } from './errors.ts';
import type { Pod, PriorityClass } from './objects.ts';

/** Classes that every cluster has. */
export const systemPriorityClasses: readonly PriorityClass[] = [
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

/** Where the class of a pod is written; undefined for pods that are from no file. */
export type ClassPosition = (pod: Pod) => { readonly at: SourcePosition; readonly path: string } | undefined;

/**
 * The pods with their classes' priorities, and without a class that of the global default. A pod that states its
 * priority itself, as pods of a running cluster do, keeps it. Pods of one spec go on to share one.
 * @throws InputError naming every class that is not there
 */
export function resolvePriorities(
  pods: readonly Pod[],
  classes: Iterable<PriorityClass>,
  positionOf: ClassPosition = () => undefined,
): Pod[] {
  const byName = new Map([...systemPriorityClasses, ...classes].map((one) => [one.metadata.name, one]));
  const fallback = globalDefault([...byName.values()]);
  const specs = new Map<Pod['spec'], Pod['spec']>();
  const missing = new Map<Pod['spec'], Pod>();
  const resolved = pods.map((pod): Pod => {
    const { priorityClassName: className, priority, nodeName } = pod.spec;
    if (priority !== 0) return pod;
    // What runs without a class was there before the default.
    const chosen = className === '' ? (nodeName === '' ? fallback : undefined) : byName.get(className);
    if (chosen === undefined) {
      if (className !== '') missing.set(pod.spec, pod);
      return pod;
    }
    const spec = specs.get(pod.spec) ?? withClass(pod.spec, chosen);
    specs.set(pod.spec, spec);
    return { ...pod, spec };
  });
  if (missing.size > 0) throw missingClasses([...missing.values()], [...byName.keys()], positionOf);
  return resolved;
}

/** The lowest of several, as the API server has it. */
function globalDefault(classes: readonly PriorityClass[]): PriorityClass | undefined {
  return classes.filter((one) => one.globalDefault).sort((a, b) => a.value - b.value)[0];
}

function withClass(spec: Pod['spec'], { metadata, value, preemptionPolicy }: PriorityClass): Pod['spec'] {
  return {
    ...spec,
    priorityClassName: metadata.name,
    priority: value,
    preemptionPolicy: spec.preemptionPolicy === 'Never' ? 'Never' : preemptionPolicy,
  };
}

function missingClasses(pods: readonly Pod[], known: readonly string[], positionOf: ClassPosition): InputError {
  const allowed = `${known.join(', ')}; or give the class, too`;
  // Pods of one workload have one place.
  const problems = new Map<string, Problem>();
  const lines: string[] = [];
  for (const pod of pods) {
    const { namespace = 'default', name } = pod.metadata;
    const message = `is no PriorityClass, wanted by pod ${namespace}/${name}`;
    const got = JSON.stringify(pod.spec.priorityClassName);
    const place = positionOf(pod);
    if (place === undefined) {
      lines.push(`spec.priorityClassName: ${message} (got ${got}; allowed ${allowed})`);
    } else {
      const { file, line, column } = place.at;
      const key = `${file}:${line}:${column}`;
      if (!problems.has(key)) problems.set(key, { ...place, message, got, allowed });
    }
  }
  return problems.size > 0 ? inputProblems([...problems.values()]) : new InputError(lines.join('\n'));
}
