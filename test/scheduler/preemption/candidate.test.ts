import assert from 'node:assert/strict';
import type { Pod } from '../../../src/api/objects.ts';
import { ClusterState } from '../../../src/scheduler/cluster/cluster-state.ts';
import type { PodInfo } from '../../../src/scheduler/cluster/pod-info.ts';
import { candidateOf } from '../../../src/scheduler/preemption/candidate.ts';
import { type Candidate, candidatesWanted, pickCandidate } from '../../../src/scheduler/preemption/index.ts';
import { testPod } from '../support/objects.ts';

const info = (pod: Pod): PodInfo => new ClusterState().info(pod);

interface VictimWords {
  readonly priority: number;
  readonly startTime?: string;
}

function candidate(slot: number, victims: readonly VictimWords[], violations = 0): Candidate {
  const infos = victims.map(({ priority, startTime }) =>
    info(testPod({ priority, status: startTime === undefined ? {} : { startTime } })),
  );
  return candidateOf(slot, infos, violations);
}

const pick = (...candidates: readonly Candidate[]): number | undefined => pickCandidate(candidates)?.slot;

describe('the node that is chosen for preemption', () => {
  it('is the one that violates the fewest budgets', () => {
    assert.equal(pick(candidate(1, [{ priority: 0 }], 1), candidate(2, [{ priority: 9 }], 0)), 2);
  });

  it('then the one whose most important victim is the least important', () => {
    assert.equal(pick(candidate(1, [{ priority: 2 }]), candidate(2, [{ priority: 1 }, { priority: 1 }])), 2);
  });

  it('then the one with the smallest sum of priorities, where every victim counts, also of a negative one', () => {
    assert.equal(
      pick(candidate(1, [{ priority: 2 }, { priority: 1 }]), candidate(2, [{ priority: 2 }, { priority: 0 }])),
      2,
    );
    assert.equal(pick(candidate(1, [{ priority: -1 }, { priority: -1 }]), candidate(2, [{ priority: -1 }])), 2);
  });

  it('then the one with the fewest victims', () => {
    const lowest = -(2 ** 31);
    const many = candidate(1, [{ priority: 0 }, { priority: lowest }, { priority: lowest }]);
    const few = candidate(2, [{ priority: 0 }, { priority: lowest }]);
    assert.equal(many.prioritySum, few.prioritySum);
    assert.equal(pick(many, few), 2);
  });

  it('then the one whose most important victims were started the latest', () => {
    const started = (startTime: string, other: string): readonly VictimWords[] => [
      { priority: 5, startTime },
      { priority: 1, startTime: other },
    ];
    const early = candidate(1, started('2024-01-01T00:00:00Z', '2024-01-09T00:00:00Z'));
    const late = candidate(2, started('2024-01-02T00:00:00Z', '2023-01-01T00:00:00Z'));
    assert.equal(pick(early, late), 2);
    assert.equal(pick(late, early), 2);
  });

  it('then the first that was found', () => {
    assert.equal(pick(candidate(7, [{ priority: 0 }]), candidate(2, [{ priority: 0 }])), 7);
  });

  it('is none of none', () => {
    assert.equal(pick(), undefined);
  });
});

it('as many candidates as a share of the nodes are enough, but so many in any case', () => {
  const limits = { minCandidateNodesPercentage: 10, minCandidateNodesAbsolute: 100 };
  const wanted = [0, 5, 100, 999, 1000, 1019, 5000].map((nodes) => candidatesWanted(nodes, limits));
  assert.deepEqual(wanted, [0, 5, 100, 100, 100, 101, 500]);
});
