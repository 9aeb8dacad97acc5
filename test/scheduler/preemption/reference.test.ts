import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Node, Pod, PodDisruptionBudget, PodSpec, TopologySpreadConstraint } from '../../../src/api/objects.ts';
import { emptyCluster, type ReferenceCluster, referencePreempt, referenceSchedule } from '../reference/index.ts';
import { testCluster } from '../support/cluster.ts';
import { type PodWords, testNode, testPod } from '../support/objects.ts';
import { budget, outcomeOf, PreemptionBench } from './preemption-bench.ts';

const apps = ['web', 'db'];

const nodeWords = fc.record({
  cpu: fc.integer({ min: 1, max: 4 }),
  pods: fc.integer({ min: 1, max: 6 }),
  isTainted: fc.integer({ min: 0, max: 7 }).map((roll) => roll === 0),
});

const podWords = fc.record({
  priority: fc.integer({ min: -1, max: 2 }),
  cpu: fc.constantFrom('0', '500m', '1', '1500m'),
  app: fc.constantFrom(...apps, undefined),
  port: fc.constantFrom(undefined, undefined, undefined, 80),
  startedAt: fc.constantFrom(undefined, 1, 2),
  isLeaving: fc.integer({ min: 0, max: 9 }).map((roll) => roll === 0),
  isShy: fc.integer({ min: 0, max: 5 }).map((roll) => roll === 0),
  node: fc.nat(100),
});

/** Rules that look beyond the node: what they say of it changes with pods elsewhere. */
const rules = ['none', 'none', 'none', 'apart', 'together', 'spread'] as const;
const topologyKeys = ['kubernetes.io/hostname', 'zone'];

const preemptorWords = fc.record({
  priority: fc.integer({ min: 0, max: 3 }),
  rule: fc.constantFrom(...rules),
  topologyKey: fc.constantFrom(...topologyKeys),
  cpu: fc.constantFrom('500m', '1', '2', '3'),
  port: fc.constantFrom(undefined, undefined, 80),
  isPolite: fc.integer({ min: 0, max: 9 }).map((roll) => roll === 0),
});

/** A pod of one of the templates, and what happens before it is tried: a pod ends, another starts. */
const step = fc.record({
  template: fc.nat(100),
  nominatedTo: fc.option(fc.nat(100), { freq: 4 }),
  offset: fc.constantFrom(0, 0.3, 0.7, 0.99),
  ends: fc.option(fc.nat(100), { freq: 2 }),
  starts: fc.option(podWords, { freq: 3 }),
  /** Disruptions that the first budget allows from now on. */
  allowed: fc.option(fc.integer({ min: 0, max: 2 }), { freq: 3 }),
});

const scenario = fc.record({
  nodes: fc.array(nodeWords, { minLength: 1, maxLength: 6 }),
  pods: fc.array(podWords, { maxLength: 24, size: 'max' }),
  budgets: fc.array(fc.record({ app: fc.constantFrom(...apps, undefined), allowed: fc.integer({ min: -1, max: 2 }) }), {
    maxLength: 2,
  }),
  preemptors: fc.array(preemptorWords, { minLength: 1, maxLength: 3 }),
  steps: fc.array(step, { minLength: 1, maxLength: 10, size: 'max' }),
  percentage: fc.constantFrom(0, 10, 50, 100),
  absolute: fc.integer({ min: 1, max: 4 }),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

/** Names, and uids like them, in the order in which pods come: what is equal otherwise is taken in that order. */
const nameOf = (place: number): string => `pod-${String(place).padStart(4, '0')}`;

function named(place: number, words: PodWords): Pod {
  const name = nameOf(place);
  return testPod({ ...words, name, metadata: { ...words.metadata, uid: name } });
}

/** Away from pods of app web, next to them, or evenly among them. */
function ruleOf(rule: (typeof rules)[number], topologyKey: string): Partial<PodSpec> {
  const labelSelector = { matchLabels: { app: 'web' }, matchExpressions: [] };
  const term = { labelSelector, topologyKey, namespaces: [], matchLabelKeys: [], mismatchLabelKeys: [] };
  const required = { required: [term], preferred: [] };
  if (rule === 'apart') return { affinity: { podAntiAffinity: required } };
  if (rule === 'together') return { affinity: { podAffinity: required } };
  if (rule === 'none') return {};
  const constraint: TopologySpreadConstraint = {
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: 'DoNotSchedule',
    labelSelector,
    minDomains: 1,
    nodeAffinityPolicy: 'Honor',
    nodeTaintsPolicy: 'Ignore',
    matchLabelKeys: [],
  };
  return { topologySpreadConstraints: [constraint] };
}

class Scene {
  readonly options: { readonly minCandidateNodesPercentage: number; readonly minCandidateNodesAbsolute: number };
  readonly nodes: readonly Node[];
  budgets: readonly PodDisruptionBudget[];
  pods: Pod[];
  nominated: Pod[] = [];

  constructor(words: Scenario) {
    this.options = { minCandidateNodesPercentage: words.percentage, minCandidateNodesAbsolute: words.absolute };
    this.nodes = words.nodes.map(({ cpu, pods, isTainted }, place) =>
      testNode({
        name: `node-${place}`,
        cpu: `${cpu}`,
        pods: `${pods}`,
        taints: isTainted ? ['a:NoSchedule'] : [],
        labels: { 'kubernetes.io/hostname': `node-${place}`, zone: `zone-${place % 2}` },
      }),
    );
    this.budgets = words.budgets.map(({ app, allowed }, place) =>
      budget({ name: `budget-${place}`, allowed, ...(app === undefined ? {} : { app }), disrupted: [nameOf(1)] }),
    );
    this.pods = words.pods.map((pod, place) => this.runningPod(pod, place));
  }

  cluster(): ReferenceCluster {
    return emptyCluster({ nodes: this.nodes, pods: this.pods, nominated: this.nominated, objects: this.budgets });
  }

  nodeName(pick: number): string {
    return `node-${pick % this.nodes.length}`;
  }

  runningPod(words: Scenario['pods'][number], place: number): Pod {
    const { priority, cpu, app, port, startedAt, isLeaving, isShy, node } = words;
    const leaving = { type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler' } as const;
    return named(place, {
      priority,
      nodeName: this.nodeName(node),
      requests: { cpu },
      // kube-scheduler's spreading does not count a leaving pod, but subtracts it when a dry run removes it.
      ...(app === undefined || isLeaving ? {} : { labels: { app } }),
      ...(port === undefined ? {} : { hostPorts: [port] }),
      status: {
        ...(startedAt === undefined ? {} : { startTime: `2024-01-0${startedAt}T00:00:00Z` }),
        ...(isLeaving ? { conditions: [leaving] } : {}),
      },
      ...(isShy ? { spec: ruleOf('apart', 'kubernetes.io/hostname') } : {}),
      ...(isLeaving ? { metadata: { deletionTimestamp: '2024-02-01T00:00:00Z' } } : {}),
    });
  }
}

function preemptorOf(scene: Scene, { preemptors }: Scenario, step: Scenario['steps'][number], place: number): Pod {
  const { template, nominatedTo } = step;
  const { priority, cpu, port, isPolite, rule, topologyKey } = preemptors[
    template % preemptors.length
  ] as Scenario['preemptors'][number];
  return named(1000 + place, {
    priority,
    requests: { cpu },
    ...(port === undefined ? {} : { hostPorts: [port] }),
    spec: { ...ruleOf(rule, topologyKey), ...(isPolite ? { preemptionPolicy: 'Never' } : {}) },
    ...(rule === 'spread' ? { labels: { app: 'web' } } : {}),
    status: { nominatedNodeName: nominatedTo === null ? '' : scene.nodeName(nominatedTo) },
  });
}

/** What the plain implementation says: node or message, evicted pods, withdrawn nominations. */
function expected(scene: Scene, pod: Pod, offset: number) {
  const decision = referenceSchedule(scene.cluster(), pod, scene.options);
  if (decision.feasible.length > 0) return undefined;
  const { byNode, ofOthers, nodeCount } = decision.diagnosis;
  const others = ofOthers?.code === 'unschedulable' ? nodeCount - byNode.size : 0;
  const potential = [...byNode.values()].filter(({ code }) => code === 'unschedulable').length + others;
  const outcome = referencePreempt(decision, Math.floor(offset * potential));
  const { chosen } = outcome;
  const evicted = chosen?.victims.filter(({ metadata }) => metadata.deletionTimestamp === undefined) ?? [];
  return {
    outcome: chosen?.node ?? outcome.message,
    evicted: evicted.map(({ metadata }) => metadata.name),
    withdrawn: outcome.unnominated.map(({ metadata }) => `${metadata.name} -> `),
  };
}

/** One pod ends, another starts. */
function changePods(scene: Scene, bench: PreemptionBench, { ends, starts }: Scenario['steps'][number], place: number) {
  const ending = ends === null ? undefined : scene.pods[ends % Math.max(1, scene.pods.length)];
  if (ending !== undefined) {
    scene.pods = scene.pods.filter((pod) => pod !== ending);
    bench.remove(ending);
  }
  if (starts === null) return;
  const pod = scene.runningPod(starts, 500 + place);
  scene.pods.push(pod);
  bench.place(pod);
}

function changeBudget(scene: Scene, { cluster }: PreemptionBench, { allowed }: Scenario['steps'][number]): void {
  const [first, ...others] = scene.budgets;
  if (first === undefined || allowed === null) return;
  const changed = { ...first, status: { ...first.status, disruptionsAllowed: allowed } };
  scene.budgets = [changed, ...others];
  cluster.objects.set('PodDisruptionBudget', changed);
}

describe('preemption, next to a plain implementation', () => {
  for (const isRemembered of [true, false]) {
    it(`makes the same choices${isRemembered ? '' : ', also when no outcome may be remembered'}`, () => {
      let preemptions = 0;
      fc.assert(
        fc.property(scenario, (words) => {
          const scene = new Scene(words);
          const cluster = testCluster(scene.nodes, scene.pods, scene.budgets);
          const neverLocal = { name: 'Watchful', filter: () => undefined };
          const bench = new PreemptionBench(cluster, {
            ...scene.options,
            plugins: isRemembered ? [] : [neverLocal],
          });
          for (const [place, step] of words.steps.entries()) {
            changePods(scene, bench, step, place);
            changeBudget(scene, bench, step);
            const pod = preemptorOf(scene, words, step, place);
            const wanted = expected(scene, pod, step.offset);
            bench.offset = step.offset;
            bench.evicted.length = 0;
            bench.nominations.length = 0;
            const verdict = bench.tryPod(pod);
            const got =
              verdict === undefined
                ? undefined
                : { outcome: outcomeOf(verdict), evicted: bench.evicted, withdrawn: bench.nominations };
            assert.deepEqual(got, wanted);
            if (verdict?.kind !== 'nominated') continue;
            preemptions += 1;
            scene.pods = scene.pods.filter(({ metadata }) => !bench.evicted.includes(metadata.name));
            const status = { ...pod.status, nominatedNodeName: verdict.nodeName };
            bench.nominated.set(cluster.info({ ...pod, status }), verdict.nodeName);
            scene.nominated.push({ ...pod, status });
          }
        }),
        { numRuns: 300 },
      );
      assert.ok(preemptions > 100, `only ${preemptions} preemptions were compared`);
    });
  }
});
