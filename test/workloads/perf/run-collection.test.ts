import assert from 'node:assert/strict';
import { configOf, podYaml, run } from './workloads.ts';

// The fake's clock moves on before a pod is bound: at 10 ms per pod, 99 of them are bound when a second is over.
const node = '- opcode: createNodes\n  count: 10\n';
const pods = (count: number, more = ''): string =>
  `- opcode: createPods\n  count: ${count}\n  collectMetrics: true\n${more}`;

describe('A collection of metrics', () => {
  it('samples once a second, as scheduler_perf does, and counts everything beside that', async () => {
    const { result } = await run(configOf(node + pods(350)), {}, { attemptMs: 10 });
    const [collection] = result.collections;
    assert.deepEqual(
      collection?.observations.map(({ timeMs, scheduled }) => [timeMs, scheduled]),
      [
        [1_000, 99],
        [2_000, 199],
        [3_000, 299],
      ],
    );
    assert.deepEqual(
      collection?.samples.map(({ podsPerSec }) => podsPerSec),
      [100, 100],
    );
    assert.equal(collection?.achieved.achievedPodsPerSec, 100);
    assert.equal(collection?.achieved.boundPods, 350);
    assert.equal(collection?.achieved.latencyMs?.Max, 3_500);
    assert.equal(collection?.latenciesMs.length, 350);
    assert.deepEqual(
      collection?.progress.map(({ attempts, completed }) => [attempts, completed]),
      [
        [199, 199],
        [299, 299],
      ],
    );
  });

  it('is named after its case, its workload and its namespace', async () => {
    const { result } = await run(configOf(node + pods(1)));
    assert(result.items.length > 0);
    assert(result.items.every(({ labels }) => labels.Name === 'BenchmarkPerfScheduling/case/w/namespace-1'));
  });

  it("takes the scheduler's own measurements while it lasts, and only then", async () => {
    const before = '- opcode: createPods\n  count: 5\n';
    const { result } = await run(configOf(`${node}${before}${pods(7)}${before}`));
    assert.deepEqual(result.collections[0]?.registry.attempts(), { all: 7, scheduled: 7 });
  });

  it('reads the heap at its start and twice a second', async () => {
    let bytes = 0;
    const heapBytes = (): number => {
      bytes += 2 ** 20;
      return bytes;
    };
    const { result } = await run(configOf(node + pods(120)), {}, { attemptMs: 10, heapBytes });
    assert.deepEqual(
      result.collections[0]?.heap.map(({ timeMs }) => timeMs),
      [0, 500, 1_000],
    );
  });

  it('may span operations, over namespaces and labels of its own', async () => {
    const files = {
      'a.yaml': podYaml('generateName: a-, labels: {type: unsched}'),
      'b.yaml': podYaml('generateName: b-'),
    };
    const create = (namespace: string, template: string): string =>
      `- opcode: createPods\n  count: 4\n  namespace: ${namespace}\n  podTemplatePath: ${template}\n`;
    const operations = `- opcode: startCollectingMetrics\n  name: unsched\n  namespaces: [x, y]\n  labelSelector: {type: unsched}\n${create('x', 'a.yaml')}${create('x', 'b.yaml')}${create('y', 'a.yaml')}${create('z', 'a.yaml')}- opcode: stopCollectingMetrics\n`;
    const { result } = await run(configOf(node + operations), files);
    const [collection] = result.collections;
    assert.equal(collection?.name, 'BenchmarkPerfScheduling/case/w/unsched');
    assert.deepEqual([collection?.achieved.offeredPods, collection?.achieved.boundPods], [8, 8]);
  });

  it('counts pods that were scheduled in its namespaces before as seen, not as new', async () => {
    const operations =
      '- opcode: createPods\n  count: 4\n  namespace: x\n- opcode: startCollectingMetrics\n  namespaces: [x]\n- opcode: createPods\n  count: 100\n  namespace: x\n- opcode: stopCollectingMetrics\n';
    const { result } = await run(configOf(node + operations), {}, { attemptMs: 30 });
    assert.deepEqual(
      result.collections[0]?.observations.map(({ scheduled }) => scheduled),
      [37, 70, 103],
    );
    assert.equal(result.collections[0]?.achieved.boundPods, 100);
  });

  it('follows another for each operation that collects, each with its verdict', async () => {
    const { result } = await run(
      `${configOf(node + pods(5) + pods(6))}    threshold: {misc: 2000, other: 1}\n`,
      {},
      { topic: 'misc' },
    );
    assert.deepEqual(
      result.collections.map(({ verdict }) => verdict.state),
      ['failed', 'failed'],
    );
    const other = await run(
      `${configOf(node + pods(5))}    threshold: {misc: 2000, other: 1}\n`,
      {},
      { topic: 'other' },
    );
    assert.deepEqual(
      other.result.collections.map(({ verdict }) => verdict.state),
      ['passed'],
    );
  });

  it('looks the same for the same workload', async () => {
    const text = configOf(node + pods(20));
    const [first, second] = [await run(text), await run(text)];
    assert.deepEqual(first.result.items, second.result.items);
    assert.deepEqual(first.target.changes, second.target.changes);
  });

  it('tells of each operation before it begins', async () => {
    const told: string[] = [];
    await run(configOf(node + pods(1)), {}, { onOperation: ({ opcode }, count) => told.push(`${opcode} of ${count}`) });
    assert.deepEqual(told, ['createNodes of 2', 'createPods of 2']);
  });
});
