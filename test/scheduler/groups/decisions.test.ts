/** The placement of a group, against a plain reference, in random clusters. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Pod, PodGroup } from '../../../src/api/objects.ts';
import { ClusterMirror } from '../exactness/cluster-mirror.ts';
import { placementsOf } from '../framework/plugin-session.ts';
import { referencePlaceGroup } from '../reference/index.ts';
import { testNode, testPod } from '../support/objects.ts';
import { groupSession, member, messageOf, podGroup, rackKey } from './group-session.ts';

interface NodeDraw {
  readonly rack: number;
  readonly cpu: number;
  readonly memoryGi: number;
  readonly isAvoided: boolean;
  /** cpu of a pod that runs there; 0 for none. */
  readonly busy: number;
}

interface GroupDraw {
  readonly minCount: number | undefined;
  readonly hasTopology: boolean;
  readonly pods: readonly { readonly cpu: number; readonly memoryGi: number; readonly priority: number }[];
  /** Places of nodes on which pods of the group run already. */
  readonly running: readonly number[];
}

/** Rack 0 stands for none. */
const node: fc.Arbitrary<NodeDraw> = fc.record({
  rack: fc.constantFrom(0, 1, 1, 2, 2, 3, 3),
  cpu: fc.integer({ min: 1, max: 6 }),
  memoryGi: fc.integer({ min: 2, max: 8 }),
  isAvoided: fc.boolean(),
  busy: fc.constantFrom(0, 0, 0, 1, 2),
});

const group: fc.Arbitrary<GroupDraw> = fc.record({
  minCount: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined, freq: 5 }),
  hasTopology: fc.constantFrom(true, true, true, false),
  pods: fc.array(
    fc.record({
      cpu: fc.integer({ min: 0, max: 3 }),
      memoryGi: fc.integer({ min: 0, max: 3 }),
      priority: fc.constantFrom(0, 0, 5),
    }),
    { minLength: 1, maxLength: 6 },
  ),
  running: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.array(fc.nat(9), { maxLength: 2 })),
});

const gi = (amount: number): string => `${amount}Gi`;

function nodeOf({ rack, cpu, memoryGi, isAvoided }: NodeDraw, place: number) {
  return testNode({
    name: `n${place}`,
    cpu: String(cpu),
    memory: gi(memoryGi),
    labels: rack === 0 ? {} : { [rackKey]: `r${rack}` },
    taints: isAvoided ? ['busy=yes:PreferNoSchedule'] : [],
  });
}

describe('the placement of a group', () => {
  const kinds = { placed: 0, none: 0, error: 0 };
  const scoredPlacements = { seen: 0 };

  it('is the one that a plain reference takes, with the same node for each pod', () => {
    const run = (nodes: readonly NodeDraw[], groups: readonly GroupDraw[]): void => {
      const session = groupSession();
      const mirror = new ClusterMirror(session.api);
      session.put(...nodes.map(nodeOf));
      for (const [place, { busy }] of nodes.entries()) {
        if (busy === 0) continue;
        session.put(testPod({ name: `busy-${place}`, nodeName: `n${place}`, requests: { cpu: String(busy) } }));
      }
      for (const [number, draw] of groups.entries()) check(`g${number}`, draw);

      function check(name: string, { minCount, hasTopology, pods, running }: GroupDraw): void {
        const object: PodGroup = podGroup(name, minCount, hasTopology ? rackKey : '');
        session.put(object);
        for (const [place, where] of running.entries()) {
          session.put(member(name, { name: `${name}-old-${place}`, nodeName: `n${where % nodes.length}` }));
        }
        const waiting = pods.map(({ cpu, memoryGi, priority }, place): Pod => {
          // What asks for nothing is assumed to use something.
          const requests = { ...(cpu > 0 && { cpu: String(cpu) }), ...(memoryGi > 0 && { memory: gi(memoryGi) }) };
          return member(name, { name: `${name}-${place}`, priority, requests });
        });
        session.put(...waiting);
        const before = placementsOf(session);
        // The gang must be complete before any of it is tried.
        const isTried = waiting.length + running.length >= (minCount ?? 1);
        const { start } = session.scheduler.rotation;
        const expected = referencePlaceGroup(mirror.cluster, object, waiting, { startIndex: start });
        const kind = isTried ? expected.kind : 'none';
        session.scheduler.scheduleOne();
        kinds[kind] += 1;
        const placed = Object.entries(placementsOf(session)).filter(([pod]) => !(pod in before));
        const nodeByPod = expected.kind === 'placed' && isTried ? expected.chosen.nodeOf : new Map<Pod, string>();
        assert.deepEqual(
          Object.fromEntries(placed),
          Object.fromEntries([...nodeByPod].map(([pod, nodeName]) => [pod.metadata.name, nodeName])),
        );
        if (kind === 'none' && isTried) {
          assert.match(messageOf(session, `${name}-0`) ?? '', /^0\/\d+ placements are available: |^no placement /);
        }
        if (expected.kind === 'placed') scoredPlacements.seen += expected.tries.length > 1 ? 1 : 0;
        for (const pod of waiting) session.api.deletePod(pod);
        while (session.scheduler.scheduleOne() !== undefined);
      }
    };
    fc.assert(
      fc.property(fc.array(node, { minLength: 1, maxLength: 9 }), fc.array(group, { minLength: 1, maxLength: 3 }), run),
      { numRuns: Number(process.env.EXACTNESS_RUNS ?? 400) },
    );
    assert.ok(Math.min(...Object.values(kinds)) > 10, JSON.stringify(kinds));
    assert.ok(scoredPlacements.seen > 10);
  }).timeout(120_000);
});
