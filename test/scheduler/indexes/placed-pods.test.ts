import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compileLabelSelector } from '../../../src/api/label-selectors.ts';
import type { LabelSelector, Node } from '../../../src/api/objects.ts';
import { ClusterState } from '../../../src/scheduler/cluster/cluster-state.ts';
import type { PodInfo } from '../../../src/scheduler/cluster/pod-info.ts';
import { anchorsOf } from '../../../src/scheduler/indexes/matchmaker.ts';
import type { NodeEligibility } from '../../../src/scheduler/indexes/node-domains-table.ts';
import {
  countsByLabel,
  countsBySlot,
  countsForSpreading,
  type PlacedPods,
  placedPods,
} from '../../../src/scheduler/indexes/placed-pods.ts';
import { livePods, type PodSelection } from '../../../src/scheduler/indexes/pod-selection.ts';
import { testNode, testPod } from '../support/objects.ts';
import { happenings, World } from './world.ts';

const selectors: readonly LabelSelector[] = [
  { matchLabels: { app: 'web' }, matchExpressions: [] },
  { matchLabels: { app: 'web', tier: 'x' }, matchExpressions: [] },
  { matchLabels: {}, matchExpressions: [{ key: 'app', operator: 'In', values: ['web', 'db'] }] },
  { matchLabels: {}, matchExpressions: [{ key: 'tier', operator: 'Exists', values: [] }] },
  { matchLabels: {}, matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['db'] }] },
  { matchLabels: {}, matchExpressions: [] },
];

/** Pods of a selector wherever they are, and however they are; `team` asks for the labels of their namespace. */
function anyPods({ cluster }: World, selector: LabelSelector, team?: string): PodSelection {
  const compiled = compileLabelSelector(selector);
  return {
    key: `any ${compiled.key} ${team}`,
    anchors: anchorsOf(selector),
    readsNamespaces: team !== undefined,
    selects: ({ namespace, labels }) =>
      compiled.matches(labels) &&
      (team === undefined || cluster.objects.get('Namespace', '', namespace)?.metadata.labels.team === team),
  };
}

const eligibilities: readonly NodeEligibility[] = [
  { key: 'all', isEligible: () => true },
  { key: 'zone and rack', isEligible: ({ metadata: { labels } }) => 'zone' in labels && 'rack' in labels },
  { key: 'no taints', isEligible: ({ spec }) => spec.taints.length === 0 },
  { key: 'none', isEligible: () => false },
];

const topologyKeys = ['zone', 'rack', 'hostname', 'nowhere'];

/** One question of each kind, and when it is asked for the first time. */
const question = fc.record({
  selector: fc.constantFrom(...selectors),
  topologyKey: fc.constantFrom(...topologyKeys),
  team: fc.constantFrom(undefined, undefined, 'a', 'b'),
  eligibility: fc.constantFrom(...eligibilities),
  namespace: fc.constantFrom('default', 'team-a'),
  from: fc.nat(20),
});
type Question = typeof question extends fc.Arbitrary<infer T> ? T : never;

function countsOf(pods: readonly { readonly node: Node }[], topologyKey: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { node } of pods) {
    const value = node.metadata.labels[topologyKey];
    if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return counts;
}

function assertByLabel(world: World, placed: PlacedPods, { selector, topologyKey, team }: Question): void {
  const selection = anyPods(world, selector, team);
  const tally = placed.tally(countsByLabel(selection, topologyKey));
  const selected = world.seen().filter(({ info }) => selection.selects(info.shape.labelSet, info.isDeleting));
  const expected = countsOf(selected, topologyKey);
  assert.equal(tally.isEmpty, expected.size === 0);
  for (const { metadata } of world.nodes.values()) {
    const value = metadata.labels[topologyKey];
    const domain = tally.domains.of[world.cluster.slotOf(metadata.name) as number] as number;
    assert.equal(domain, value === undefined ? -1 : world.cluster.topology(topologyKey).domainOf(value));
    if (value !== undefined) assert.equal(tally.at(domain), expected.get(value) ?? 0, `${topologyKey}=${value}`);
  }
}

function assertBySlot(world: World, placed: PlacedPods, { selector, namespace }: Question): void {
  const selection = livePods(namespace, compileLabelSelector(selector), anchorsOf(selector));
  const tally = placed.tally(countsBySlot(selection));
  for (const { metadata } of world.nodes.values()) {
    const slot = world.cluster.slotOf(metadata.name) as number;
    const expected = world.cluster.podsOn(slot).filter((info) => isSelected(info, namespace, selector)).length;
    assert.equal(tally.at(slot), expected);
  }
}

function assertSpread(world: World, placed: PlacedPods, words: Question): void {
  const { selector, namespace, topologyKey, eligibility } = words;
  const selection = livePods(namespace, compileLabelSelector(selector), anchorsOf(selector));
  const tally = placed.tally(countsForSpreading(selection, topologyKey, eligibility));
  const column = world.cluster.topology(topologyKey);
  const eligible = [...world.nodes.values()].filter((node) => eligibility.isEligible(node));
  const values = new Set(
    eligible.map(({ metadata }) => metadata.labels[topologyKey]).filter((value) => value !== undefined),
  );
  const pods = world
    .seen()
    .filter(({ info, node }) => eligible.includes(node) && isSelected(info, namespace, selector));
  const expected = countsOf(pods, topologyKey);
  assert.equal(tally.domains.domainCount, values.size);
  assert.equal(tally.least, values.size === 0 ? 0 : Math.min(...[...values].map((value) => expected.get(value) ?? 0)));
  for (const value of values) assert.equal(tally.counts[column.domainOf(value)], expected.get(value) ?? 0, value);
  assert.ok(tally.counts.length >= column.domainCount);
}

function isSelected({ shape, isDeleting }: PodInfo, namespace: string, selector: LabelSelector): boolean {
  const { labelSet } = shape;
  return !isDeleting && labelSet.namespace === namespace && compileLabelSelector(selector).matches(labelSet.labels);
}

describe('counts of placed pods', () => {
  it('are those of a recount, whatever happens and whenever they are asked for', () => {
    fc.assert(
      fc.property(happenings, fc.array(question, { minLength: 1, maxLength: 5 }), (events, questions) => {
        const world = new World();
        const placed = world.cluster.part(placedPods);
        const check = (now: number): void => {
          for (const asked of questions.filter(({ from }) => from <= now)) {
            assertByLabel(world, placed, asked);
            assertBySlot(world, placed, asked);
            assertSpread(world, placed, asked);
          }
        };
        for (const [now, event] of events.entries()) {
          world.happen(event, () => check(now));
          check(now);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('are made anew after they were dropped for too many others', () => {
    const world = new World();
    world.cluster.setNode(testNode({ name: 'n0', labels: { zone: 'a' } }));
    for (let app = 0; app < 3; app += 1) {
      world.cluster.assignByName(world.cluster.info(testPod({ name: `p${app}`, labels: { app: `${app}` } })), 'n0');
    }
    const placed = world.cluster.part(placedPods);
    const query = (app: number) =>
      countsByLabel(anyPods(world, { matchLabels: { app: `${app}` }, matchExpressions: [] }), 'zone');
    const first = placed.tally(query(0));
    assert.equal(first.at(0), 1);
    for (let app = 1; app < 5000; app += 1) assert.equal(placed.tally(query(app)).at(0), app < 3 ? 1 : 0);
    assert.ok(placed.size <= 4096);
    const again = placed.tally(query(0));
    assert.notEqual(again, first);
    assert.equal(again.at(0), 1);
    world.cluster.assignByName(world.cluster.info(testPod({ name: 'more', labels: { app: '0' } })), 'n0');
    assert.equal(placed.tally(query(0)).at(0), 2);
  });

  it('are made anew after the nodes that count were forgotten for others', () => {
    const cluster = new ClusterState();
    cluster.setNode(testNode({ name: 'n0', labels: { zone: 'a' } }));
    const selector: LabelSelector = { matchLabels: { app: 'web' }, matchExpressions: [] };
    const selection = livePods('default', compileLabelSelector(selector), anchorsOf(selector));
    const placed = cluster.part(placedPods);
    const query = (place: number) =>
      countsForSpreading(selection, 'zone', { key: `${place}`, isEligible: () => place % 2 === 0 });
    const kept = placed.tally(query(0));
    for (let place = 1; place < 500; place += 1) {
      placed.tally(query(place));
      // Asked for all the time, so never among those that are forgotten.
      placed.tally(query(0));
    }
    assert.equal(placed.tally(query(0)), kept);
    cluster.assignByName(cluster.info(testPod({ labels: { app: 'web' } })), 'n0');
    assert.equal(kept.counts[0], 1);
    for (let place = 1; place < 500; place += 1)
      assert.equal(placed.tally(query(place)).counts[0], place % 2 === 0 ? 1 : 0);
    assert.ok(placed.size <= 200);
  });

  it('forget labels that no pod has any more', () => {
    const cluster = new ClusterState();
    cluster.setNode(testNode({ name: 'n0', labels: { zone: 'a' } }));
    const everything: LabelSelector = { matchLabels: {}, matchExpressions: [] };
    const selection = livePods('default', compileLabelSelector(everything), anchorsOf(everything));
    const placed = cluster.part(placedPods);
    const tally = placed.tally(countsBySlot(selection));
    const slot = cluster.slotOf('n0') as number;
    const kept = cluster.info(testPod({ name: 'kept', labels: { id: 'kept' } }));
    cluster.assign(kept, slot);
    for (let place = 0; place < 2000; place += 1) {
      const info = cluster.info(testPod({ name: `p${place}`, labels: { id: `${place}` } }));
      cluster.assign(info, slot);
      assert.equal(tally.at(slot), 2);
      cluster.unassign(info);
    }
    assert.equal(tally.at(slot), 1);
    cluster.unassign(kept);
    assert.equal(tally.at(slot), 0);
    cluster.assign(kept, slot);
    assert.equal(placed.tally(countsBySlot(selection)).at(slot), 1);
  });
});
