/**
 * Places a pod where its volumes are or can be had, and has claims bound that wait for their first pod. Source:
 * kube-scheduler plugins/volumebinding. What one profile has assumed of a volume holds for all profiles.
 */

import { stateKey } from '../framework/cycle.ts';
import type { Plugin } from '../framework/plugin.ts';
import { type PluginContext, pluginFactory } from '../framework/plugin-factory.ts';
import type { Status } from '../framework/status.ts';
import { utilizationScores } from './resources/utilization-shape.ts';
import { defaultShape, type VolumeBindingArgs, volumeBindingArgs } from './volume-binding/args.ts';
import {
  type AssumedVolumes,
  assumeVolumes,
  checkBindings,
  revertVolumes,
  writeVolumes,
} from './volume-binding/bind-volumes.ts';
import { BindingWaits } from './volume-binding/binding-waits.ts';
import { volumeBindingEvents } from './volume-binding/events.ts';
import { problems, VolumeFinder } from './volume-binding/find-volumes.ts';
import { claimProblem, podClaims } from './volume-binding/pod-claims.ts';
import { storageScore } from './volume-binding/score.ts';
import { claimVolumes } from './volumes/claims.ts';
import { storageCapacities } from './volumes/storage-capacity.ts';
import { volumeTable } from './volumes/volume-table.ts';

const name = 'VolumeBinding';

const reasons: readonly (readonly [problem: number, reason: string])[] = [
  [problems.unreachable, "node(s) didn't match PersistentVolume's node affinity"],
  [problems.noVolume, "node(s) didn't find available persistent volumes to bind"],
  [problems.noSpace, 'node(s) did not have enough free storage'],
  [problems.volumeGone, 'node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)'],
];

interface State {
  readonly finder: VolumeFinder;
  /** Nothing is left to bind. */
  readonly isAllBound: boolean;
  assumed?: AssumedVolumes;
}
const key = stateKey<State>(name);

function create(args: VolumeBindingArgs, context: PluginContext): Plugin {
  const { cluster, statuses, client } = context;
  const { objects } = cluster;
  const table = cluster.part(volumeTable);
  const capacities = cluster.part(storageCapacities);
  const waits = new BindingWaits(objects, args.bindTimeoutSeconds * 1000, context.setTimer);
  const scores = scoresOf(args, context.featureEnabled('StorageCapacityScoring'));
  const verdicts: number[] = [];
  const verdictOf = (problem: number): number => {
    verdicts[problem] ??= statuses.intern({
      code: 'unresolvable',
      plugin: name,
      reasons: reasons.filter(([bit]) => (problem & bit) !== 0).map(([, reason]) => reason),
    });
    return verdicts[problem] as number;
  };

  return {
    name,
    events: volumeBindingEvents,

    preFilter(cycle) {
      const { pod } = cycle.pod;
      const volumes = claimVolumes(pod);
      if (volumes.length === 0) return 'skip';
      const problem = claimProblem(pod, volumes, objects);
      if (problem !== undefined) return unresolvable(problem);
      const claims = podClaims(pod, volumes, table, objects);
      if (claims.hasUnboundImmediate) return unresolvable('pod has unbound immediate PersistentVolumeClaims');
      cycle.set(key, {
        finder: new VolumeFinder(cluster, claims, table, capacities),
        isAllBound: claims.delayed.length === 0,
      });
      return undefined;
    },

    filter(cycle, block) {
      cycle.read(key).finder.filter(block, cycle.verdicts, verdictOf);
    },

    preScore(cycle) {
      return scores === undefined || cycle.get(key) === undefined ? 'skip' : undefined;
    },

    score(cycle, { slots, count }, into) {
      const { finder } = cycle.read(key);
      for (let place = 0; place < count; place += 1) {
        into[place] = storageScore(finder.volumesOn(slots[place] as number), scores ?? new Float64Array());
      }
    },

    reserve(cycle, slot) {
      const state = cycle.get(key);
      if (state === undefined || state.isAllBound) return undefined;
      state.assumed = assumeVolumes(state.finder.volumesOn(slot), cluster.nodeName(slot), table);
      return undefined;
    },

    unreserve(cycle) {
      const state = cycle.get(key);
      if (state?.assumed !== undefined) revertVolumes(state.assumed, table);
    },

    preBind(cycle, slot) {
      const assumed = cycle.get(key)?.assumed;
      return assumed === undefined ? undefined : bindVolumes(assumed, slot);
    },
  };

  function bindVolumes(assumed: AssumedVolumes, slot: number): ReturnType<NonNullable<Plugin['preBind']>> {
    const refusal = writeVolumes(assumed, client);
    if (refusal !== undefined) return failure(refusal);
    const check = (): ReturnType<typeof checkBindings> =>
      checkBindings(assumed, cluster.nodeName(slot), cluster.node(slot), objects);
    const progress = check();
    if (progress === 'done') return undefined;
    if (progress !== 'pending') return failure(progress.error);
    return waits.until(check).then((error) => (error === undefined ? undefined : failure(error)));
  }
}

function unresolvable(reason: string): Status {
  return { code: 'unresolvable', plugin: name, reasons: [reason] };
}

function failure(error: string): Status {
  return { code: 'error', plugin: name, reasons: [`binding volumes: ${error}`] };
}

/** By whole percent; absent when nodes are not scored. */
function scoresOf({ shape }: VolumeBindingArgs, isEnabled: boolean): Float64Array | undefined {
  if (isEnabled) return utilizationScores(shape ?? defaultShape);
  if (shape === undefined) return undefined;
  throw new Error('args.shape needs the feature gate StorageCapacityScoring; enable it, or leave shape out');
}

export const volumeBinding = pluginFactory({ name, args: volumeBindingArgs, create });
