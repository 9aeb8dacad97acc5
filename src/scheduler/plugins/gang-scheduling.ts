/**
 * Schedules the pods of a gang together or not at all: none is tried before there are enough of them, and none is bound
 * before enough of them have a node. Source: kube-scheduler plugins/gangscheduling (alpha, feature GangScheduling).
 */
import type { PodGroup } from '../../api/objects.ts';
import type { PodInfo } from '../cluster/pod-info.ts';
import { groupTrial } from '../framework/placements.ts';
import type { Plugin } from '../framework/plugin.ts';
import { type PluginContext, pluginFactory } from '../framework/plugin-factory.ts';
import type { Status } from '../framework/status.ts';
import { assignedGroups } from './gangs/assigned-groups.ts';
import { gangEvents } from './gangs/gang-hints.ts';

const name = 'GangScheduling';
/** How long pods of a gang hold their places while others are still looked for. */
const permitTimeoutMs = 5 * 60_000;
const noPods: ReadonlyMap<string, PodInfo> = new Map();

function refusal(reason: string): Status {
  return { code: 'unresolvable', plugin: name, reasons: [reason] };
}

interface Group {
  readonly key: string;
  readonly minCount: number;
  /** Neither bound nor deleted. */
  readonly unbound: ReadonlyMap<string, PodInfo>;
}

function create(_args: unknown, context: PluginContext): Plugin {
  const { cluster, waitingPods, activate, unboundGroupPods } = context;
  const assigned = cluster.part(assignedGroups);

  /** Undefined for a pod that is in no gang; a status when its group is not there. */
  function gangOf({ pod }: PodInfo): Group | Status | undefined {
    const { podGroupName } = pod.spec;
    if (podGroupName === undefined) return undefined;
    const namespace = pod.metadata.namespace ?? 'default';
    const group: PodGroup | undefined = cluster.objects.get('PodGroup', namespace, podGroupName);
    if (group === undefined) {
      return refusal(`waiting for pod's pod group "${podGroupName}" to appear in scheduling queue`);
    }
    const { gang } = group.spec.policy;
    if (gang === undefined) return undefined;
    const unbound = unboundGroupPods?.(namespace, podGroupName) ?? noPods;
    return { key: `${namespace}/${podGroupName}`, minCount: gang.minCount, unbound };
  }

  /** Every pod of the gang, wherever it has got to. One that is being bound is among both. */
  function memberCount({ key, unbound }: Group, pod: PodInfo): number {
    const placed = assigned.members(key);
    const [fewer, more] = placed.size < unbound.size ? [placed, unbound] : [unbound, placed];
    let count = more.size;
    for (const member of fewer.keys()) if (!more.has(member)) count += 1;
    return unbound.has(pod.key) || placed.has(pod.key) ? count : count + 1;
  }

  return {
    name,
    events: gangEvents,

    preEnqueue(pod) {
      const gang = gangOf(pod);
      if (gang === undefined || 'code' in gang) return gang;
      if (memberCount(gang, pod) >= gang.minCount) return undefined;
      return refusal('waiting for minCount pods from a gang to appear in scheduling queue');
    },

    permit(cycle) {
      const { pod } = cycle;
      const gang = gangOf(pod);
      if (gang === undefined || 'code' in gang) return gang;
      const placed = assigned.members(gang.key);
      if (cycle.get(groupTrial) === true) {
        return placed.size < gang.minCount ? { kind: 'wait', timeoutMs: permitTimeoutMs } : undefined;
      }
      if (placed.size < gang.minCount) {
        // Those that were refused before may find a place now that others hold theirs.
        for (const key of gang.unbound.keys()) if (!placed.has(key)) activate?.(key);
        return { kind: 'wait', timeoutMs: permitTimeoutMs };
      }
      const ready = [...waitingPods()].filter(({ info }) => placed.has(info.key));
      for (const waiting of ready) waiting.allow(name);
      return undefined;
    },
  };
}

export const gangScheduling = pluginFactory({ name, create });
