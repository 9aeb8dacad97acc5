import assert from 'node:assert/strict';
import { configOf, objects, podNames, podYaml, run } from './workloads.ts';

const node = '- opcode: createNodes\n  count: 1\n';
const collecting = '- opcode: createPods\n  count: 0\n  collectMetrics: true\n';
const files = {
  'pod.yaml': podYaml(),
  'service.yaml':
    'apiVersion: v1\nkind: Service\nmetadata: {generateName: svc-}\nspec: {selector: {app: x}, ports: [{port: 80}]}\n',
  'node.yaml': 'apiVersion: v1\nkind: Node\nmetadata: {generateName: churn-}\n',
  'named.yaml': podYaml('name: same'),
};
const churn = (fields: string): string => `- opcode: churn\n  namespace: churned\n${fields}`;
const sleep = (duration: string): string => `- opcode: sleep\n  duration: ${duration}\n`;

describe('churn', () => {
  it('creates one object of each template per interval, up to its number', async () => {
    const operations = churn(
      '  mode: create\n  number: 3\n  intervalMilliseconds: 100\n  templatePaths: [pod.yaml, service.yaml]\n',
    );
    const early = await run(configOf(`${node}${operations}${sleep('250ms')}${collecting}`), files);
    assert.equal(podNames(early.target, 'churned').length, 2);
    const late = await run(configOf(`${node}${operations}${sleep('10s')}${collecting}`), files);
    assert.equal(podNames(late.target, 'churned').length, 3);
    assert.equal(objects(late.target, 'Service').length, 3);
  });

  it('recreates: fills its places one per interval, then empties them one per interval', async () => {
    const operations = churn(
      '  mode: recreate\n  number: 2\n  intervalMilliseconds: 100\n  templatePaths: [node.yaml, pod.yaml]\n',
    );
    const counts: number[] = [];
    for (const duration of ['150ms', '250ms', '350ms', '450ms', '550ms']) {
      const { target } = await run(configOf(`${operations}${sleep(duration)}${collecting}`), files);
      assert.equal(objects(target, 'Node').length, podNames(target, 'churned').length);
      counts.push(objects(target, 'Node').length);
    }
    assert.deepEqual(counts, [1, 2, 1, 0, 1]);
  });

  it('passes over what cannot be made because its name is taken', async () => {
    const operations = churn('  mode: create\n  intervalMilliseconds: 100\n  templatePaths: [named.yaml]\n');
    const { target } = await run(configOf(`${node}${operations}${sleep('1s')}${collecting}`), files);
    assert.deepEqual(podNames(target, 'churned'), ['same']);
  });

  it('ends with the workload', async () => {
    const operations = churn('  mode: create\n  intervalMilliseconds: 100\n  templatePaths: [pod.yaml]\n');
    const { target } = await run(configOf(`${node}${operations}${sleep('1s')}${collecting}`), files);
    assert.equal(target.clock.nextEventMs(), undefined);
    assert.equal(podNames(target, 'churned').length, 10);
  });

  it('goes on while other operations wait for their pods', async () => {
    const operations = `${node}${churn('  mode: create\n  intervalMilliseconds: 10\n  templatePaths: [service.yaml]\n')}- opcode: createPods\n  count: 30\n  collectMetrics: true\n`;
    const { target } = await run(configOf(operations), files);
    assert.equal(objects(target, 'Service').length, 3);
  });
});

const pods = (labels: string): string =>
  `- opcode: createPods\n  count: 4\n  namespace: ns\n  podTemplatePath: ${labels}.yaml\n`;
const labelled = {
  'a.yaml': podYaml('generateName: a-, labels: {type: a}'),
  'b.yaml': podYaml('generateName: b-, labels: {type: b}'),
};
const deletion = (fields: string): string => `- opcode: deletePods\n  namespace: ns\n${fields}`;

describe('deletePods', () => {
  it('deletes all pods of the namespace that have the labels, at once', async () => {
    const { result, target } = await run(
      configOf(node + pods('a') + pods('b') + deletion('  labelSelector: {type: a}\n') + collecting),
      labelled,
    );
    assert(podNames(target, 'ns').every((name) => name.startsWith('b-')));
    assert.deepEqual(result.pods, { created: 8, bound: 4, pending: 0, deleted: 4 });
  });

  it('keeps to its rate, and waits for the last one', async () => {
    const { target } = await run(
      configOf(node + pods('a') + deletion('  deletePodsPerSecond: 10\n') + collecting),
      labelled,
    );
    assert.equal(podNames(target, 'ns').length, 0);
    assert.equal(target.clock.nowMs(), 4 + 400);
  });

  it('goes on in the background where it is told not to wait', async () => {
    const operations = node + pods('a') + deletion('  deletePodsPerSecond: 10\n  skipWaitToCompletion: true\n');
    const { target } = await run(configOf(`${operations}${sleep('250ms')}${collecting}`), labelled);
    assert.equal(podNames(target, 'ns').length, 2);
  });

  it('only marks pods that have finalizers', async () => {
    const kept = { 'a.yaml': podYaml('generateName: a-, finalizers: [test.k8s.io/finalizer]') };
    const { result, target } = await run(configOf(node + pods('a') + deletion('') + collecting), kept);
    assert(objects(target, 'Pod').every(({ metadata }) => metadata.deletionTimestamp === '1970-01-01T00:00:00.004Z'));
    assert.deepEqual(result.pods, { created: 4, bound: 0, pending: 0, deleted: 4 });
  });

  it('finds nothing to do in an empty namespace', async () => {
    const { result } = await run(configOf(deletion('  deletePodsPerSecond: 10\n') + collecting));
    assert.equal(result.pods.created, 0);
  });
});

describe('sleep', () => {
  it('lets time pass, and the scheduler work', async () => {
    const operations = `${node}- opcode: createPods\n  count: 3\n  skipWaitToCompletion: true\n${sleep('2s')}${collecting}`;
    const { result, target } = await run(configOf(operations));
    assert.equal(target.clock.nowMs(), 2_000);
    assert.equal(result.pods.bound, 3);
  });
});
