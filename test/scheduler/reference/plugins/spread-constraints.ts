/** The spread constraints that hold for a pod: its own, or the profile's with a selector made from what owns it. */
import type { LabelSelector, Labels, Pod, TopologySpreadConstraint } from '../../../../src/api/objects.ts';
import { findObject, namespaceOf, objectsOf, type ReferenceCluster } from '../cluster.ts';
import { bothSelectors, type Selector, selectorOf, setSelector } from '../labels.ts';
import type { ReferenceOptions } from '../options.ts';
import type { Cycle } from '../plugin.ts';

export interface Constraint {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly selector: Selector;
  readonly minDomains: number;
  readonly honorsAffinity: boolean;
  readonly honorsTaints: boolean;
}

export const hostname = 'kubernetes.io/hostname';

const systemDefaults: readonly TopologySpreadConstraint[] = [
  { ...systemDefault(hostname), maxSkew: 3 },
  { ...systemDefault('topology.kubernetes.io/zone'), maxSkew: 5 },
];

function systemDefault(topologyKey: string): Omit<TopologySpreadConstraint, 'maxSkew'> {
  return {
    topologyKey,
    whenUnsatisfiable: 'ScheduleAnyway',
    minDomains: 1,
    nodeAffinityPolicy: 'Honor',
    nodeTaintsPolicy: 'Ignore',
    matchLabelKeys: [],
  };
}

export function constraintsOf(cycle: Cycle, action: TopologySpreadConstraint['whenUnsatisfiable']): Constraint[] {
  const { cluster, pod, options } = cycle;
  const own = pod.spec.topologySpreadConstraints;
  if (own.length > 0)
    return own.filter(isFor(action)).map((constraint) => withSelector(constraint, ownSelector(pod, constraint)));
  const selector = defaultSelector(cluster, pod);
  if (selector.isEmpty) return [];
  return defaultsOf(options)
    .filter(isFor(action))
    .map((constraint) => withSelector(constraint, selector));
}

const isFor =
  (action: TopologySpreadConstraint['whenUnsatisfiable']) =>
  ({ whenUnsatisfiable }: TopologySpreadConstraint): boolean =>
    whenUnsatisfiable === action;

function defaultsOf({ spreadDefaults }: ReferenceOptions): readonly TopologySpreadConstraint[] {
  return spreadDefaults.defaultingType === 'System' ? systemDefaults : spreadDefaults.defaultConstraints;
}

function withSelector(constraint: TopologySpreadConstraint, selector: Selector): Constraint {
  const { maxSkew, topologyKey, minDomains, nodeAffinityPolicy, nodeTaintsPolicy } = constraint;
  const honorsAffinity = nodeAffinityPolicy === 'Honor';
  return { maxSkew, topologyKey, selector, minDomains, honorsAffinity, honorsTaints: nodeTaintsPolicy === 'Honor' };
}

function ownSelector({ metadata }: Pod, { labelSelector, matchLabelKeys }: TopologySpreadConstraint): Selector {
  const pairs = matchLabelKeys.flatMap((key) => {
    const value = metadata.labels[key];
    return value === undefined ? [] : [[key, value] as const];
  });
  return bothSelectors(selectorOf(labelSelector), setSelector(Object.fromEntries(pairs)));
}

/** What all Services of the pod and its controller select, taken together. */
function defaultSelector(cluster: ReferenceCluster, pod: Pod): Selector {
  const services = objectsOf(cluster, 'Service')
    .filter(({ metadata }) => metadata.namespace === namespaceOf(pod))
    .filter(({ spec }) => setSelector(spec.selector).matches(pod.metadata.labels));
  const labels: Labels = Object.assign({}, ...services.map(({ spec }) => spec.selector));
  const controller = controllerSelector(cluster, pod);
  if (controller === undefined) return setSelector(labels);
  if ('matchLabels' in controller) return bothSelectors(setSelector(labels), selectorOf(controller as LabelSelector));
  return setSelector({ ...labels, ...(controller as Labels) });
}

/** A ReplicationController has plain labels, the others a selector. */
function controllerSelector(cluster: ReferenceCluster, pod: Pod): LabelSelector | Labels | undefined {
  const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller === true);
  if (owner === undefined) return undefined;
  const { apiVersion, kind, name } = owner;
  if (apiVersion === 'v1' && kind === 'ReplicationController') {
    return findObject(cluster, kind, namespaceOf(pod), name)?.spec.selector;
  }
  if (apiVersion !== 'apps/v1' || (kind !== 'ReplicaSet' && kind !== 'StatefulSet')) return undefined;
  return findObject(cluster, kind, namespaceOf(pod), name)?.spec.selector;
}
