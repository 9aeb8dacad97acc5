/** Holds one preemption against the reference's. Nothing is evicted: what would be is only written down. */
import assert from 'node:assert/strict';
import type { Pod } from '../../../src/api/objects.ts';
import {
  type ReferenceCluster,
  type ReferenceDecision,
  type ReferenceOptions,
  referencePreempt,
  referenceSchedule,
} from '../reference/index.ts';
import type { FastScheduler } from './fast-scheduler.ts';

export type PreemptionKind = 'fits' | 'nominated' | 'refused';

/**
 * The node, the victims in order, the promises taken back, and what is said where no node is found.
 * @param offset where among the nodes that may help the search begins
 * @returns what it came to, so that a test can tell that it has seen enough of each
 */
export function assertSamePreemption(
  fast: FastScheduler,
  cluster: ReferenceCluster,
  pod: Pod,
  words: { readonly options: ReferenceOptions; readonly offset: number },
): PreemptionKind {
  const { options, offset } = words;
  const decision = referenceSchedule(cluster, pod, options);
  if (cluster.nodes.length === 0 || decision.error !== undefined || decision.feasible.length > 0) return 'fits';
  const { framework, scheduler, effects } = fast;
  scheduler.rotation.start = options.startIndex % cluster.nodes.length;
  const cycle = framework.begin(scheduler.cluster.info(pod));
  const found = framework.find(cycle);
  assert.equal(found.kind, 'none', 'feasibility');
  if (found.kind !== 'none') return 'fits';

  const potential = potentialCount(decision);
  const expected = referencePreempt(decision, offset);
  fast.drawn = potential === 0 ? 0 : ((offset % potential) + 0.5) / potential;
  effects.evicted.length = 0;
  effects.withdrawn.length = 0;
  const [preemption] = framework.profile.postFilter;
  const verdict = preemption?.postFilter(cycle, found.diagnosis);
  assert.ok(verdict !== undefined);
  const { chosen } = expected;
  if (chosen === undefined || verdict.kind !== 'nominated') {
    assert.equal(verdict.kind === 'nominated' ? verdict.nodeName : 'none', chosen?.node ?? 'none', 'nominated node');
    if (verdict.kind === 'failed') {
      assert.equal(verdict.status.reasons.join(', '), expected.message, 'message');
    }
    assert.deepEqual(effects, { evicted: [], withdrawn: [] }, 'effects of a preemption that has failed');
    return 'refused';
  }
  const victims = chosen.victims.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  assert.deepEqual(
    { node: verdict.nodeName, evicted: effects.evicted, withdrawn: effects.withdrawn },
    {
      node: chosen.node,
      evicted: victims.map(({ metadata }) => metadata.name),
      withdrawn: expected.unnominated.map(({ metadata }) => metadata.name),
    },
  );
  return 'nominated';
}

/** Nodes that have, or stand for, a refusal that more room may lift. */
export function potentialCount({ verdicts, diagnosis: { byNode, ofOthers } }: ReferenceDecision): number {
  const mayHelp = (name: string): boolean => (byNode.get(name) ?? ofOthers)?.code === 'unschedulable';
  return [...verdicts.keys()].filter(mayHelp).length;
}
