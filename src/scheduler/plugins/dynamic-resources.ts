/**
 * Places a pod where devices for its ResourceClaims can be had, and gives them to it. Source: kube-scheduler
 * plugins/dynamicresources. What is left out is listed in docs/scheduler-dra.md.
 */

import { podKey } from '../cluster/pod-info.ts';
import { stateKey } from '../framework/cycle.ts';
import { PluginError } from '../framework/errors.ts';
import { filterBlock } from '../framework/node-block.ts';
import type { Plugin } from '../framework/plugin.ts';
import { type PluginContext, pluginFactory } from '../framework/plugin-factory.ts';
import type { Status, StatusCode } from '../framework/status.ts';
import { allocatedDevices } from './dynamic-resources/allocated-devices.ts';
import { deviceSelectors } from './dynamic-resources/device-selectors.ts';
import { AllocationError } from './dynamic-resources/errors.ts';
import { resourceClaimEvents } from './dynamic-resources/events.ts';
import { ExtendedClaim } from './dynamic-resources/extended-claim.ts';
import { VerdictsByRequests } from './dynamic-resources/node-verdicts.ts';
import {
  type AllocationContext,
  invalidPools,
  noDevices,
  noResource,
  PodAllocations,
} from './dynamic-resources/pod-allocations.ts';
import { podResourceClaims } from './dynamic-resources/pod-resource-claims.ts';
import { hasChoices } from './dynamic-resources/preference-score.ts';
import { bindClaims, canDeallocate, deallocated, unreserveClaims } from './dynamic-resources/write-claims.ts';
import { defaultNormalize } from './normalize.ts';
import { classResources } from './resources/device-classes.ts';

const name = 'DynamicResources';
const key = stateKey<PodAllocations>(name);

function create(_args: unknown, { cluster, statuses, client, compat, featureEnabled }: PluginContext): Plugin {
  const { objects } = cluster;
  const allocated = cluster.part(allocatedDevices);
  const rules = featureEnabled('DRADeviceTaintRules') ? 'slices and rules' : 'slices';
  const taints = featureEnabled('DRADeviceTaints') ? rules : 'none';
  const context: AllocationContext = {
    cluster,
    selectors: cluster.part(deviceSelectors),
    verdicts: new VerdictsByRequests(() => cluster.capacity),
    options: {
      taints,
      takesIncomplete: compat === '1.34',
      partitions: featureEnabled('DRAPartitionableDevices'),
      shares: featureEnabled('DRAConsumableCapacity'),
      bindings: featureEnabled('DRADeviceBindingConditions'),
    },
  };
  const classes = featureEnabled('DRAExtendedResource') ? cluster.part(classResources) : undefined;
  const refuse = (reason: string): number => statuses.intern(status('unresolvable', reason));
  const cannotAllocate = refuse('cannot allocate all claims');
  const poolsInvalid = refuse('invalid resource pools were encountered');
  const notAvailable = refuse('resourceclaim not available on the node');
  const leftOver = refuse('cannot schedule extended resource claim');
  const noFit = refuse('cannot fit resource');
  /** 1.36 no longer says that it has nothing to say. */
  const nothingToDo = (reason: string): Status => status('unschedulable', ...(compat === '1.34' ? [reason] : []));

  return {
    name,
    events: resourceClaimEvents(objects, compat, taints),

    preEnqueue({ pod }) {
      const claims = podResourceClaims(pod, objects);
      return typeof claims === 'string' ? status('unresolvable', claims) : undefined;
    },

    preFilter(cycle) {
      const { pod } = cycle.pod;
      const claims = podResourceClaims(pod, objects);
      if (typeof claims === 'string') return status('unresolvable', claims);
      const extended = classes === undefined ? undefined : ExtendedClaim.of(cluster, cycle.pod, classes);
      if (claims.length === 0 && extended === undefined) return 'skip';
      const allocations = new PodAllocations(context, claims, extended);
      const problem = allocations.problem(pod);
      if (problem !== undefined) return status('unresolvable', problem);
      cycle.set(key, allocations);
      return undefined;
    },

    filter(cycle, block) {
      const allocations = cycle.read(key);
      if (allocations.isIndifferent) return;
      filterBlock(block, cycle.verdicts, (slot) => {
        const node = cluster.node(slot);
        if (node === undefined) return 0;
        if (allocations.extended?.isLeftOver) return leftOver;
        const verdict = asPluginError(() => allocations.verdict(slot));
        if (verdict === noDevices) return cannotAllocate;
        if (verdict === invalidPools) return poolsInvalid;
        if (verdict === noResource) return noFit;
        return allocations.reaches(node) ? 0 : notAvailable;
      });
    },

    postFilter(cycle) {
      const allocations = cycle.get(key);
      if (allocations === undefined) return { kind: 'failed', status: nothingToDo('no new claims to deallocate') };
      const uid = podKey(cycle.pod.pod);
      for (const place of allocations.unavailable) {
        const claim = allocations.claims[place];
        if (claim === undefined || !canDeallocate(claim, uid)) continue;
        client.updateResourceClaim?.(deallocated(claim));
        return { kind: 'failed', status: status('unschedulable', 'deallocation of ResourceClaim completed') };
      }
      if (allocations.extended?.isLeftOver) {
        client.deleteResourceClaim?.(allocations.extended.claim);
        return { kind: 'failed', status: status('unschedulable', 'deletion of ResourceClaim completed') };
      }
      return { kind: 'failed', status: nothingToDo('still not schedulable') };
    },

    preScore(cycle) {
      const allocations = cycle.get(key);
      return compat !== '1.34' && allocations?.claims.some(hasChoices) ? undefined : 'skip';
    },

    score(cycle, { slots, count }, scores) {
      const allocations = cycle.read(key);
      for (let place = 0; place < count; place += 1) scores[place] = allocations.verdict(slots[place] as number);
    },

    normalize(_cycle, { count }, scores) {
      defaultNormalize(scores, count);
    },

    reserve(cycle, slot) {
      const allocations = cycle.get(key);
      if (allocations === undefined) return undefined;
      try {
        return allocations.decide(slot) ? undefined : status('error', 'claim allocation not found for node');
      } catch (error) {
        if (error instanceof AllocationError) return status('error', error.message);
        throw error;
      }
    },

    unreserve(cycle) {
      const allocations = cycle.get(key);
      if (allocations === undefined) return;
      for (const claim of allocations.claims) allocated.forget(claim);
      unreserveClaims(allocations, cycle.pod.pod, objects, client);
    },

    preBind(cycle) {
      const allocations = cycle.get(key);
      const problem = allocations === undefined ? undefined : bindClaims(allocations, cycle.pod.pod, objects, client);
      return problem === undefined ? undefined : status('error', problem);
    },
  };
}

/** What is wrong with a claim ends the attempt, on whatever node it was found. */
function asPluginError<T>(what: () => T): T {
  try {
    return what();
  } catch (error) {
    throw error instanceof AllocationError ? new PluginError(name, error.message, error) : error;
  }
}

function status(code: StatusCode, ...reasons: readonly string[]): Status {
  return { code, plugin: name, reasons };
}

export const dynamicResources = pluginFactory({ name, create });
