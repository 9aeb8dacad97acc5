import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compileLabelSelector } from '../../../src/api/label-selectors.ts';
import type { Labels, PodAffinityTerm, PodSpec, WeightedPodAffinityTerm } from '../../../src/api/objects.ts';
import type { LabelSet } from '../../../src/scheduler/cluster/pod-info.ts';
import type { DomainCounts } from '../../../src/scheduler/indexes/domain-counts.ts';
import { nodeDomainsTable } from '../../../src/scheduler/indexes/node-domains-table.ts';
import { type Bearing, termCarriers } from '../../../src/scheduler/plugins/inter-pod-affinity/carriers.ts';
import { happenings, World } from '../indexes/world.ts';
import { selecting } from '../reference/words.ts';
import { testNode, testPod } from '../support/objects.ts';
import { podAffinities } from './affinity-templates.ts';

const weighing = (terms: readonly PodAffinityTerm[] = [], weight = 1): WeightedPodAffinityTerm[] =>
  terms.map((podAffinityTerm) => ({ weight, podAffinityTerm }));

const negative = (terms: readonly WeightedPodAffinityTerm[] = []): WeightedPodAffinityTerm[] =>
  terms.map(({ weight, podAffinityTerm }) => ({ weight: -weight, podAffinityTerm }));

/** The terms of a pod, by what they are for. */
const termsOf: Readonly<Record<keyof Bearing, (spec: PodSpec) => readonly WeightedPodAffinityTerm[]>> = {
  antiAffinity: ({ affinity }) => weighing(affinity.podAntiAffinity?.required),
  affinity: ({ affinity }) => weighing(affinity.podAffinity?.required),
  preferred: ({ affinity }) => [
    ...(affinity.podAffinity?.preferred ?? []),
    ...negative(affinity.podAntiAffinity?.preferred),
  ],
};

/** Whether the term of a pod in `owner` speaks of pods with these labels. */
function speaksOf(world: World, term: PodAffinityTerm, owner: string, { namespace, labels }: LabelSet): boolean {
  const { namespaces, namespaceSelector, labelSelector } = term;
  const isOwnOnly = namespaces.length === 0 && namespaceSelector === undefined;
  const isThere =
    (isOwnOnly ? namespace === owner : namespaces.includes(namespace)) ||
    compileLabelSelector(namespaceSelector).matches(world.namespaces.get(namespace) ?? {});
  return isThere && compileLabelSelector(labelSelector).matches(labels);
}

/** By `key=value`. Where weights cancel each other there is an entry, with 0. */
function recount(world: World, labels: LabelSet, purpose: keyof Bearing): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { info, node } of world.seen()) {
    for (const { weight, podAffinityTerm: term } of termsOf[purpose](info.shape.spec)) {
      const value = node.metadata.labels[term.topologyKey];
      if (value === undefined || !speaksOf(world, term, info.shape.labelSet.namespace, labels)) continue;
      const place = `${term.topologyKey}=${value}`;
      sums.set(place, (sums.get(place) ?? 0) + weight);
    }
  }
  return sums;
}

function assertCounts({ cluster, nodes }: World, all: readonly DomainCounts[], expected: ReadonlyMap<string, number>) {
  assert.equal(
    all.every(({ isEmpty }) => isEmpty),
    expected.size === 0,
  );
  for (const key of ['zone', 'hostname', 'rack']) {
    const domains = cluster.part(nodeDomainsTable).byLabel(key);
    const [counts, ...others] = all.filter((each) => each.domains === domains);
    assert.deepEqual(others, []);
    for (const { metadata } of nodes.values()) {
      const value = metadata.labels[key];
      if (value === undefined) continue;
      const sum = counts?.at(cluster.topology(key).domainOf(value)) ?? 0;
      assert.equal(sum, expected.get(`${key}=${value}`) ?? 0, `${key}=${value}`);
    }
  }
}

const waiting: fc.Arbitrary<{ readonly namespace: string; readonly labels: Labels }> = fc.record({
  namespace: fc.constantFrom('default', 'team-a', 'team-b'),
  labels: fc.constantFrom<Labels>({ app: 'web' }, { app: 'db', tier: 'x' }, {}),
});

describe('what terms of placed pods mean for others', () => {
  it('is what a look at every pod says, whatever happens', () => {
    const templates = fc.array(podAffinities, { minLength: 1, maxLength: 6 });
    const asking = fc.array(waiting, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(happenings, templates, asking, fc.nat(10), (events, affinities, pods, from) => {
        const world = new World(affinities);
        const check = (): void => {
          const carriers = world.cluster.part(termCarriers);
          for (const words of pods) {
            const { labelSet } = world.cluster.info(testPod(words)).shape;
            const bearing = carriers.towards(labelSet);
            for (const purpose of ['antiAffinity', 'affinity', 'preferred'] as const) {
              assertCounts(world, bearing[purpose], recount(world, labelSet, purpose));
            }
          }
        };
        for (const [now, event] of events.entries()) {
          world.happen(event, now < from ? undefined : check);
          if (now >= from) check();
        }
      }),
      { numRuns: 300 },
    );
  });

  it('does not grow with the workloads that came and went', () => {
    const { cluster } = new World();
    cluster.setNode(testNode({ name: 'n0', labels: { zone: 'a' } }));
    const carriers = cluster.part(termCarriers);
    for (let place = 0; place < 3000; place += 1) {
      const term = { topologyKey: 'zone', namespaces: [], matchLabelKeys: [], mismatchLabelKeys: [] };
      const required = [{ ...term, labelSelector: selecting({ app: `${place}` }) }];
      const info = cluster.info(
        testPod({
          name: `p${place}`,
          labels: { app: `${place}` },
          spec: { affinity: { podAntiAffinity: { required, preferred: [] } } },
        }),
      );
      cluster.assignByName(info, 'n0');
      const [counts, ...others] = carriers.towards(info.shape.labelSet).antiAffinity;
      assert.equal(counts?.at(0), 1);
      assert.deepEqual(others, []);
      cluster.unassign(info);
      assert.ok(counts?.isEmpty);
    }
    assert.ok(carriers.groupCount < 1000);
  });
});
