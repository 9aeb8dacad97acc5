/** A cluster to which anything may happen, and the plain lists that indexes are held against. */
import fc from 'fast-check';
import type { Affinity, Labels, Namespace, Node } from '../../../src/api/objects.ts';
import { ClusterState } from '../../../src/scheduler/cluster/cluster-state.ts';
import type { PodInfo } from '../../../src/scheduler/cluster/pod-info.ts';
import { testNode, testPod } from '../support/objects.ts';

export interface Placed {
  readonly info: PodInfo;
  readonly nodeName: string;
}

export interface PodWords {
  readonly node: number;
  readonly app: string | undefined;
  readonly tier: string | undefined;
  readonly namespace: string;
  readonly isDeleting: boolean;
}

export type Happening =
  | { readonly type: 'node'; readonly node: number; readonly labels: Labels; readonly isTainted: boolean }
  | { readonly type: 'node gone'; readonly node: number }
  | { readonly type: 'pod'; readonly words: PodWords; readonly template: number }
  | { readonly type: 'pod gone'; readonly pick: number }
  /** A pod is taken off its node, looked past, and put back. */
  | { readonly type: 'what if'; readonly pick: number }
  | { readonly type: 'namespace'; readonly name: string; readonly labels: Labels | undefined }
  /** Many nodes at once, so that everything by slot has to grow. */
  | { readonly type: 'nodes'; readonly count: number };

/** Of nodes and pods there are so few kinds that everything collides. */
const names = { nodes: 6, apps: ['web', 'db'], namespaces: ['default', 'team-a', 'team-b'] };

const labels = (values: Readonly<Record<string, fc.Arbitrary<string | undefined>>>): fc.Arbitrary<Labels> =>
  fc
    .record(values)
    .map((record) =>
      Object.fromEntries(Object.entries(record).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]))),
    ) as fc.Arbitrary<Labels>;

const nodeLabels = labels({
  zone: fc.constantFrom('a', 'b', 'c', '', undefined),
  rack: fc.constantFrom('1', '2', undefined),
  disk: fc.constantFrom('ssd', undefined, undefined),
});

const podWords: fc.Arbitrary<PodWords> = fc.record({
  // One more than there are nodes: a pod may be on a node that is not there.
  node: fc.nat(names.nodes),
  app: fc.constantFrom(...names.apps, undefined),
  tier: fc.constantFrom('x', 'y', undefined),
  namespace: fc.constantFrom(...names.namespaces),
  isDeleting: fc.nat(5).map((roll) => roll === 0),
});

const node = fc.nat(names.nodes - 1);
const pick = fc.nat(1000);

const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ type: fc.constant('node' as const), node, labels: nodeLabels, isTainted: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('node gone' as const), node }) },
  { weight: 9, arbitrary: fc.record({ type: fc.constant('pod' as const), words: podWords, template: fc.nat(9) }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('pod gone' as const), pick }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('what if' as const), pick }) },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('namespace' as const),
      name: fc.constantFrom(...names.namespaces),
      labels: fc.constantFrom<Labels | undefined>({ team: 'a' }, { team: 'b' }, {}, undefined),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('nodes' as const), count: fc.constantFrom(70, 600) }) },
);

export const happenings = fc.array(happening, { minLength: 1, maxLength: 40, size: 'max' });

export class World {
  readonly cluster = new ClusterState();
  readonly nodes = new Map<string, Node>();
  readonly namespaces = new Map<string, Labels>();
  readonly #affinities: readonly Affinity[];
  placed: Placed[] = [];
  #pods = 0;

  /** @param affinities that pods may have; a template without one has none */
  constructor(affinities: readonly Affinity[] = []) {
    this.#affinities = affinities;
  }

  /** @param meanwhile is called in the middle of a what-if */
  happen(what: Happening, meanwhile: () => void = () => undefined): void {
    switch (what.type) {
      case 'node':
        this.#setNode(`n${what.node}`, what.labels, what.isTainted);
        break;
      case 'nodes':
        for (let place = 0; place < what.count; place += 1) this.#setNode(`extra${place}`, { zone: `z${place % 5}` });
        break;
      case 'node gone':
        this.cluster.removeNode(`n${what.node}`);
        this.nodes.delete(`n${what.node}`);
        break;
      case 'pod':
        this.#place(what.words, what.template);
        break;
      case 'pod gone':
        this.#remove(what.pick);
        break;
      case 'what if':
        this.#whatIf(what.pick, meanwhile);
        break;
      case 'namespace':
        this.#setNamespace(what.name, what.labels);
        break;
    }
  }

  /** Pods on nodes that are there. */
  seen(): { readonly info: PodInfo; readonly node: Node }[] {
    return this.placed.flatMap(({ info, nodeName }) => {
      const node = this.nodes.get(nodeName);
      return node === undefined ? [] : [{ info, node }];
    });
  }

  #setNode(name: string, words: Labels, isTainted = false): void {
    const node = testNode({ name, labels: { hostname: name, ...words }, taints: isTainted ? ['t:NoSchedule'] : [] });
    this.cluster.setNode(node);
    this.nodes.set(name, node);
  }

  #place({ app, tier, namespace, isDeleting, node }: PodWords, template: number): void {
    this.#pods += 1;
    const affinity = this.#affinities[template];
    const pod = testPod({
      name: `p${this.#pods}`,
      namespace,
      labels: { ...(app === undefined ? {} : { app }), ...(tier === undefined ? {} : { tier }) },
      ...(affinity === undefined ? {} : { spec: { affinity } }),
      ...(isDeleting ? { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } } : {}),
    });
    const info = this.cluster.info(pod);
    const nodeName = `n${node}`;
    this.cluster.assignByName(info, nodeName);
    this.placed.push({ info, nodeName });
  }

  #remove(place: number): void {
    const [gone] = this.placed.splice(place % Math.max(1, this.placed.length), 1);
    if (gone !== undefined) this.cluster.unassign(gone.info);
  }

  #whatIf(place: number, meanwhile: () => void): void {
    const before = this.placed;
    const chosen = before[place % Math.max(1, before.length)];
    if (chosen === undefined) return;
    this.cluster.unassign(chosen.info);
    this.placed = before.filter((other) => other !== chosen);
    meanwhile();
    this.cluster.assignByName(chosen.info, chosen.nodeName);
    this.placed = before;
  }

  #setNamespace(name: string, words: Labels | undefined): void {
    const object = (own: Labels): Namespace => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels: own, annotations: {} },
    });
    if (words === undefined) this.cluster.objects.delete('Namespace', object({}));
    else this.cluster.objects.set('Namespace', object(words));
    if (words === undefined) this.namespaces.delete(name);
    else this.namespaces.set(name, words);
  }
}
