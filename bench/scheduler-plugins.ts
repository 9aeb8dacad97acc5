/**
 * What each node-local plugin costs per node, at the sizes of scheduler_perf's SchedulingBasic: 5000 nodes, of which a
 * pod has 500 filtered and scored. `npx tsx bench/scheduler-plugins.ts [--time 500] [--json]`
 *
 * One run goes once over all nodes in blocks of 500, each block filled anew as the framework does. The main cases are
 * timed by a second harness, too.
 */
import { parseArgs } from 'node:util';
import type { Node, Pod } from '../src/api/objects.ts';
import { ClusterState } from '../src/scheduler/cluster/cluster-state.ts';
import { createBlock } from '../src/scheduler/framework/node-block.ts';
import type { Plugin } from '../src/scheduler/framework/plugin.ts';
import type { PluginFactory } from '../src/scheduler/framework/plugin-factory.ts';
import { imageLocality } from '../src/scheduler/plugins/image-locality.ts';
import { nodeAffinity } from '../src/scheduler/plugins/node-affinity.ts';
import { nodeName } from '../src/scheduler/plugins/node-name.ts';
import { nodePorts } from '../src/scheduler/plugins/node-ports.ts';
import { nodeResourcesBalancedAllocation } from '../src/scheduler/plugins/node-resources-balanced-allocation.ts';
import { nodeResourcesFit } from '../src/scheduler/plugins/node-resources-fit.ts';
import { nodeUnschedulable } from '../src/scheduler/plugins/node-unschedulable.ts';
import { taintToleration } from '../src/scheduler/plugins/taint-toleration.ts';
import { createRandom } from '../src/stats/index.ts';
import { createPlugin, cycleFor, testNode, testPod } from '../test/scheduler/support/cluster.ts';
import { agrees, type BenchCase, measure, table, toleranceShare } from './cross-check.ts';

const nodeCount = 5000;
const blockSize = 500;
const mebibyte = 1024 * 1024;

/** Plain nodes, or a tenth tainted, a twentieth cordoned, and an image on a third of them. */
function nodesOf(isMixed: boolean): Node[] {
  return Array.from({ length: nodeCount }, (_, i) =>
    testNode({
      name: `node-${i}`,
      labels: { zone: `zone-${i % 10}`, pool: `pool-${i % 4}` },
      ...(isMixed && i % 10 === 0 ? { taints: ['dedicated=batch:NoSchedule', 'old=1:PreferNoSchedule'] } : {}),
      ...(isMixed && i % 20 === 1 ? { unschedulable: true } : {}),
      ...(isMixed && i % 3 === 0 ? { images: { 'app:1': 600 * mebibyte } } : {}),
    }),
  );
}

/** A few pods on each node, some of them with a host port; with `fill`, as many as leave no room. */
function clusterOf(isMixed: boolean, fill: boolean): ClusterState {
  const cluster = new ClusterState();
  const random = createRandom(1);
  for (const node of nodesOf(isMixed)) cluster.setNode(node);
  for (let i = 0; i < nodeCount; i += 1) {
    const count = fill ? 1 : Math.floor(random.next() * 5);
    for (let k = 0; k < count; k += 1) {
      const cpu = fill ? '3950m' : `${100 + Math.floor(random.next() * 5) * 100}m`;
      const requests = { cpu, memory: `${100 + Math.floor(random.next() * 2000)}Mi` };
      const hostPorts = isMixed && i % 7 === 0 && k === 0 ? [8080] : [];
      cluster.assignByName(cluster.info(testPod({ name: `${i}-${k}`, requests, hostPorts })), `node-${i}`);
    }
  }
  return cluster;
}

const smallPod = (words: Parameters<typeof testPod>[0] = {}): Pod =>
  testPod({ requests: { cpu: '100m', memory: '500Mi' }, image: 'app:1', ...words });

/** The two stages of a plugin, over all nodes in blocks. */
function passes(cluster: ClusterState, pod: Pod, factories: readonly (readonly [PluginFactory, unknown?])[]) {
  const plugins = factories.map(([factory, args]) => createPlugin(factory, cluster, args ?? {}));
  const cycle = cycleFor(cluster, pod);
  const block = createBlock(cluster.capacity);
  const scores = new Float64Array(cluster.capacity);
  const filters = plugins.filter(({ preFilter }) => preFilter?.(cycle) !== 'skip');
  const overBlocks = (each: () => void) => (): void => {
    for (let first = 0; first < nodeCount; first += blockSize) {
      block.slots.set(cluster.order.subarray(first, first + blockSize));
      block.count = blockSize;
      each();
    }
  };
  const filterAll = (): void => {
    for (const plugin of filters) plugin.filter?.(cycle, block);
  };
  const scoreAll = (): void => {
    for (const plugin of plugins) scoreOne(plugin);
  };
  const scoreOne = (plugin: Plugin): void => {
    if (plugin.score === undefined || plugin.preScore?.(cycle, block) === 'skip') return;
    plugin.score(cycle, block, scores);
    plugin.normalize?.(cycle, block, scores);
  };
  return {
    filter: overBlocks(filterAll),
    score: overBlocks(scoreAll),
    both: overBlocks(() => {
      filterAll();
      scoreAll();
    }),
  };
}

function cases(): BenchCase[] {
  const plain = clusterOf(false, false);
  const mixed = clusterOf(true, false);
  const full = clusterOf(false, true);
  const pod = smallPod();
  const zoned = smallPod({ nodeSelector: { zone: 'zone-3' } });
  const preferring = smallPod({
    spec: {
      affinity: {
        nodeAffinity: {
          preferred: [
            {
              weight: 10,
              preference: { matchExpressions: [{ key: 'pool', operator: 'In', values: ['pool-1'] }], matchFields: [] },
            },
          ],
        },
      },
    },
  });
  const ported = smallPod({ hostPorts: [8080] });
  const one = (factory: PluginFactory, args?: unknown) => [[factory, args]] as const;
  const strategy = (type: string) => ({
    scoringStrategy: {
      type,
      requestedToCapacityRatio: {
        shape: [
          { utilization: 0, score: 0 },
          { utilization: 100, score: 10 },
        ],
      },
    },
  });
  const all = [
    nodeUnschedulable,
    nodeName,
    taintToleration,
    nodeAffinity,
    nodePorts,
    nodeResourcesFit,
    nodeResourcesBalancedAllocation,
    imageLocality,
  ].map((factory) => [factory] as const);
  const timed = (name: string, run: () => void, isMain = false): BenchCase => ({
    name,
    unitsPerRun: nodeCount,
    isMain,
    run,
  });
  return [
    timed('all of them, plain nodes: filter', passes(plain, pod, all).filter, true),
    timed('all of them, plain nodes: score', passes(plain, pod, all).score, true),
    timed('all of them, plain nodes: both', passes(plain, pod, all).both, true),
    timed('all of them, mixed nodes: both', passes(mixed, pod, all).both, true),
    timed('NodeUnschedulable filter, some cordoned', passes(mixed, pod, one(nodeUnschedulable)).filter),
    timed('TaintToleration filter, none tainted', passes(plain, pod, one(taintToleration)).filter),
    timed('TaintToleration filter, some tainted', passes(mixed, pod, one(taintToleration)).filter),
    timed('TaintToleration score, none tainted', passes(plain, pod, one(taintToleration)).score),
    timed('TaintToleration score, some tainted', passes(mixed, pod, one(taintToleration)).score),
    timed('NodeAffinity filter, a tenth matches', passes(plain, zoned, one(nodeAffinity)).filter),
    timed('NodeAffinity score, a quarter preferred', passes(plain, preferring, one(nodeAffinity)).score),
    timed('NodePorts filter, a seventh taken', passes(mixed, ported, one(nodePorts)).filter),
    timed('NodeResourcesFit filter, all fit', passes(plain, pod, one(nodeResourcesFit)).filter, true),
    timed('NodeResourcesFit filter, none fits', passes(full, pod, one(nodeResourcesFit)).filter, true),
    timed('NodeResourcesFit LeastAllocated', passes(plain, pod, one(nodeResourcesFit)).score, true),
    timed('NodeResourcesFit MostAllocated', passes(plain, pod, one(nodeResourcesFit, strategy('MostAllocated'))).score),
    timed(
      'NodeResourcesFit RequestedToCapacityRatio',
      passes(plain, pod, one(nodeResourcesFit, strategy('RequestedToCapacityRatio'))).score,
    ),
    timed('BalancedAllocation', passes(plain, pod, one(nodeResourcesBalancedAllocation)).score, true),
    timed('ImageLocality, no node has it', passes(plain, pod, one(imageLocality)).score),
    timed('ImageLocality, a third has it', passes(mixed, pod, one(imageLocality)).score),
  ];
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { time: { type: 'string', default: '500' }, json: { type: 'boolean', default: false } },
  });
  const measured = await measure(cases(), Number(values.time));
  if (values.json) {
    console.log(JSON.stringify(measured.map((each) => ({ ...each, agrees: agrees(each) }))));
    return;
  }
  console.log(`ns per node: median (95 % interval) by tinybench, then by benchmark; node ${process.version}`);
  console.log(table(measured));
  const wrong = measured.filter((each) => !agrees(each)).length;
  if (wrong > 0) {
    const share = `${toleranceShare * 100} %`;
    console.log(`${wrong} disagree: their intervals lie apart and their medians differ by more than ${share}.`);
    console.log('Try an idle machine, or more --time.');
  }
}

await main();
