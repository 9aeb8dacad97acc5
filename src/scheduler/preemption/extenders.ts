/** Lets extenders veto candidates, or change their victims. Source: framework/preemption, callExtenders. */
import type { Pod } from '../../api/objects.ts';
import type { ClusterState } from '../cluster/cluster-state.ts';
import type { PodInfo } from '../cluster/pod-info.ts';
import { type Extender, ExtenderError, type ExtenderVictims } from '../extenders/extender.ts';
import type { Status } from '../framework/status.ts';
import { type Candidate, candidateOf } from './candidate.ts';
import { compareImportance } from './importance.ts';
import { preemptionStatuses } from './statuses.ts';

type Victims = ReadonlyMap<string, ExtenderVictims>;

/** The candidates that remain, in their order; a status when an extender fails that may not. */
export function askExtenders(
  extenders: readonly Extender[],
  pod: Pod,
  candidates: readonly Candidate[],
  cluster: ClusterState,
): readonly Candidate[] | Status {
  const asked = extenders.filter((extender) => extender.preempt !== undefined && extender.isInterested(pod));
  if (asked.length === 0) return candidates;
  let victims: Victims = new Map(candidates.map((candidate) => [cluster.nodeName(candidate.slot), namesOf(candidate)]));
  for (const extender of asked) {
    const answer = ask(extender, pod, victims);
    if ('code' in answer) return answer;
    victims = answer;
    if (victims.size === 0) break;
  }
  return candidates.flatMap((candidate) => {
    const named = victims.get(cluster.nodeName(candidate.slot));
    return named === undefined ? [] : [candidateWith(candidate.slot, named, cluster)];
  });
}

function ask(extender: Extender, pod: Pod, victims: Victims): Victims | Status {
  try {
    const answer = new Map(extender.preempt?.(pod, victims));
    for (const [nodeName, { podUids }] of answer) {
      if (podUids.length > 0) continue;
      if (!extender.ignorable) return preemptionStatuses.needless(nodeName);
      answer.delete(nodeName);
    }
    return answer;
  } catch (error) {
    if (!(error instanceof ExtenderError)) throw error;
    return extender.ignorable ? victims : preemptionStatuses.failed('error', error.message);
  }
}

function namesOf({ victims, violations }: Candidate): ExtenderVictims {
  return { podUids: victims.map(({ key }) => key), pdbViolations: violations };
}

function candidateWith(slot: number, { podUids, pdbViolations }: ExtenderVictims, cluster: ClusterState): Candidate {
  const wanted = new Set(podUids);
  const victims: PodInfo[] = cluster.podsOn(slot).filter(({ key }) => wanted.has(key));
  return candidateOf(slot, victims.sort(compareImportance), pdbViolations);
}
