/** What is kept of free volumes between decisions, against a look at all of them. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compileNodeSelector } from '../../../../src/api/label-selectors.ts';
import type { Node, NodeSelector, PersistentVolume, PersistentVolumeClaim } from '../../../../src/api/objects.ts';
import { compareQuantities } from '../../../../src/api/quantity.ts';
import { ClaimDemand } from '../../../../src/scheduler/plugins/volumes/claim-demand.ts';
import { volumeTable } from '../../../../src/scheduler/plugins/volumes/volume-table.ts';
import { testCluster, testNode } from '../../support/cluster.ts';
import { nodesWith, testClaim, testVolume } from '../../support/volume-objects.ts';

const host = fc.constantFrom('a', 'b', 'c');
const zone = fc.constantFrom('z1', 'z2');

/** Most volumes are local disks; where all of them are, no node's labels are compared at all. */
const affinity: fc.Arbitrary<NodeSelector | undefined> = fc.oneof(
  { weight: 6, arbitrary: host.map((value) => nodesWith({ host: value })) },
  { weight: 2, arbitrary: zone.map((value) => nodesWith({ zone: value })) },
  fc.constant(undefined),
  fc.tuple(host, zone).map(([a, b]) => nodesWith({ host: a, zone: b })),
  fc.tuple(host, zone).map(([a, b]) => ({
    nodeSelectorTerms: [...nodesWith({ host: a }).nodeSelectorTerms, ...nodesWith({ zone: b }).nodeSelectorTerms],
  })),
  fc.uniqueArray(host, { minLength: 2, maxLength: 2 }).map((values) => ({
    nodeSelectorTerms: [{ matchExpressions: [{ key: 'host', operator: 'In' as const, values }], matchFields: [] }],
  })),
  host.map((value) => ({
    nodeSelectorTerms: [
      { matchExpressions: [{ key: 'host', operator: 'NotIn' as const, values: [value] }], matchFields: [] },
    ],
  })),
);

const storage = fc.constantFrom('1Gi', '2Gi', '2147483648', '3Gi');
const accessModes = fc.constantFrom(
  ['ReadWriteOnce'] as const,
  ['ReadWriteOnce'] as const,
  ['ReadWriteOnce', 'ReadOnlyMany'] as const,
);
const attributes = fc.constantFrom({}, {}, { volumeAttributesClassName: 'gold' });

const volume = fc
  .tuple(
    fc.record({
      name: fc.constantFrom('v0', 'v1', 'v2', 'v3', 'v4', 'v5', 'v6', 'v7'),
      storage,
      accessModes,
      phase: fc.constantFrom('Available', 'Available', 'Available', 'Released'),
      labels: fc.constantFrom<Record<string, string>>({}, { tier: 'gold' }),
    } as const),
    affinity,
    attributes,
  )
  .map(([words, required, more]) =>
    testVolume({ ...words, ...more, ...(required === undefined ? {} : { affinity: required }) }),
  );

const claim = fc
  .tuple(
    fc.record({ storage, accessModes }),
    attributes,
    fc.constantFrom({}, {}, { selector: { matchLabels: { tier: 'gold' }, matchExpressions: [] } }),
  )
  .map(([words, more, selector]) => testClaim({ ...words, ...more, ...selector }));

const node = fc
  .record({ name: host, host: fc.option(host), zone: fc.option(zone) })
  .map(({ name, host: a, zone: b }) =>
    testNode({ name, labels: { ...(a === null ? {} : { host: a }), ...(b === null ? {} : { zone: b }) } }),
  );

type Step =
  | { readonly kind: 'volume'; readonly volume: PersistentVolume }
  | { readonly kind: 'gone'; readonly name: string }
  | { readonly kind: 'node'; readonly node: Node };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: volume.map((it): Step => ({ kind: 'volume', volume: it })) },
  volume.map(({ metadata }): Step => ({ kind: 'gone', name: metadata.name })),
  node.map((it): Step => ({ kind: 'node', node: it })),
);

/** In the order in which volumes came. */
function byScan(
  all: Iterable<PersistentVolume>,
  { spec }: PersistentVolumeClaim,
  { metadata: { labels } }: Node,
  chosen: ReadonlySet<string>,
): string | undefined {
  let best: PersistentVolume | undefined;
  const sizeOf = (it: PersistentVolume): string => it.spec.capacity.storage ?? '0';
  for (const it of all) {
    const required = it.spec.nodeAffinity?.required;
    const willDo =
      it.status.phase === 'Available' &&
      !chosen.has(it.metadata.name) &&
      compareQuantities(sizeOf(it), spec.resources.requests.storage ?? '0') >= 0 &&
      it.spec.volumeAttributesClassName === spec.volumeAttributesClassName &&
      spec.accessModes.every((mode) => it.spec.accessModes.includes(mode)) &&
      (spec.selector === undefined || it.metadata.labels.tier === 'gold') &&
      (required === undefined || compileNodeSelector(required).matches(labels, ''));
    if (willDo && (best === undefined || compareQuantities(sizeOf(it), sizeOf(best)) < 0)) best = it;
  }
  return best?.metadata.name;
}

describe('free volumes', () => {
  it('are found by node as a look at all of them would find them, whatever has come and gone', () => {
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 60, size: 'max' }),
        fc.array(claim, { minLength: 1, maxLength: 3 }),
        (steps, claims) => {
          const cluster = testCluster([]);
          const table = cluster.part(volumeTable);
          const volumes = new Map<string, PersistentVolume>();
          const nodes = new Map<string, Node>();
          for (const it of steps) {
            if (it.kind === 'node') {
              nodes.set(it.node.metadata.name, it.node);
              cluster.setNode(it.node);
            } else if (it.kind === 'volume') {
              volumes.set(it.volume.metadata.name, it.volume);
              cluster.objects.set('PersistentVolume', it.volume);
            } else {
              const known = volumes.get(it.name);
              if (known !== undefined) cluster.objects.delete('PersistentVolume', known);
              volumes.delete(it.name);
            }
            for (const wanted of claims) {
              const smallest = table.ofClass('slow')?.smallestFor(new ClaimDemand(wanted));
              for (const [name, there] of nodes) {
                const slot = cluster.slotOf(name) ?? -1;
                const { labels } = there.metadata;
                const first = byScan(volumes.values(), wanted, there, new Set());
                const found = smallest?.at(slot, labels)?.volume.metadata.name;
                assert.equal(found, first);
                const byLabel = smallest?.byOneLabel;
                if (byLabel !== undefined) assert.equal(byLabel.at(slot)?.volume.metadata.name, first);
                if (first === undefined) continue;
                const chosen = new Set([first]);
                const next = smallest?.besides(chosen, slot, labels)?.volume.metadata.name;
                assert.equal(next, byScan(volumes.values(), wanted, there, chosen));
              }
            }
          }
        },
      ),
      { numRuns: Number(process.env.EXACTNESS_RUNS ?? 300) },
    );
  });

  it('are found by one label alone while all of them are local disks', () => {
    const cluster = testCluster([testNode({ name: 'a', labels: { host: 'a' } })]);
    const table = cluster.part(volumeTable);
    const byLabel = () => table.ofClass('slow')?.smallestFor(new ClaimDemand(testClaim()))?.byOneLabel;
    cluster.objects.set('PersistentVolume', testVolume({ name: 'local', onNodesWith: { host: 'a' } }));
    assert.equal(byLabel()?.at(cluster.slotOf('a') ?? -1)?.volume.metadata.name, 'local');
    const shared = testVolume({ name: 'shared' });
    cluster.objects.set('PersistentVolume', shared);
    assert.equal(byLabel(), undefined);
    cluster.objects.delete('PersistentVolume', shared);
    cluster.objects.set('PersistentVolume', testVolume({ name: 'zonal', onNodesWith: { zone: 'z' } }));
    assert.equal(byLabel(), undefined);
  });
});
