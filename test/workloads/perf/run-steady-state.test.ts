import assert from 'node:assert/strict';
import { configOf, podYaml, run } from './workloads.ts';

const steady = (count: number, duration = '1s', more = ''): string =>
  configOf(
    `- opcode: createNodes\n  count: 1\n- opcode: createPods\n  count: ${count}\n  steadyState: true\n  duration: ${duration}\n  collectMetrics: true\n${more}`,
  );

describe('A steady state', () => {
  it('keeps as many pods waiting for its time, one new pod for each that is bound', async () => {
    const { result, target } = await run(steady(10), {}, { attemptMs: 4 });
    const [collection] = result.collections;
    assert.equal(target.clock.nowMs(), 1_000);
    assert.equal(collection?.achieved.boundPods, 250);
    assert.equal(collection?.achieved.achievedPodsPerSec, 250);
    // The last pod is bound at the last moment, when nothing is replaced any more.
    assert.deepEqual(result.pods, { created: 259, bound: 1, pending: 9, deleted: 249 });
  });

  it('deletes no pods of other namespaces', async () => {
    const text = configOf(
      '- opcode: createNodes\n  count: 1\n- opcode: createPods\n  count: 3\n  namespace: kept\n- opcode: createPods\n  count: 2\n  steadyState: true\n  duration: 100ms\n  collectMetrics: true\n',
    );
    const { target } = await run(text);
    assert.equal([...target.cluster.list('Pod')].filter(({ metadata }) => metadata.namespace === 'kept').length, 3);
  });

  it('in which nothing is scheduled is an error', async () => {
    const large = podYaml().replace('100m', '"9"');
    await assert.rejects(
      run(steady(1, '1s', '  podTemplatePath: pod.yaml\n'), { 'pod.yaml': large }),
      /createPods: no pod at all was scheduled: the time is too short, or no node takes the pods/,
    );
  });

  it('refuses a clock that stands still while pods are scheduled', async () => {
    await assert.rejects(run(steady(10), {}, { attemptMs: 0 }), /time does not pass while pods are scheduled/);
  });
});
