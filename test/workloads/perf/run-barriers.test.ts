import assert from 'node:assert/strict';
import { configOf, podYaml, run } from './workloads.ts';

const node = '- opcode: createNodes\n  count: 1\n';
const collecting = '- opcode: createPods\n  count: 0\n  collectMetrics: true\n';
const skipping = (count: number, namespace: string, template = 'pod.yaml'): string =>
  `- opcode: createPods\n  count: ${count}\n  namespace: ${namespace}\n  podTemplatePath: ${template}\n  skipWaitToCompletion: true\n`;
const barrier = (fields = ''): string => `- opcode: barrier\n${fields}`;
const files = {
  'pod.yaml': podYaml(),
  'large.yaml': podYaml('generateName: large-, labels: {type: unsched}').replace('100m', '"9"'),
  'gated.yaml': podYaml('generateName: gated-', '  schedulingGates: [{name: test.k8s.io/hold}]'),
};
const elapsedMs = async (operations: string): Promise<number> => {
  const { target } = await run(configOf(operations + collecting), files, { waitTimeoutMs: 1_000 });
  return target.clock.nowMs();
};

describe('barrier', () => {
  it('waits for the pods that their operations did not wait for', async () => {
    assert.equal(await elapsedMs(node + skipping(3, 'a') + skipping(2, 'b')), 0);
    assert.equal(await elapsedMs(node + skipping(3, 'a') + skipping(2, 'b') + barrier()), 5);
  });

  it('waits for those of its namespaces only', async () => {
    assert.equal(await elapsedMs(node + skipping(3, 'a') + skipping(2, 'b') + barrier('  namespaces: [a]\n')), 3);
  });

  it('waits for those with its labels only', async () => {
    const operations = node + skipping(1, 'a', 'large.yaml') + skipping(2, 'a');
    await assert.rejects(
      elapsedMs(operations + barrier()),
      /barrier: waited 1 s in vain: 1 pod is not scheduled, among them a\/large-/,
    );
    assert.equal(await elapsedMs(operations + barrier('  labelSelector: {type: other}\n')), 0);
  });

  it('goes on once the scheduler has tried, where that is enough; gated pods count as tried', async () => {
    const attempted = barrier('  stageRequirement: Attempted\n');
    assert.equal(await elapsedMs(node + skipping(2, 'a', 'large.yaml') + attempted), 2);
    assert.equal(await elapsedMs(node + skipping(5, 'a', 'gated.yaml') + attempted), 0);
    await assert.rejects(elapsedMs(node + skipping(1, 'a', 'gated.yaml') + barrier()), /1 pod is not scheduled/);
  });

  it('does not wait for pods that are gone', async () => {
    const gone = `${node}${skipping(2, 'a', 'large.yaml')}- opcode: deletePods\n  namespace: a\n`;
    assert.equal(await elapsedMs(gone + barrier()), 0);
  });

  it('refuses a namespace that nothing has made', async () => {
    await assert.rejects(
      elapsedMs(node + skipping(1, 'a') + barrier('  namespaces: [a, b]\n')),
      /namespace b is unknown; the operations before this one have made: a/,
    );
  });
});
