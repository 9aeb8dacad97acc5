/** Keeps nodes from getting more volumes than their CSI drivers can attach. Source: kube-scheduler plugins/nodevolumelimits (csi.go). */
import type { Pod } from '../../api/objects.ts';
import { stateKey } from '../framework/cycle.ts';
import { PluginError } from '../framework/errors.ts';
import type { ClusterEventInterest } from '../framework/events.ts';
import { filterBlock, type NodeBlock } from '../framework/node-block.ts';
import type { Plugin } from '../framework/plugin.ts';
import { type PluginContext, pluginFactory } from '../framework/plugin-factory.ts';
import { type Attachables, type AttachableVolume, attachablesOf, mayAttach } from './volumes/attachable.ts';
import { type AttachedVolumes, attachedVolumes } from './volumes/attached-volumes.ts';
import { changeOf } from './volumes/changes.ts';
import { namespaceOf, notFound, usesClaim } from './volumes/claims.ts';
import { translateInline } from './volumes/in-tree.ts';
import type { NodeUsage } from './volumes/node-usage.ts';

const name = 'NodeVolumeLimits';
const reason = 'node(s) exceed max volume count';
const key = stateKey<Attachables>(name);

function create(_args: unknown, { cluster, statuses }: PluginContext): Plugin {
  const attached = cluster.part(attachedVolumes);
  const refusal = statuses.intern({ code: 'unschedulable', plugin: name, reasons: [reason] });
  const missing = (pod: Pod, claimName: string): number => {
    const text = `looking up PVC ${namespaceOf(pod)}/${claimName}: ${notFound.claim(claimName)}`;
    return statuses.intern({ code: 'unresolvable', plugin: name, reasons: [text] });
  };
  return {
    name,
    events,

    preFilter(cycle) {
      const { pod } = cycle.pod;
      if (!pod.spec.volumes.some(({ source }) => mayAttach(source))) return 'skip';
      cycle.set(key, attachablesOf(pod, cluster.objects, true));
      return undefined;
    },

    filter(cycle, block) {
      const attachables = cycle.read(key);
      if (attachables.kind === 'broken') throw new PluginError(name, attachables.reason);
      if (attachables.kind === 'missing-claim') {
        const verdict = missing(cycle.pod.pod, attachables.claimName);
        filterBlock(block, cycle.verdicts, () => verdict);
      } else if (attachables.volumes.length > 0) {
        dropFull(block, attachables.volumes, cycle.verdicts);
      }
    },
  };

  function dropFull(block: NodeBlock, volumes: readonly AttachableVolume[], verdicts: Int32Array): void {
    const rooms = countPerDriver(volumes).flatMap(([driver, more]) => {
      const room = attached.room.of(driver);
      return room === undefined ? [] : [{ room, more }];
    });
    const mustLook = attached.hasBroken;
    if (rooms.length === 0 && !mustLook) return;
    const [first = { room: new Int32Array(), more: 0 }, ...others] = rooms;
    const { room, more } = first;
    filterBlock(block, verdicts, (slot) => {
      const hasRoom = (room[slot] as number) >= more && others.every((one) => (one.room[slot] as number) >= one.more);
      if (hasRoom && !mustLook) return 0;
      const usage = attached.usage(slot);
      return usage === undefined || fits(attached, usage, volumes) ? 0 : refusal;
    });
  }
}

/** Drivers of volumes, each with how many there are. */
function countPerDriver(volumes: readonly AttachableVolume[]): readonly (readonly [driver: string, count: number])[] {
  const [volume, ...others] = volumes;
  if (volume !== undefined && others.length === 0) return [[volume.driver, 1]];
  const counts = new Map<string, number>();
  for (const { driver } of volumes) counts.set(driver, (counts.get(driver) ?? 0) + 1);
  return [...counts];
}

function fits(attached: AttachedVolumes, usage: NodeUsage, volumes: readonly AttachableVolume[]): boolean {
  if (usage.limits.size === 0) return true;
  const counted = volumes.filter((volume) => usage.counts(volume));
  if (usage.broken.size > 0 && counted.length > 0) throwBroken(usage);
  return countPerDriver(counted.filter(({ key }) => !usage.has(key))).every(([driver, more]) =>
    hasRoom(attached, usage, driver, more),
  );
}

/** An ephemeral volume of a running pod has someone else's claim: kube-scheduler gives the whole attempt up. */
function throwBroken({ broken }: NodeUsage): never {
  const [reason = ''] = broken.values();
  throw new PluginError(name, reason);
}

function hasRoom(attached: AttachedVolumes, usage: NodeUsage, driver: string, more: number): boolean {
  const limit = usage.limits.get(driver);
  return limit === undefined || usage.used(driver) + attached.attachedOnly(usage, driver) + more <= limit;
}

const events: readonly ClusterEventInterest[] = [
  { resource: 'CSINode', actions: ['add'] },
  {
    resource: 'CSINode',
    actions: ['update'],
    hint(_pod, event) {
      const { before, after } = changeOf('CSINode', event);
      const limits = new Map(before?.spec.drivers.map((driver) => [driver.name, driver.allocatable?.count ?? 0]));
      const grew = after?.spec.drivers.some(
        (driver) => (driver.allocatable?.count ?? 0) > (limits.get(driver.name) ?? 0),
      );
      return grew === true ? 'queue' : 'skip';
    },
  },
  {
    resource: 'AssignedPod',
    actions: ['delete'],
    hint(_pod, event) {
      const { before } = changeOf('Pod', event);
      if (before === undefined || (before.spec.nodeName === '' && before.status.nominatedNodeName === ''))
        return 'skip';
      return before.spec.volumes.some(({ source }) => mayAttach(source)) ? 'queue' : 'skip';
    },
  },
  {
    resource: 'PersistentVolumeClaim',
    actions: ['add'],
    hint({ pod }, event) {
      const { after } = changeOf('PersistentVolumeClaim', event);
      return after !== undefined && usesClaim(pod, after) ? 'queue' : 'skip';
    },
  },
  {
    resource: 'VolumeAttachment',
    actions: ['delete'],
    hint({ pod }, event) {
      const { before } = changeOf('VolumeAttachment', event);
      const matters = pod.spec.volumes.some(
        ({ source }) =>
          source.kind === 'persistentVolumeClaim' ||
          (before !== undefined && translateInline(source)?.driver === before.spec.attacher),
      );
      return matters ? 'queue' : 'skip';
    },
  },
];

export const nodeVolumeLimits = pluginFactory({ name, create });
