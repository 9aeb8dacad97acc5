/** The two plugins that look at other pods, held against the plain reference. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Labels, Pod, SelectingService, TopologySpreadConstraint } from '../../../src/api/objects.ts';
import type { PodInfo } from '../../../src/scheduler/cluster/pod-info.ts';
import { blockOf } from '../../../src/scheduler/framework/node-block.ts';
import type { Plugin } from '../../../src/scheduler/framework/plugin.ts';
import { interPodAffinity } from '../../../src/scheduler/plugins/inter-pod-affinity.ts';
import { podTopologySpread } from '../../../src/scheduler/plugins/pod-topology-spread.ts';
import { happenings, World } from '../indexes/world.ts';
import { placeOf, withoutPod, withPod } from '../reference/filtering.ts';
import { defaultOptions, type OtherObject, type ReferenceOptions } from '../reference/index.ts';
import type { Cycle as ReferenceCycle, ReferencePlugin } from '../reference/plugin.ts';
import { interPodAffinity as plainAffinity } from '../reference/plugins/inter-pod-affinity.ts';
import { podTopologySpread as plainSpread } from '../reference/plugins/pod-topology-spread.ts';
import { createPlugin, cycleFor, scoresOf, verdictsOf } from '../support/cluster.ts';
import { testPod } from '../support/objects.ts';
import { podAffinities } from './affinity-templates.ts';

const constraint: fc.Arbitrary<TopologySpreadConstraint> = fc
  .record({
    maxSkew: fc.constantFrom(1, 1, 2, 3),
    topologyKey: fc.constantFrom('zone', 'hostname', 'kubernetes.io/hostname', 'rack'),
    whenUnsatisfiable: fc.constantFrom('DoNotSchedule' as const, 'ScheduleAnyway' as const),
    labels: fc.option(fc.constantFrom<Labels>({ app: 'web' }, { app: 'db' }, { tier: 'x' }, {}), {
      nil: undefined,
      freq: 12,
    }),
    minDomains: fc.constantFrom(1, 1, 2, 4),
    nodeAffinityPolicy: fc.constantFrom('Honor' as const, 'Honor' as const, 'Ignore' as const),
    nodeTaintsPolicy: fc.constantFrom('Honor' as const, 'Ignore' as const),
    matchLabelKeys: fc.constantFrom<string[]>([], [], ['tier']),
  })
  .map(({ labels, ...rest }) => ({
    ...rest,
    ...(labels === undefined ? {} : { labelSelector: { matchLabels: labels, matchExpressions: [] } }),
  }));

const constraints = fc.uniqueArray(constraint, {
  selector: ({ topologyKey, whenUnsatisfiable }) => `${topologyKey} ${whenUnsatisfiable}`,
  maxLength: 3,
});

const waiting = fc
  .record({
    namespace: fc.constantFrom('default', 'team-a'),
    labels: fc.constantFrom<Labels>({ app: 'web' }, { app: 'web', tier: 'x' }, { app: 'db' }, {}),
    affinity: fc.oneof(podAffinities, fc.constant({})),
    topologySpreadConstraints: constraints,
    nodeSelector: fc.constantFrom<Labels>({}, {}, { disk: 'ssd' }),
  })
  .map(({ namespace, labels, ...spec }) => testPod({ name: 'waiting', namespace, labels, spec }));

const options: fc.Arbitrary<ReferenceOptions> = fc
  .record({
    hardPodAffinityWeight: fc.constantFrom(0, 1, 50),
    ignorePreferredTermsOfExistingPods: fc.boolean(),
    defaults: fc.option(constraints, { nil: undefined }),
  })
  .map(({ defaults, ...words }) => ({
    ...defaultOptions,
    ...words,
    spreadDefaults:
      defaults === undefined
        ? { defaultingType: 'System' as const }
        : {
            defaultingType: 'List' as const,
            defaultConstraints: defaults.map(({ labelSelector: _, ...rest }) => ({ ...rest, matchLabelKeys: [] })),
          },
  }));

const service: SelectingService = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'default', labels: {}, annotations: {} },
  spec: { selector: { app: 'web' } },
};

function createBoth({ cluster }: World, words: ReferenceOptions): Plugin[] {
  const featureEnabled = (gate: string): boolean => gate === 'MatchLabelKeysInPodTopologySpread';
  const { hardPodAffinityWeight, ignorePreferredTermsOfExistingPods, spreadDefaults } = words;
  return [
    createPlugin(interPodAffinity, cluster, { hardPodAffinityWeight, ignorePreferredTermsOfExistingPods }),
    createPlugin(podTopologySpread, cluster, spreadDefaults, { featureEnabled }),
  ];
}

const plain: readonly ReferencePlugin[] = [plainAffinity, plainSpread];

function podOn(info: PodInfo, nodeName: string): Pod {
  return { ...info.pod, spec: { ...info.pod.spec, nodeName } };
}

function plainCycle(world: World, pod: Pod, words: ReferenceOptions): ReferenceCycle {
  const namespaces = [...world.namespaces].map(
    ([name, labels]): OtherObject => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels, annotations: {} },
    }),
  );
  const nodes = [...world.cluster.order].map((slot) => world.cluster.node(slot)).filter((node) => node !== undefined);
  const pods = world.placed.map(({ info, nodeName }) => podOn(info, nodeName));
  return { cluster: { nodes, pods, nominated: [], objects: [service, ...namespaces] }, pod, options: words };
}

interface Words {
  readonly code: string;
  readonly reasons: readonly string[];
}

const wordsOf = (words: Words | undefined): string | undefined =>
  words === undefined ? undefined : `${words.code}: ${words.reasons.join(', ')}`;

function assertSame(world: World, plugins: readonly Plugin[], pod: Pod, words: ReferenceOptions): void {
  const reference = plainCycle(world, pod, words);
  const { nodes } = reference.cluster;
  for (const [index, plugin] of plugins.entries()) {
    const { filter, preFilter, score, normalize, skipsScore } = plain[index] as ReferencePlugin;
    const isSkipped = preFilter?.(reference).kind === 'skip';
    assert.equal(plugin.preFilter?.(cycleFor(world.cluster, pod)) === 'skip', isSkipped, `${plugin.name} skips`);
    const verdicts = verdictsOf(plugin, cycleFor(world.cluster, pod));
    for (const node of nodes) {
      const expected = isSkipped ? undefined : filter?.(reference, placeOf(reference, node));
      assert.equal(
        wordsOf(verdicts.get(node.metadata.name)),
        wordsOf(expected),
        `${plugin.name} ${node.metadata.name}`,
      );
    }
    const scores = scoresOf(plugin, cycleFor(world.cluster, pod));
    if (nodes.length === 0) continue;
    assert.equal(scores === 'skip', skipsScore?.(reference, nodes) === true, `${plugin.name} skips scoring`);
    if (scores === 'skip') continue;
    const raw = nodes.map((node) => score?.(reference, node, nodes) ?? 0);
    assert.deepEqual(Object.values(scores.raw).map(plus), raw.map(plus), `raw scores of ${plugin.name}`);
    const normalized = normalize?.(reference, nodes, raw) ?? raw;
    assert.deepEqual(Object.values(scores.normalized).map(plus), normalized.map(plus), `scores of ${plugin.name}`);
  }
}

/** Without the sign of a zero. */
function plus(value: number): number {
  return value + 0;
}

/** Takes all pods off a node one by one, puts another there, and puts them back, as preemption and promises do. */
function assertSameInWhatIfs(world: World, plugins: readonly Plugin[], pod: Pod, guest: Pod, words: ReferenceOptions) {
  const { cluster } = world;
  const reference = plainCycle(world, pod, words);
  for (const [index, plugin] of plugins.entries()) {
    const filter = plain[index]?.filter;
    const cycle = cycleFor(cluster, pod);
    if (plugin.preFilter?.(cycle) === 'skip') continue;
    for (const node of reference.cluster.nodes) {
      const { name } = node.metadata;
      const slot = cluster.slotOf(name) as number;
      const here = world.placed.filter(({ nodeName }) => nodeName === name);
      let place = placeOf(reference, node);
      const check = (): void => {
        const block = blockOf([slot]);
        plugin.filter?.(cycle, block);
        const verdict = block.count === 1 ? undefined : cycle.statuses.get(cycle.verdicts[slot] as number);
        assert.equal(wordsOf(verdict), wordsOf(filter?.(reference, place)), `${plugin.name} ${name} in a what-if`);
      };
      const visitor = cluster.info(guest);
      const add = (info: PodInfo): void => {
        cluster.assign(info, slot);
        plugin.addPod?.(cycle, info, slot);
        place = withPod(place, podOn(info, name));
        check();
      };
      const remove = (info: PodInfo): void => {
        cluster.unassign(info);
        plugin.removePod?.(cycle, info, slot);
        place = withoutPod(place, podOn(info, name));
        check();
      };
      for (const { info } of here) remove(info);
      add(visitor);
      for (const { info } of here) add(info);
      remove(visitor);
    }
  }
}

describe('InterPodAffinity and PodTopologySpread, next to a plain implementation', () => {
  const templates = fc.array(podAffinities, { maxLength: 6 });
  const pods = fc.array(waiting, { minLength: 1, maxLength: 2 });

  it('say the same of every node, whatever happens', () => {
    fc.assert(
      fc.property(happenings, templates, pods, options, fc.nat(15), (events, affinities, all, words, from) => {
        const world = new World(affinities);
        world.cluster.objects.set('Service', service);
        const plugins = createBoth(world, words);
        for (const [now, event] of events.filter(({ type }) => type !== 'nodes').entries()) {
          world.happen(event);
          if (now >= from) for (const pod of all) assertSame(world, plugins, pod, words);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('say the same when pods are taken away and added to see what would be', () => {
    const deleting = fc.boolean().map((is) => (is ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}));
    const guests = fc.record({ pod: waiting, words: deleting });
    fc.assert(
      fc.property(happenings, templates, waiting, guests, options, (events, affinities, pod, guest, words) => {
        const world = new World(affinities);
        world.cluster.objects.set('Service', service);
        const plugins = createBoth(world, words);
        for (const event of events) if (event.type !== 'nodes') world.happen(event);
        const metadata = { ...guest.pod.metadata, name: 'guest', ...guest.words };
        assertSameInWhatIfs(world, plugins, pod, { ...guest.pod, metadata }, words);
        assertSame(world, plugins, pod, words);
      }),
      { numRuns: 500 },
    );
  });
});
