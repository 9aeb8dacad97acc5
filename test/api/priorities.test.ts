import assert from 'node:assert/strict';
import { InputError, resolvePriorities } from '../../src/api/index.ts';
import type { Pod, PriorityClass } from '../../src/api/objects.ts';
import { loadAll, problemsOf, read, type Written, writtenPod } from './support.ts';

const priorityClass = (name: string, value: number, rest: Written = {}): PriorityClass =>
  read('PriorityClass', { apiVersion: 'scheduling.k8s.io/v1', metadata: { name }, value, ...rest });
const pod = (spec: Written): Pod => read('Pod', writtenPod(spec));

const resolved = (spec: Written, ...classes: PriorityClass[]) => resolvePriorities([pod(spec)], classes)[0]?.spec;

describe('the priority of a pod is', () => {
  it('that of its class, with the class’s will to preempt', () => {
    const quiet = priorityClass('quiet', 7, { preemptionPolicy: 'Never' });
    const spec = resolved({ priorityClassName: 'quiet' }, quiet);
    assert.equal(spec?.priority, 7);
    assert.equal(spec?.preemptionPolicy, 'Never');
  });

  it('that of the classes every cluster has', () => {
    assert.equal(resolved({ priorityClassName: 'system-cluster-critical' })?.priority, 2_000_000_000);
    assert.equal(resolved({ priorityClassName: 'system-node-critical' })?.priority, 2_000_001_000);
  });

  it('that of the default class, the lowest of several, for a pod without a class', () => {
    const [high, low] = [20, 10].map((value) => priorityClass(`v${value}`, value, { globalDefault: true }));
    const spec = resolved({}, high as PriorityClass, low as PriorityClass);
    assert.equal(spec?.priority, 10);
    assert.equal(spec?.priorityClassName, 'v10');
  });

  it('0 for a pod without a class that runs already, or where there is no default', () => {
    assert.equal(resolved({ nodeName: 'n' }, priorityClass('d', 5, { globalDefault: true }))?.priority, 0);
    assert.equal(resolved({}, priorityClass('d', 5))?.priority, 0);
  });

  it('the one that it states, as pods of a running cluster do', () => {
    assert.equal(resolved({ priority: 3 }, priorityClass('d', 5, { globalDefault: true }))?.priority, 3);
    assert.equal(resolved({ priority: 3, priorityClassName: 'gone' })?.priority, 3);
  });
});

it('pods that share a spec still do when they have their priority', () => {
  const one = pod({ priorityClassName: 'system-node-critical' });
  const [first, second] = resolvePriorities([one, { ...one, metadata: { ...one.metadata, name: 'q' } }], []);
  assert.equal(first?.spec, second?.spec);
});

describe('a class that is not there is an error', () => {
  const text = `apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  priorityClassName: hgih
  containers: [{name: c}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {priorityClassName: lwo, containers: [{name: c}]}
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: high}
value: 5
`;

  it('at each place that names it', async () => {
    const allowed = 'allowed system-cluster-critical, system-node-critical, high; or give the class, too';
    assert.deepEqual(await problemsOf(text), [
      `f.yaml:5:22: spec.priorityClassName: is no PriorityClass, wanted by pod default/p (got "hgih"; ${allowed})`,
      `f.yaml:16:31: spec.template.spec.priorityClassName: is no PriorityClass, wanted by pod default/web-2 (got "lwo"; ${allowed})`,
    ]);
  });

  it('without a place for pods that are from no file', () => {
    assert.throws(
      () => resolvePriorities([pod({ priorityClassName: 'x' })], []),
      (error) =>
        error instanceof InputError && /^spec\.priorityClassName: is no PriorityClass.*got "x"/.test(error.message),
    );
  });
});

it('classes of the input are used for its pods, wherever they stand in it', async () => {
  const { pods } = await loadAll(writtenPod({ priorityClassName: 'high' }), {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name: 'high' },
    value: 5,
  });
  assert.equal(pods[0]?.spec.priority, 5);
});
