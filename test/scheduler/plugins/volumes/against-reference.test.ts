/** The four plugins that look at volumes, and the reference, asked the same after whatever has happened. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type {
  Node,
  PersistentVolumeSource,
  Pod,
  SchedulingObjects,
  VolumeSource,
} from '../../../../src/api/objects.ts';
import type { ClusterState } from '../../../../src/scheduler/cluster/cluster-state.ts';
import type { StoredKind } from '../../../../src/scheduler/cluster/object-table.ts';
import type { PodInfo } from '../../../../src/scheduler/cluster/pod-info.ts';
import { PluginError } from '../../../../src/scheduler/framework/errors.ts';
import type { Plugin } from '../../../../src/scheduler/framework/plugin.ts';
import type { PluginFactory } from '../../../../src/scheduler/framework/plugin-factory.ts';
import { nodeVolumeLimits } from '../../../../src/scheduler/plugins/node-volume-limits.ts';
import { volumeBinding } from '../../../../src/scheduler/plugins/volume-binding.ts';
import { volumeRestrictions } from '../../../../src/scheduler/plugins/volume-restrictions.ts';
import { volumeZone } from '../../../../src/scheduler/plugins/volume-zone.ts';
import { podsOn, type ReferenceCluster } from '../../reference/cluster.ts';
import { defaultOptions } from '../../reference/options.ts';
import type { ReferencePlugin, Rejection } from '../../reference/plugin.ts';
import { nodeVolumeLimits as limitsReference } from '../../reference/plugins/node-volume-limits.ts';
import { volumeBinding as bindingReference } from '../../reference/plugins/volume-binding.ts';
import { volumeRestrictions as restrictionsReference } from '../../reference/plugins/volume-restrictions.ts';
import { volumeZone as zoneReference } from '../../reference/plugins/volume-zone.ts';
import { createPlugin, cycleFor, testCluster, testNode, testPod, verdictsOf } from '../../support/cluster.ts';
import {
  claimSource,
  csiSource,
  ephemeralSource,
  testAttachment,
  testCapacity,
  testClaim,
  testCsiDriver,
  testCsiNode,
  testStorageClass,
  testVolume,
  volumesOf,
} from '../../support/volume-objects.ts';

type StoredObject = SchedulingObjects[StoredKind];

const pairs: readonly (readonly [PluginFactory, ReferencePlugin])[] = [
  [volumeRestrictions, restrictionsReference],
  [nodeVolumeLimits, limitsReference],
  [volumeBinding, bindingReference],
  [volumeZone, zoneReference],
];

// --- what there may be: few names, so that things meet

const nodeName = fc.constantFrom('a', 'b', 'c');
const claimName = fc.constantFrom('c0', 'c1', 'c2', 'q0-v0');
const volumeName = fc.constantFrom('v0', 'v1', 'v2', 'v3');
const className = fc.constantFrom('slow', 'slow', 'made', 'made', 'made', 'now', '');
const zone = fc.constantFrom('z1', 'z2');
const size = fc.constantFrom('1Gi', '2Gi', '1073741825', '500Mi');
const driver = fc.constantFrom('d1', 'd2');
const zoneLabel = 'topology.kubernetes.io/zone';

const node: fc.Arbitrary<Node> = fc.record({ name: nodeName, zone: fc.option(zone) }).map((words) =>
  testNode({
    name: words.name,
    labels: { host: words.name, ...(words.zone === null ? {} : { [zoneLabel]: words.zone }) },
  }),
);

const source: fc.Arbitrary<VolumeSource> = fc.oneof(
  { weight: 4, arbitrary: claimName.map(claimSource) },
  fc.constant(ephemeralSource()),
  fc.boolean().map((readOnly): VolumeSource => ({ kind: 'awsElasticBlockStore', volumeID: 'e', readOnly })),
  fc.boolean().map((readOnly): VolumeSource => ({ kind: 'gcePersistentDisk', pdName: 'g', readOnly })),
  fc.boolean().map((readOnly): VolumeSource => ({ kind: 'iscsi', iqn: 'i', readOnly })),
  fc
    .record({ monitors: fc.subarray(['m', 'n'], { minLength: 1 }), readOnly: fc.boolean() })
    .map((words): VolumeSource => ({ kind: 'rbd', pool: 'p', image: 'i', ...words })),
  fc.constant<VolumeSource>({ kind: 'other' }),
);

const pod: fc.Arbitrary<Pod> = fc
  .record({
    name: fc.constantFrom('q0', 'q1', 'q2', 'q3'),
    namespace: fc.constantFrom('default', 'default', 'other'),
    sources: fc.array(source, { maxLength: 3 }),
  })
  .map(({ name, namespace, sources }) => {
    // Of two problems kube-scheduler tells the first, the reference a missing claim: a strange one comes last here.
    const [ephemeral] = sources.filter(({ kind }) => kind === 'ephemeral');
    const others = sources.filter(({ kind }) => kind !== 'ephemeral');
    const volumes = volumesOf(...others, ...(ephemeral === undefined ? [] : [ephemeral]));
    // Its claim is called v0 wherever it stands.
    const named = volumes.map((it) => (it.source.kind === 'ephemeral' ? { ...it, name: 'v0' } : it));
    return testPod({ name, namespace, spec: { volumes: named } });
  });

const optional = <T, K extends string>(key: K, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<{ readonly [P in K]?: T }> =>
  fc.option(arbitrary).map((value) => (value === null ? {} : ({ [key]: value } as { readonly [P in K]?: T })));

/** Mostly what can be used: what is wrong with a claim hides what is wrong with a node. */
const often = <T>(usual: T, arbitrary: fc.Arbitrary<T>, weight = 6): fc.Arbitrary<T> =>
  fc.oneof({ weight, arbitrary: fc.constant(usual) }, arbitrary);
const accessModes = often(
  ['ReadWriteOnce'] as const,
  fc.subarray(['ReadWriteOnce', 'ReadWriteOncePod', 'ReadOnlyMany'] as const, { minLength: 1 }),
  3,
);
const volumeMode = often('Filesystem' as const, fc.constant('Block' as const));

const claim = fc
  .tuple(
    fc.record({
      name: claimName,
      namespace: often('default', fc.constant('other')),
      storage: size,
      storageClassName: className,
      volumeMode,
      accessModes,
      phase: often('Pending' as const, fc.constant('Lost' as const), 12),
    } as const),
    fc.oneof(
      { weight: 6, arbitrary: optional('boundTo', volumeName) },
      { weight: 1, arbitrary: optional('volumeName', volumeName) },
    ),
    often({}, optional('selectedNode', nodeName)),
    often({}, optional('uid', fc.constantFrom('u1', 'u2'))),
    fc.constantFrom(
      {},
      {},
      {},
      {},
      {},
      { owners: [{ apiVersion: 'v1', kind: 'Pod', name: 'q0', uid: 'default/q0', controller: true }] },
      { selector: { matchLabels: { tier: 'gold' }, matchExpressions: [] } },
      { deletionTimestamp: '2026-01-01T00:00:00Z' },
    ),
  )
  .map(([words, ...more]) => testClaim(Object.assign({}, words, ...more)));

/** A volume keeps its driver: an attachment of another driver's volume is nothing that there is. */
const driverOf = (name: string): string => (name < 'v2' ? 'd1' : 'd2');

function drivenSource({ name, source }: { readonly name: string; readonly source: PersistentVolumeSource }) {
  return source.kind === 'csi' ? csiSource(driverOf(name), source.volumeHandle) : source;
}

const volume = fc
  .tuple(
    fc.record({
      name: volumeName,
      storage: size,
      storageClassName: className,
      volumeMode,
      accessModes: fc.constantFrom(
        ['ReadWriteOnce', 'ReadWriteOncePod', 'ReadOnlyMany'] as const,
        ['ReadWriteOnce'] as const,
      ),
      phase: often('Available' as const, fc.constantFrom('Bound' as const, 'Released' as const)),
      source: fc.oneof(
        { weight: 4, arbitrary: fc.constantFrom('h1', 'h2').map((handle) => csiSource('', handle)) },
        fc.constant<PersistentVolumeSource>({ kind: 'other' }),
      ),
      labels: fc.constantFrom<Record<string, string>>(
        {},
        { tier: 'gold' },
        { [zoneLabel]: 'z1' },
        { [zoneLabel]: 'z1__z2', tier: 'gold' },
        { 'failure-domain.beta.kubernetes.io/zone': 'z2' },
      ),
    } as const),
    often({}, optional('keptFor', fc.constantFrom('c0', 'c1', 'other/c0')), 1),
    often({}, optional('keptForUid', fc.constantFrom('u1', 'u2'))),
    fc.oneof(
      { weight: 2, arbitrary: fc.constant({}) },
      optional(
        'onNodesWith',
        zone.map((value) => ({ [zoneLabel]: value })),
      ),
      optional(
        'onNodesWith',
        nodeName.map((value) => ({ host: value })),
      ),
    ),
  )
  .map(([words, ...more]) => testVolume(Object.assign({}, words, ...more, { source: drivenSource(words) })));

const storageClass = fc.oneof(
  fc.constantFrom<Parameters<typeof testStorageClass>[0]>({ allowedTopologies: [] }, {}).map(testStorageClass),
  fc
    .record({
      provisioner: driver,
      allowedTopologies: fc.constantFrom<readonly Record<string, string[]>[]>([], [{ [zoneLabel]: ['z1'] }], [{}]),
    })
    .map((words) => testStorageClass({ name: 'made', ...words })),
  fc.constant(testStorageClass({ name: 'now', mode: 'Immediate', provisioner: 'd1' })),
);

const capacity = fc
  .tuple(
    fc.record({ name: fc.constantFrom('s0', 's1'), storageClassName: fc.constantFrom('made', 'slow') }),
    optional('capacity', size),
    optional('maximumVolumeSize', size),
    optional('onNodesWith', fc.constantFrom<Record<string, string>>({}, { [zoneLabel]: 'z1' }, { host: 'b' })),
  )
  .map(([words, ...more]) => testCapacity(Object.assign({}, words, ...more)));

const object: fc.Arbitrary<StoredObject> = fc.oneof(
  { weight: 5, arbitrary: claim },
  { weight: 5, arbitrary: volume },
  storageClass,
  { weight: 2, arbitrary: capacity },
  fc.tuple(driver, fc.boolean()).map(([name, tells]) => testCsiDriver(name, tells)),
  {
    weight: 3,
    arbitrary: fc
      .tuple(nodeName, fc.constantFrom(0, 1, 1, 2, undefined), fc.constantFrom(0, 1, undefined))
      .map(([name, d1, d2]) => testCsiNode(name, { d1, d2 })),
  },
  fc
    .tuple(fc.constantFrom('x', 'y'), nodeName, fc.option(volumeName))
    .map(([name, on, of]) => testAttachment(name, on, driverOf(of ?? ''), of ?? undefined)),
);

// --- what may happen

type Step =
  | { readonly kind: 'node'; readonly node: Node }
  | { readonly kind: 'put'; readonly object: StoredObject }
  | { readonly kind: 'delete'; readonly object: StoredObject }
  | { readonly kind: 'place'; readonly pod: Pod; readonly on: string }
  | { readonly kind: 'leave'; readonly name: string };

const step: fc.Arbitrary<Step> = fc.oneof(
  node.map((it): Step => ({ kind: 'node', node: it })),
  { weight: 6, arbitrary: object.map((it): Step => ({ kind: 'put', object: it })) },
  object.map((it): Step => ({ kind: 'delete', object: it })),
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('place'), pod, on: nodeName } as const) },
  fc.record({ kind: fc.constant('leave'), name: fc.constantFrom('q0', 'q1', 'q2', 'q3') } as const),
);

/** Most of what pods may ask for is there from the beginning. */
const beginning: fc.Arbitrary<Step[]> = fc
  .tuple(
    fc.array(node, { minLength: 2, maxLength: 3 }),
    fc.array(claim, { minLength: 6, maxLength: 8 }),
    fc.array(volume, { minLength: 3, maxLength: 6 }),
    fc.array(storageClass, { maxLength: 3 }),
    fc.array(object, { maxLength: 6 }),
  )
  .map(([nodes, claims, volumes, classes, others]) => [
    ...nodes.map((it): Step => ({ kind: 'node', node: it })),
    ...[
      testStorageClass(),
      testStorageClass({ name: 'made', provisioner: 'd1' }),
      ...classes,
      ...claims,
      ...volumes,
      ...others,
    ].map((it): Step => ({ kind: 'put', object: it })),
  ]);

/** The same cluster twice: as the plugins follow it, and as plain lists. */
class Twins {
  readonly cluster: ClusterState = testCluster([]);
  readonly plugins: readonly (readonly [Plugin, ReferencePlugin])[];
  readonly #nodes = new Map<string, Node>();
  readonly #pods = new Map<string, { readonly info: PodInfo; readonly pod: Pod }>();
  readonly #objects = new Map<string, StoredObject>();

  constructor() {
    this.plugins = pairs.map(([factory, reference]) => [createPlugin(factory, this.cluster), reference]);
  }

  get reference(): ReferenceCluster {
    const pods = [...this.#pods.values()].map((placed) => placed.pod);
    return { nodes: [...this.#nodes.values()], pods, nominated: [], objects: [...this.#objects.values()] };
  }

  apply(change: Step): void {
    switch (change.kind) {
      case 'node':
        this.#nodes.set(change.node.metadata.name, change.node);
        this.cluster.setNode(change.node);
        return;
      case 'put':
        this.#objects.set(keyOf(change.object), change.object);
        this.cluster.objects.set(change.object.kind, change.object);
        return;
      case 'delete':
        this.#objects.delete(keyOf(change.object));
        this.cluster.objects.delete(change.object.kind, change.object);
        return;
      case 'place':
        this.#leave(change.pod.metadata.name);
        this.#place(change.pod, change.on);
        return;
      case 'leave':
        this.#leave(change.name);
    }
  }

  #place(pending: Pod, on: string): void {
    const placed: Pod = { ...pending, spec: { ...pending.spec, nodeName: on } };
    const info = this.cluster.info(placed);
    this.cluster.assignByName(info, on);
    this.#pods.set(placed.metadata.name, { info, pod: placed });
  }

  #leave(name: string): void {
    const placed = this.#pods.get(name);
    if (placed !== undefined) this.cluster.unassign(placed.info);
    this.#pods.delete(name);
  }
}

const keyOf = ({ kind, metadata }: StoredObject): string => `${kind}/${metadata.namespace ?? ''}/${metadata.name}`;

const wordsOf = (rejection: Rejection | undefined): string =>
  rejection === undefined ? 'fits' : `${rejection.code}: ${rejection.reasons.join(', ')}`;

/** By node. An attempt that fails as a whole has its error in place of all. */
function bySubject({ cluster }: Twins, plugin: Plugin, wanted: Pod): Record<string, string> | string {
  try {
    const verdicts = verdictsOf(plugin, cycleFor(cluster, wanted));
    return Object.fromEntries(
      [...verdicts].map(([name, status]) => [
        name,
        status === undefined ? 'fits' : `${status.code}: ${status.reasons.join(', ')}`,
      ]),
    );
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
    return error.message.replace(/^plugin \w+: /, '');
  }
}

function byReference(cluster: ReferenceCluster, plugin: ReferencePlugin, wanted: Pod): Record<string, string> | string {
  const cycle = { cluster, pod: wanted, options: defaultOptions };
  const early = plugin.preFilter?.(cycle);
  const verdicts: Record<string, string> = {};
  for (const it of cluster.nodes) {
    const place = { node: it, pods: podsOn(cluster, it), added: [], removed: [] };
    const rejection =
      early?.kind === 'rejected' ? early.rejection : early?.kind === 'skip' ? undefined : plugin.filter?.(cycle, place);
    if (rejection?.code === 'error') return rejection.reasons.join(', ');
    verdicts[it.metadata.name] = wordsOf(rejection);
  }
  return verdicts;
}

describe('the plugins that look at volumes', () => {
  it('say of every node what the reference says, after any sequence of events', () => {
    fc.assert(
      fc.property(
        beginning,
        fc.array(step, { maxLength: 20 }),
        fc.array(pod, { minLength: 1, maxLength: 3 }),
        (first, then, wanted) => {
          const twins = new Twins();
          for (const change of first) twins.apply(change);
          for (const change of then) {
            twins.apply(change);
            for (const [plugin, reference] of twins.plugins) {
              for (const it of wanted) {
                const context = `${plugin.name} of ${JSON.stringify(it.spec.volumes)}`;
                assert.deepEqual(bySubject(twins, plugin, it), byReference(twins.reference, reference, it), context);
              }
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
