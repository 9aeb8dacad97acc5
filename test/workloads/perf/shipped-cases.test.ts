import assert from 'node:assert/strict';
import { join } from 'node:path';
import { createRandom } from '../../../src/stats/random.ts';
import {
  labelFilter,
  loadTemplates,
  type PerfOperation,
  type PerfTestCase,
  planWorkload,
  readPerfConfig,
  readTemplateObject,
  runWorkload,
} from '../../../src/workloads/perf/index.ts';
import { FakeTarget } from './fake-target.ts';

const folder = join(import.meta.dirname, '../../../examples/scheduler-perf');
const topics = ['misc', 'affinity', 'topology_spreading', 'volumes', 'batching', 'dra'] as const;
/** Cases of our own, which scheduler_perf does not have. */
const extraTopics = ['local_volumes'] as const;

/** scheduler_perf's cases: nodes, pods beforehand, measured pods, and the floor of its CI in pods per second. */
const table: readonly (readonly [string, number, number, number, number])[] = [
  ['SchedulingBasic 5000Nodes_10000Pods', 5000, 1000, 10_000, 680],
  ['SchedulingBasic 5000Nodes_50000Pods', 5000, 5000, 50_000, 810],
  ['SchedulingBasic 5000Nodes_50000Pods_AsyncAPICallsEnabled', 5000, 5000, 50_000, 810],
  ['SchedulingDaemonset 15000Nodes', 15_001, 0, 30_000, 1100],
  ['SchedulingWithMixedChurn 5000Nodes_10000Pods', 5000, 0, 10_000, 710],
  ['Unschedulable 5kNodes/100Init/10kPods', 5000, 100, 10_000, 590],
  ['Unschedulable 5kNodes/20kInit/10kPods', 5000, 20_000, 10_000, 600],
  ['PreemptionAsync 5000Nodes', 5000, 20_000, 5000, 570],
  ['PreemptionBasic 1000Nodes', 1000, 4000, 1000, 0],
  ['SchedulingWhileGated 1Node_10000GatedPods', 1, 30_000, 20_000, 910],
  ['SchedulingDeletedPodsWithFinalizers 5000Node_5000DeletingPods', 5000, 5000, 5000, 830],
  ['SchedulingWithExtendedResource 5000pods_5000nodes', 5000, 0, 5000, 180],
  ['SchedulingNodeAffinity 5000Nodes_10000Pods', 5000, 5000, 10_000, 540],
  ['SchedulingPodAntiAffinity 5000Nodes_2000Pods', 5000, 1000, 2000, 180],
  ['SchedulingPodMatchingAntiAffinity 5000Nodes_5000Pods', 5000, 1000, 5000, 600],
  ['SchedulingPodMatchingAntiAffinity 5000Nodes_5000Pods_QueueingHintsEnabled', 5000, 1000, 5000, 540],
  ['SchedulingPodAffinity 5000Nodes_5000Pods', 5000, 5000, 5000, 70],
  ['SchedulingPreferredPodAffinity 5000Nodes_5000Pods', 5000, 5000, 5000, 160],
  ['SchedulingPreferredPodAntiAffinity 5000Nodes_5000Pods', 5000, 5000, 5000, 190],
  ['MixedSchedulingBasePod 5000Nodes_5000Pods', 5000, 10_000, 5000, 540],
  ['SchedulingRequiredPodAntiAffinityWithNSSelector 5000Nodes_2000Pods', 6000, 4000, 2000, 140],
  ['SchedulingPreferredAntiAffinityWithNSSelector 5000Nodes_2000Pods', 5000, 4000, 2000, 180],
  ['SchedulingRequiredPodAffinityWithNSSelector 5000Nodes_2000Pods', 5000, 5000, 2000, 180],
  ['SchedulingPreferredAffinityWithNSSelector 5000Nodes_5000Pods', 5000, 5000, 5000, 190],
  ['SchedulingGatedPodsWithPodAffinityImpactForThroughput 1Node_10000GatedPods', 1, 10_000, 20_000, 750],
  ['TopologySpreading 5000Nodes_5000Pods', 5000, 5000, 5000, 460],
  ['PreferredTopologySpreading 5000Nodes_5000Pods', 5000, 5000, 5000, 340],
  ['DefaultTopologySpreading 5000Nodes_50000Pods', 5000, 5000, 50_000, 160],
  ['SchedulingWithNodeInclusionPolicy 5000Nodes', 5000, 0, 4000, 270],
  ['SchedulingSecrets 5000Nodes_10000Pods', 5000, 1000, 10_000, 790],
  ['SchedulingInTreePVs 5000Nodes_2000Pods', 5000, 1000, 2000, 290],
  ['SchedulingMigratedInTreePVs 5000Nodes_5000Pods', 5000, 5000, 5000, 100],
  ['SchedulingCSIPVs 5000Nodes_5000Pods', 5000, 5000, 5000, 100],
  ['SchedulingWithResourceClaimTemplate 5000pods_500nodes', 500, 2500, 2500, 56],
  ['SteadyStateClusterResourceClaimTemplate empty_500nodes', 500, 0, 10, 64],
  ['SteadyStateClusterResourceClaimTemplate half_500nodes', 500, 0, 10, 60],
  ['SteadyStateClusterResourceClaimTemplate full_500nodes', 500, 0, 10, 60],
  ...['HostPortConflict', 'ResourceSaturation'].flatMap((name) =>
    [
      '10BatchSize',
      '100BatchSize',
      '1000BatchSize',
      '5000BatchSize',
      '20000BatchSize',
      'OpportunisticBatchingDisabled',
    ].map((size) => [`${name} 20000Nodes_20000Pods_${size}`, 20_000, 0, 20_000, 0] as const),
  ),
];

async function readTopic(topic: string): Promise<readonly PerfTestCase[]> {
  return readPerfConfig(join(folder, topic, 'performance-config.yaml'));
}

const countOf = (operations: readonly PerfOperation[], counts: (operation: PerfOperation) => boolean): number =>
  operations.reduce((sum, operation) => sum + (counts(operation) && 'count' in operation ? operation.count : 0), 0);

describe('The cases that we ship', () => {
  it("have the names, sizes and floors of scheduler_perf's own", async () => {
    const isFull = labelFilter('performance,-short');
    const found = (await Promise.all(topics.map(readTopic))).flat().flatMap((testCase) =>
      testCase.workloads
        .filter(({ labels }) => isFull(labels))
        .map((workload) => {
          const { operations } = planWorkload(testCase, workload);
          const measures = (operation: PerfOperation) => operation.opcode === 'createPods' && operation.collectsMetrics;
          return [
            `${testCase.name} ${workload.name}`,
            countOf(operations, ({ opcode }) => opcode === 'createNodes'),
            countOf(operations, (operation) => operation.opcode === 'createPods' && !measures(operation)),
            countOf(operations, measures),
            workload.threshold,
          ] as const;
        }),
    );
    const byName = (a: readonly [string, ...unknown[]], b: readonly [string, ...unknown[]]) => (a[0] < b[0] ? -1 : 1);
    assert.deepEqual([...found].sort(byName), [...table].sort(byName));
  });

  it('are labelled as extra where they are our own, and only there', async () => {
    const labels = async (topic: string) =>
      (await readTopic(topic)).flatMap(({ workloads }) => workloads.map((workload) => workload.labels));
    for (const topic of topics) for (const own of await labels(topic)) assert(!own.includes('extra'), topic);
    for (const topic of extraTopics) for (const own of await labels(topic)) assert(own.includes('extra'), topic);
  });

  for (const topic of [...topics, ...extraTopics]) {
    it(`each have one small workload that runs to its end (${topic})`, async () => {
      const isShort = labelFilter('short');
      for (const testCase of await readTopic(topic)) {
        const small = testCase.workloads.filter(({ labels }) => isShort(labels));
        assert.deepEqual(
          small.map(({ name }) => name),
          ['fast'],
          testCase.name,
        );
        for (const workload of small) {
          const plan = planWorkload(testCase, workload);
          const target = new FakeTarget({ devicesPerNode: 10 });
          const templates = await loadTemplates(plan);
          const random = createRandom(1);
          const result = await runWorkload(plan, { target, templates, toObject: readTemplateObject, random });
          const [collection, ...others] = result.collections;
          assert(collection !== undefined && others.length === 0, testCase.name);
          const wanted = countOf(
            plan.operations,
            (operation) => operation.opcode === 'createPods' && operation.collectsMetrics,
          );
          assert(collection.achieved.boundPods >= wanted, testCase.name);
          const { created, bound, pending, deleted } = result.pods;
          assert.equal(created, bound + pending + deleted, testCase.name);
          assert.equal(bound + pending, target.cluster.count('Pod') - finalized(target), testCase.name);
        }
      }
    });
  }
});

/** Pods that are deleted but still there. */
function finalized(target: FakeTarget): number {
  return [...target.cluster.list('Pod')].filter(({ metadata }) => metadata.deletionTimestamp !== undefined).length;
}
