import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ContainerPort, Pod } from '../../../src/api/objects.ts';
import type { PodInfo } from '../../../src/scheduler/cluster/pod-info.ts';
import { nodePorts } from '../../../src/scheduler/plugins/node-ports.ts';
import { usedPorts } from '../../../src/scheduler/plugins/ports/used-ports.ts';
import {
  assignPod,
  createPlugin,
  cycleFor,
  reasonsOf,
  testCluster,
  testContainer,
  testNode,
  testPod,
} from '../support/cluster.ts';

const refused = "unschedulable: node(s) didn't have free ports for the requested pod ports";

let names = 0;
function podWith(ports: readonly Partial<ContainerPort>[], nodeName = ''): Pod {
  names += 1;
  return testPod({ name: `p${names}`, nodeName, spec: { containers: [testContainer({ ports })], nodeName } });
}

/** Whether a pod with `wanted` fits on a node where a pod has `taken`. */
function fits(taken: Partial<ContainerPort>, wanted: Partial<ContainerPort>): boolean {
  const cluster = testCluster([testNode({ name: 'a' })], [podWith([taken], 'a')]);
  const reasons = reasonsOf(createPlugin(nodePorts, cluster), cycleFor(cluster, podWith([wanted])));
  return !('a' in reasons);
}

describe('the plugin NodePorts', () => {
  it('keeps a pod off nodes where its host port is taken', () => {
    const cluster = testCluster([testNode({ name: 'a' }), testNode({ name: 'b' })], [podWith([{ hostPort: 80 }], 'a')]);
    const plugin = createPlugin(nodePorts, cluster);
    assert.deepEqual(reasonsOf(plugin, cycleFor(cluster, podWith([{ hostPort: 80 }]))), { a: refused });
    assert.deepEqual(reasonsOf(plugin, cycleFor(cluster, podWith([{ hostPort: 81 }]))), {});
  });

  it('has nothing to say of pods without host ports', () => {
    const cluster = testCluster([testNode()]);
    const plugin = createPlugin(nodePorts, cluster);
    assert.equal(plugin.preFilter?.(cycleFor(cluster, podWith([{ containerPort: 80 }]))), 'skip');
    assert.equal(plugin.preFilter?.(cycleFor(cluster, podWith([{ hostPort: 80 }]))), undefined);
  });

  it('tells addresses and protocols apart; 0.0.0.0 is in the way of every address', () => {
    assert.ok(fits({ hostPort: 80 }, { hostPort: 80, protocol: 'UDP' }));
    assert.ok(fits({ hostPort: 80, hostIP: '10.0.0.1' }, { hostPort: 80, hostIP: '10.0.0.2' }));
    assert.ok(!fits({ hostPort: 80, hostIP: '10.0.0.1' }, { hostPort: 80, hostIP: '10.0.0.1' }));
    assert.ok(!fits({ hostPort: 80, hostIP: '10.0.0.1' }, { hostPort: 80 }));
    assert.ok(!fits({ hostPort: 80 }, { hostPort: 80, hostIP: '10.0.0.1' }));
    assert.ok(!fits({ hostPort: 80, hostIP: '0.0.0.0' }, { hostPort: 80, hostIP: '10.0.0.1' }));
  });

  it('counts sidecars, but no other init containers', () => {
    const cluster = testCluster([testNode({ name: 'a' })], [podWith([{ hostPort: 80 }], 'a')]);
    const plugin = createPlugin(nodePorts, cluster);
    const init = testContainer({ ports: [{ hostPort: 80 }] });
    const withInit = (restartPolicy: { restartPolicy?: 'Always' }): Pod =>
      testPod({ spec: { initContainers: [{ ...init, ...restartPolicy }] } });
    assert.deepEqual(reasonsOf(plugin, cycleFor(cluster, withInit({}))), {});
    assert.deepEqual(reasonsOf(plugin, cycleFor(cluster, withInit({ restartPolicy: 'Always' }))), { a: refused });
  });

  it('forgets ports that nobody uses any more', () => {
    const cluster = testCluster([testNode({ name: 'a' })]);
    const info = assignPod(cluster, podWith([{ hostPort: 80 }], 'a'));
    const used = cluster.part(usedPorts);
    const plugin = createPlugin(nodePorts, cluster);
    const reasons = (): Record<string, string> => reasonsOf(plugin, cycleFor(cluster, podWith([{ hostPort: 80 }])));
    assert.deepEqual(reasons(), { a: refused });
    assert.equal(used.portCount, 1);
    cluster.unassign(info);
    assert.deepEqual(reasons(), {});
    assert.equal(used.portCount, 0);
  });

  it('agrees with a look at every pod, whatever pods and nodes come and go', () => {
    const port = fc.record({
      hostPort: fc.constantFrom(0, 80, 81),
      hostIP: fc.constantFrom('', '0.0.0.0', '10.0.0.1', '10.0.0.2'),
      protocol: fc.constantFrom('TCP', 'UDP'),
    });
    const ports = fc.array(port, { maxLength: 3 });
    const step = fc.oneof(
      fc.record({ kind: fc.constant('put' as const), node: fc.nat({ max: 90 }), ports }),
      fc.record({ kind: fc.constant('take' as const), which: fc.nat() }),
    );
    type Port = { readonly hostPort: number; readonly hostIP: string; readonly protocol: string };
    const everywhere = ({ hostIP }: Port): boolean => hostIP === '' || hostIP === '0.0.0.0';
    const clash = (a: Port, b: Port): boolean =>
      a.hostPort > 0 &&
      a.hostPort === b.hostPort &&
      a.protocol === b.protocol &&
      (everywhere(a) || everywhere(b) || a.hostIP === b.hostIP);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), ports, (steps, wanted) => {
        const cluster = testCluster([]);
        const plugin = createPlugin(nodePorts, cluster);
        const placed: { info: PodInfo; node: string; ports: readonly Port[] }[] = [];
        for (const each of steps) {
          if (each.kind === 'put') {
            const node = `n${each.node}`;
            if (cluster.slotOf(node) === undefined) {
              // Nodes come one by one, so that the arrays have to grow at some time.
              for (let i = 0; i <= each.node; i += 1) cluster.setNode(testNode({ name: `n${i}` }));
            }
            placed.push({ info: assignPod(cluster, podWith(each.ports, node)), node, ports: each.ports });
          } else if (placed.length > 0) {
            const [gone] = placed.splice(each.which % placed.length, 1);
            if (gone !== undefined) cluster.unassign(gone.info);
          }
        }
        const expected = placed
          .filter((pod) => pod.ports.some((a) => wanted.some((b) => clash(b, a))))
          .map(({ node }) => node);
        const reasons = reasonsOf(plugin, cycleFor(cluster, podWith(wanted)));
        assert.deepEqual(Object.keys(reasons).sort(), [...new Set(expected)].sort());
      }),
    );
  });

  it('wakes pods when a port of theirs is freed, and for new nodes', () => {
    const cluster = testCluster([]);
    const [onDelete, onNode] = createPlugin(nodePorts, cluster).events ?? [];
    const info = cluster.info(podWith([{ hostPort: 80, hostIP: '10.0.0.1' }]));
    const gone = (before: Pod) => onDelete?.hint?.(info, { resource: 'AssignedPod', actions: ['delete'], before });
    assert.equal(gone(podWith([{ hostPort: 80 }], 'a')), 'queue');
    assert.equal(gone(podWith([{ hostPort: 80 }])), 'skip');
    assert.equal(gone(podWith([{ hostPort: 81 }], 'a')), 'skip');
    assert.equal(gone(podWith([], 'a')), 'skip');
    assert.deepEqual(onNode, { resource: 'Node', actions: ['add'] });
  });
});
