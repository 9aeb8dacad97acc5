/**
 * Keeps a pod in the zones and regions that the labels of its bound volumes name.
 * Source: kube-scheduler plugins/volumezone.
 */
import type { Labels, PersistentVolume, Pod } from '../../api/objects.ts';
import type { ObjectTable } from '../cluster/object-table.ts';
import { stateKey } from '../framework/cycle.ts';
import type { ClusterEventInterest } from '../framework/events.ts';
import { filterBlock } from '../framework/node-block.ts';
import type { Plugin } from '../framework/plugin.ts';
import { type PluginContext, pluginFactory } from '../framework/plugin-factory.ts';
import { changeOf } from './volumes/changes.ts';
import { classOfClaim, namesClaim, namespaceOf, notFound } from './volumes/claims.ts';

const name = 'VolumeZone';
const conflict = 'node(s) had no available volume zone';

const zone = 'topology.kubernetes.io/zone';
const region = 'topology.kubernetes.io/region';
/** Each label with the one that took its place. */
const topologyLabels: readonly (readonly [string, string])[] = [
  ['failure-domain.beta.kubernetes.io/zone', zone],
  ['failure-domain.beta.kubernetes.io/region', region],
  [zone, zone],
  [region, region],
];

/** What a volume wants of a node's label. */
interface VolumeTopology {
  readonly label: string;
  readonly newLabel: string;
  readonly values: ReadonlySet<string>;
}
const key = stateKey<readonly VolumeTopology[]>(name);

function create(_args: unknown, { cluster, statuses }: PluginContext): Plugin {
  const refusal = statuses.intern({ code: 'unresolvable', plugin: name, reasons: [conflict] });
  return {
    name,
    events,

    preFilter(cycle) {
      const topologies = podTopologies(cycle.pod.pod, cluster.objects);
      if (typeof topologies === 'string') return { code: 'unresolvable', plugin: name, reasons: [topologies] };
      if (topologies.length === 0) return 'skip';
      cycle.set(key, topologies);
      return undefined;
    },

    filter(cycle, block) {
      const topologies = cycle.read(key);
      filterBlock(block, cycle.verdicts, (slot) => {
        const labels = cluster.node(slot)?.metadata.labels;
        return labels === undefined || admits(labels, topologies) ? 0 : refusal;
      });
    },
  };
}

/** A node that says nothing of zones or regions takes every volume. */
function admits(labels: Labels, topologies: readonly VolumeTopology[]): boolean {
  if (topologyLabels.every(([label]) => labels[label] === undefined)) return true;
  return topologies.every(({ label, newLabel, values }) => {
    const value = labels[label] ?? labels[newLabel];
    return value !== undefined && values.has(value);
  });
}

const none: readonly VolumeTopology[] = [];

/** Of all bound claims that the pod names, or why the pod has to wait. */
function podTopologies(pod: Pod, objects: ObjectTable): readonly VolumeTopology[] | string {
  if (pod.spec.volumes.length === 0) return none;
  const topologies: VolumeTopology[] = [];
  for (const { source } of pod.spec.volumes) {
    if (source.kind !== 'persistentVolumeClaim') continue;
    if (source.claimName === '') return 'PersistentVolumeClaim had no name';
    const claim = objects.get('PersistentVolumeClaim', namespaceOf(pod), source.claimName);
    if (claim === undefined) return notFound.claim(source.claimName);
    const { volumeName } = claim.spec;
    if (volumeName !== '') {
      const volume = objects.get('PersistentVolume', '', volumeName);
      if (volume === undefined) return notFound.volume(volumeName);
      topologies.push(...volumeTopologies(volume));
      continue;
    }
    const className = classOfClaim(claim);
    if (className === '') return 'PersistentVolumeClaim had no pv name and storageClass name';
    const storageClass = objects.get('StorageClass', '', className);
    if (storageClass === undefined) return notFound.storageClass(className);
    if (storageClass.volumeBindingMode !== 'WaitForFirstConsumer') return 'PersistentVolume had no name';
  }
  return topologies;
}

/** A label with an empty zone among its zones is passed over. */
function volumeTopologies({ metadata: { labels } }: PersistentVolume): VolumeTopology[] {
  return topologyLabels.flatMap(([label, newLabel]) => {
    const value = labels[label];
    if (value === undefined) return [];
    const values = value.split('__').map((text) => text.trim());
    return values.includes('') ? [] : [{ label, newLabel, values: new Set(values) }];
  });
}

function sameTopologies(a: PersistentVolume, b: PersistentVolume): boolean {
  const text = (volume: PersistentVolume): string =>
    JSON.stringify(volumeTopologies(volume).map(({ label, values }) => [label, [...values].sort()]));
  return text(a) === text(b);
}

const events: readonly ClusterEventInterest[] = [
  {
    resource: 'StorageClass',
    actions: ['add'],
    hint(_pod, event) {
      const { after } = changeOf('StorageClass', event);
      return after?.volumeBindingMode === 'WaitForFirstConsumer' ? 'queue' : 'skip';
    },
  },
  { resource: 'Node', actions: ['add', 'update-labels'] },
  {
    resource: 'PersistentVolumeClaim',
    actions: ['add', 'update'],
    hint({ pod }, event) {
      const { after } = changeOf('PersistentVolumeClaim', event);
      return after !== undefined && namesClaim(pod, after) ? 'queue' : 'skip';
    },
  },
  {
    resource: 'PersistentVolume',
    actions: ['add', 'update'],
    hint(_pod, event) {
      const { before, after } = changeOf('PersistentVolume', event);
      return before !== undefined && after !== undefined && sameTopologies(before, after) ? 'skip' : 'queue';
    },
  },
];

export const volumeZone = pluginFactory({ name, create });
