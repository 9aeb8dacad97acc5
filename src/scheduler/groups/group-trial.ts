/**
 * Tries where the pods of a group would go, one after the other by the decisions that each would get alone, and puts
 * everything back. Source: kube-scheduler schedule_one_podgroup.go, without preemption.
 */
import { permit, reserve, unreserve } from '../binding.ts';
import type { PodInfo } from '../cluster/pod-info.ts';
import type { Cycle } from '../framework/cycle.ts';
import { allOf, pluginErrors } from '../framework/errors.ts';
import { fitErrorMessage } from '../framework/fit-error.ts';
import type { Framework } from '../framework/framework.ts';
import type { NodeBlock } from '../framework/node-block.ts';
import { groupTrial, type Placement } from '../framework/placements.ts';
import type { Status } from '../framework/status.ts';

/** What a trial does to the cluster state, and how it chooses among nodes. */
export interface TrialGround {
  readonly framework: Framework;
  assume(info: PodInfo, slot: number): void;
  /** Takes `assume` back. */
  forget(info: PodInfo): void;
  pick(nodes: NodeBlock, totals: Float64Array): number;
}

/** What came of one pod of the group. */
export type MemberOutcome =
  | {
      readonly kind: 'placed';
      readonly info: PodInfo;
      readonly slot: number;
      readonly visited: number;
      readonly feasible: number;
    }
  | {
      readonly kind: 'refused';
      readonly info: PodInfo;
      readonly visited: number;
      readonly message: string;
      /** Plugins that refused the pod or a node. */
      readonly plugins: ReadonlySet<string>;
    };

export interface Trial {
  readonly placement: Placement;
  /** In the order in which they were tried. */
  readonly members: readonly MemberOutcome[];
  /** Permit has let one of them pass: as many have a node as the group needs. */
  readonly fits: boolean;
  /** Plugins because of which the group does not fit. */
  readonly plugins: ReadonlySet<string>;
}

interface Assumed {
  readonly cycle: Cycle;
  readonly slot: number;
}

/** @throws PluginError, ExtenderError; the cluster is as before in any case */
export function tryPlacement(ground: TrialGround, pods: readonly PodInfo[], placement: Placement): Trial {
  const assumed: Assumed[] = [];
  const members: MemberOutcome[] = [];
  const plugins = new Set<string>();
  let fits = false;
  try {
    for (const info of pods) {
      const outcome = tryMember(ground, info, placement, assumed);
      if (outcome.kind === 'refused') for (const plugin of outcome.plugins) plugins.add(plugin);
      else {
        fits ||= outcome.waitsFor.size === 0;
        for (const plugin of outcome.waitsFor) plugins.add(plugin);
      }
      members.push(outcome);
    }
  } finally {
    allOf(assumed.reverse(), ({ cycle, slot }) => takeBack(ground, cycle, slot));
  }
  return { placement, members, fits, plugins };
}

type Tried =
  | Extract<MemberOutcome, { kind: 'refused' }>
  | (Extract<MemberOutcome, { kind: 'placed' }> & { readonly waitsFor: ReadonlySet<string> });

/** Leaves the pod assumed, and in `assumed`, where it fits. */
function tryMember(ground: TrialGround, info: PodInfo, { slots }: Placement, assumed: Assumed[]): Tried {
  const { framework } = ground;
  const cycle = framework.begin(info);
  cycle.set(groupTrial, true);
  const found = framework.find(cycle, false, slots);
  const { visited } = found;
  if (found.kind === 'none') {
    const message = fitErrorMessage(slots.length, found.diagnosis);
    return { kind: 'refused', info, visited, message, plugins: found.diagnosis.plugins };
  }
  const { nodes } = found;
  const feasible = nodes.count;
  const slot = feasible === 1 ? (nodes.slots[0] as number) : ground.pick(nodes, framework.score(cycle, nodes));
  ground.assume(info, slot);
  assumed.push({ cycle, slot });
  const refusal = reserve(framework.profile, cycle, slot);
  const waits = refusal ?? permit(framework.profile, cycle, slot);
  if (!('code' in waits)) {
    return { kind: 'placed', info, slot, visited, feasible, waitsFor: new Set(waits.keys()) };
  }
  assumed.pop();
  takeBack(ground, cycle, slot);
  if (waits.code === 'error') throw pluginErrors.answered(waits.plugin, waits.reasons);
  return refusedBy(info, visited, waits);
}

function refusedBy(info: PodInfo, visited: number, { plugin, reasons }: Status): Tried {
  return { kind: 'refused', info, visited, message: reasons.join(', '), plugins: new Set([plugin]) };
}

function takeBack({ framework, forget }: TrialGround, cycle: Cycle, slot: number): void {
  try {
    unreserve(framework.profile, cycle, slot);
  } finally {
    forget(cycle.pod);
  }
}
