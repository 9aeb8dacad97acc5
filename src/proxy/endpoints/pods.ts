/** The pods that declared Pods and Deployments stand for, and the endpoints that they give to a Service port. */
import {
  inputProblems,
  type LoadedObjects,
  matchesLabels,
  matchesSelector,
  type Pod,
  type PodSpec,
  type Sourced,
} from '../../api/index.ts';
import type { AddressAllocator } from './allocator.ts';
import type { Candidate, Conditions, PortQuery } from './candidates.ts';
import { readWeight } from './weight.ts';

export interface LabPod extends Conditions {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ip: string;
  readonly weight: number;
  readonly spec: PodSpec;
}

/** A lane's endpoint range has 65,534 addresses; half of them are left for padding. */
const maxReplicas = 30_000;

/** Declared pods first, then the replicas of each Deployment; addresses are allocated in that order. */
export function labPods(
  { objects }: LoadedObjects,
  addresses: AddressAllocator,
): { readonly pods: readonly LabPod[]; readonly notes: readonly string[] } {
  const notes: string[] = [];
  for (const { object } of objects.Pod) if (object.status?.podIP !== undefined) addresses.reserve(object.status.podIP);
  const declared = objects.Pod.filter(({ object }) => !isFinished(object)).map((pod) => declaredPod(pod, addresses));
  const pods = [...declared];
  for (const { object: deployment, positionOf } of objects.Deployment) {
    const { namespace, name } = deployment.metadata;
    const { selector, replicas, template } = deployment.spec;
    const own = declared.filter((pod) => pod.namespace === namespace && matchesSelector(selector, pod.labels));
    if (own.length > 0) {
      notes.push(
        `Deployment ${namespace}/${name}: pods of its own are given (${own.length}), so none are made from it`,
      );
      continue;
    }
    if (replicas > maxReplicas) {
      const [at, path] = [positionOf(['spec', 'replicas']), 'spec.replicas'];
      const allowed = `a whole number from 0 to ${maxReplicas}`;
      throw inputProblems([{ at, path, message: 'is out of range', got: `${replicas}`, allowed }]);
    }
    const { labels, annotations } = template.metadata;
    const weight = readWeight(annotations, (path) => positionOf(['spec', 'template', ...path]), 'spec.template.');
    for (let index = 0; index < replicas; index += 1) {
      const ip = addresses.allocate();
      pods.push({ namespace, name: `${name}-${index}`, labels, ip, weight, spec: template.spec, ...running });
    }
  }
  return { pods, notes };
}

const running: Conditions = { ready: true, serving: true, terminating: false };

function isFinished({ status }: Pod): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

function declaredPod({ object: pod, positionOf }: Sourced<Pod>, addresses: AddressAllocator): LabPod {
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  // A manifest without a status describes a pod that will run; only a reported condition can say that it is not ready.
  const serving = pod.status?.conditions.find(({ type }) => type === 'Ready')?.status !== 'False';
  return {
    namespace: pod.metadata.namespace ?? 'default',
    name: pod.metadata.name,
    labels: pod.metadata.labels,
    ip: pod.status?.podIP ?? addresses.allocate(),
    weight: readWeight(pod.metadata.annotations, positionOf),
    spec: pod.spec,
    ready: serving && !terminating,
    serving,
    terminating,
  };
}

/** What the endpoints controller would publish for one port of a Service with this selector. */
export function podCandidates(
  pods: readonly LabPod[],
  namespace: string,
  selector: Readonly<Record<string, string>>,
  query: PortQuery,
): { readonly candidates: readonly Candidate[]; readonly unresolved: number } {
  const candidates: Candidate[] = [];
  let unresolved = 0;
  for (const pod of pods) {
    if (pod.namespace !== namespace || !matchesLabels(selector, pod.labels)) continue;
    const port = resolvePort(pod.spec, query);
    if (port === undefined) {
      unresolved += 1;
      continue;
    }
    const { ready, serving, terminating } = pod;
    candidates.push({ endpoint: { ip: pod.ip, port, weight: pod.weight }, ready, serving, terminating });
  }
  return { candidates, unresolved };
}

function resolvePort(spec: PodSpec, { targetPort, protocol }: PortQuery): number | undefined {
  if (typeof targetPort === 'number') return targetPort;
  const ports = spec.containers.flatMap((container) => container.ports);
  return ports.find((port) => port.name === targetPort && port.protocol === protocol)?.containerPort;
}
