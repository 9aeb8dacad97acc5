/**
 * Keeps pods apart that may not mount the same disk on one node, or the same ReadWriteOncePod claim anywhere.
 * Source: kube-scheduler plugins/volumerestrictions.
 */
import type { Pod } from '../../api/objects.ts';
import { stateKey } from '../framework/cycle.ts';
import type { ClusterEventInterest } from '../framework/events.ts';
import { filterBlock } from '../framework/node-block.ts';
import type { Plugin } from '../framework/plugin.ts';
import { type PluginContext, pluginFactory } from '../framework/plugin-factory.ts';
import { changeOf } from './volumes/changes.ts';
import { claimUsers } from './volumes/claim-users.ts';
import { namesClaim, namesClaimCalled, namespaceOf, notFound } from './volumes/claims.ts';
import { anyConflict, type RestrictedSource, restrictedSources } from './volumes/disk-conflicts.ts';
import { restrictedDisks } from './volumes/restricted-disks.ts';

const name = 'VolumeRestrictions';
const diskConflict = 'node(s) had no available disk';
const claimConflict =
  'node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod';

interface State {
  readonly sources: readonly RestrictedSource[];
  /** Claims of the pod that only one pod at a time may use. */
  readonly exclusiveClaims: ReadonlySet<string>;
  /** Uses of them by pods that have a node. */
  conflicts: number;
}
const key = stateKey<State>(name);

function create(_args: unknown, { cluster, statuses }: PluginContext): Plugin {
  const users = cluster.part(claimUsers);
  const disks = cluster.part(restrictedDisks);
  const refuse = (reason: string): number =>
    statuses.intern({ code: 'unschedulable', plugin: name, reasons: [reason] });
  const diskRefusal = refuse(diskConflict);
  const claimRefusal = refuse(claimConflict);

  /** Claims with ReadWriteOncePod among the pod's, or the name of one that is missing. */
  const exclusiveClaimsOf = (pod: Pod): ReadonlySet<string> | string => {
    const claims = new Set<string>();
    for (const { source } of pod.spec.volumes) {
      if (source.kind !== 'persistentVolumeClaim') continue;
      const claim = cluster.objects.get('PersistentVolumeClaim', namespaceOf(pod), source.claimName);
      if (claim === undefined) return source.claimName;
      if (claim.spec.accessModes.includes('ReadWriteOncePod')) claims.add(source.claimName);
    }
    return claims;
  };

  return {
    name,
    events,

    preFilter(cycle) {
      const { pod } = cycle.pod;
      if (pod.spec.volumes.length === 0) return 'skip';
      const exclusiveClaims = exclusiveClaimsOf(pod);
      if (typeof exclusiveClaims === 'string') {
        return { code: 'unresolvable', plugin: name, reasons: [notFound.claim(exclusiveClaims)] };
      }
      let conflicts = 0;
      for (const claim of exclusiveClaims) {
        if (users.isNamed(`${namespaceOf(pod)}/${claim}`, claim)) conflicts += 1;
      }
      const sources = restrictedSources(pod);
      if (sources.length === 0 && conflicts === 0) return 'skip';
      cycle.set(key, { sources, exclusiveClaims, conflicts });
      return undefined;
    },

    addPod(cycle, { pod }) {
      const state = cycle.get(key);
      if (state !== undefined) state.conflicts += usesOf(pod, state.exclusiveClaims);
    },

    removePod(cycle, { pod }) {
      const state = cycle.get(key);
      if (state !== undefined) state.conflicts -= usesOf(pod, state.exclusiveClaims);
    },

    filter(cycle, block) {
      const { sources, conflicts } = cycle.read(key);
      if (sources.length === 0 && conflicts <= 0) return;
      const otherwise = conflicts > 0 ? claimRefusal : 0;
      filterBlock(block, cycle.verdicts, (slot) =>
        sources.length > 0 && disks.inTheWay(sources, slot) ? diskRefusal : otherwise,
      );
    },
  };
}

/** kube-scheduler goes by the claims' names alone here, whatever their namespace. */
function usesOf({ spec }: Pod, claims: ReadonlySet<string>): number {
  let uses = 0;
  for (const { source } of spec.volumes) {
    if (source.kind === 'persistentVolumeClaim' && claims.has(source.claimName)) uses += 1;
  }
  return uses;
}

const events: readonly ClusterEventInterest[] = [
  {
    resource: 'AssignedPod',
    actions: ['delete'],
    hint({ pod }, event) {
      const { before } = changeOf('Pod', event);
      if (before === undefined || namespaceOf(before) !== namespaceOf(pod)) return 'skip';
      if (anyConflict(restrictedSources(pod), restrictedSources(before))) return 'queue';
      const shares = before.spec.volumes.some(
        ({ source }) => source.kind === 'persistentVolumeClaim' && namesClaimCalled(pod, source.claimName),
      );
      return shares ? 'queue' : 'skip';
    },
  },
  { resource: 'Node', actions: ['add'] },
  {
    resource: 'PersistentVolumeClaim',
    actions: ['add'],
    hint({ pod }, event) {
      const { after } = changeOf('PersistentVolumeClaim', event);
      return after !== undefined && namesClaim(pod, after) ? 'queue' : 'skip';
    },
  },
];

export const volumeRestrictions = pluginFactory({ name, create });
