import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { PodInfo } from '../../../src/scheduler/cluster/pod-info.ts';
import { LowestPriority } from '../../../src/scheduler/preemption/lowest-priority.ts';
import { assignPod, testCluster } from '../support/cluster.ts';
import { testNode, testPod } from '../support/objects.ts';

const place = (name: string, priority: number) => testPod({ name, priority, nodeName: 'node' });

describe('the lowest priority of all pods that have a node', () => {
  it('is known at any time', () => {
    const steps = fc.array(fc.record({ priority: fc.integer({ min: -2, max: 2 }), leaves: fc.option(fc.nat(20)) }), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(steps, (steps) => {
        const cluster = testCluster([testNode()], [place('first', 1)]);
        const lowest = new LowestPriority(cluster);
        let infos: PodInfo[] = [...cluster.podsOn(cluster.order[0] as number)];
        for (const [number, { priority, leaves }] of steps.entries()) {
          const leaving = leaves === null ? undefined : infos[leaves % Math.max(1, infos.length)];
          if (leaving === undefined) infos.push(assignPod(cluster, place(`pod-${number}`, priority)));
          else {
            infos = infos.filter((info) => info !== leaving);
            cluster.unassign(leaving);
          }
          assert.equal(lowest.value, Math.min(...infos.map((info) => info.priority)));
        }
      }),
    );
  });
});
