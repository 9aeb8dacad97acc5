import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { PersistentVolume, PersistentVolumeClaim } from '../../../../src/api/objects.ts';
import { compareQuantities } from '../../../../src/api/quantity.ts';
import type { SchedulerClient } from '../../../../src/scheduler/framework/plugin.ts';
import { volumeBinding } from '../../../../src/scheduler/plugins/volume-binding.ts';
import { createPlugin, cycleFor, reasonsOf, testCluster, testNode, testPod } from '../../support/cluster.ts';
import { claimSource, testClaim, testStorageClass, testVolume, volumesOf } from '../../support/volume-objects.ts';

const size = fc.constantFrom('1Gi', '2Gi', '2147483648', '3Gi', '4Gi');
const sizeOfVolume = (volume: PersistentVolume): string => volume.spec.capacity.storage ?? '0';
const sizeOfClaim = (claim: PersistentVolumeClaim): string => claim.spec.resources.requests.storage ?? '0';

const volumes = fc
  .array(fc.record({ storage: size, node: fc.constantFrom('a', 'b', null) }), { maxLength: 8 })
  .map((list) =>
    list.map(({ storage, node }, place) =>
      testVolume({ name: `v${place}`, storage, ...(node === null ? {} : { onNodesWith: { host: node } }) }),
    ),
  );
const claims = fc
  .array(size, { minLength: 1, maxLength: 3 })
  .map((sizes) => sizes.map((storage, place) => testClaim({ name: `c${place}`, storage })));

/** One claim after the other, the smallest first, each with the smallest volume left that node `a` reaches. */
function byScan(all: readonly PersistentVolume[], wanted: readonly PersistentVolumeClaim[]): string[] | undefined {
  const left = all.filter(({ spec }) => JSON.stringify(spec.nodeAffinity ?? '').includes('"b"') === false);
  const chosen: string[] = [];
  for (const claim of [...wanted].sort((a, b) => compareQuantities(sizeOfClaim(a), sizeOfClaim(b)))) {
    const fitting = left.filter((volume) => compareQuantities(sizeOfVolume(volume), sizeOfClaim(claim)) >= 0);
    const [best] = fitting.sort((a, b) => compareQuantities(sizeOfVolume(a), sizeOfVolume(b)));
    if (best === undefined) return undefined;
    left.splice(left.indexOf(best), 1);
    chosen.push(`${claim.metadata.name} ${best.metadata.name}`);
  }
  return chosen;
}

describe('the volumes that VolumeBinding chooses', () => {
  it('are those that a look at all of them would find', () => {
    fc.assert(
      fc.property(volumes, claims, fc.nat(7), (all, wanted, changed) => {
        const written: string[] = [];
        const client: SchedulerClient = {
          bind: () => undefined,
          evict: () => undefined,
          nominate: () => undefined,
          updatePersistentVolume: ({ metadata, spec }) => written.push(`${spec.claimRef?.name} ${metadata.name}`),
        };
        const cluster = testCluster(
          [testNode({ name: 'a', labels: { host: 'a' } })],
          [],
          [testStorageClass(), ...all, ...wanted],
        );
        const plugin = createPlugin(volumeBinding, cluster, {}, { client });
        // One of them comes, goes and comes back, which changes nothing but its place.
        const moved = all[changed];
        if (moved !== undefined) {
          cluster.objects.set('PersistentVolume', { ...moved, status: { phase: 'Released' } });
          cluster.objects.set('PersistentVolume', moved);
        }
        const sources = wanted.map(({ metadata }) => claimSource(metadata.name));
        const cycle = cycleFor(cluster, testPod({ spec: { volumes: volumesOf(...sources) } }));
        const fits = !('a' in reasonsOf(plugin, cycle));
        const expected = byScan(all, wanted);
        assert.equal(fits, expected !== undefined);
        if (expected === undefined) return;
        const slot = cluster.slotOf('a') ?? -1;
        plugin.reserve?.(cycle, slot);
        void plugin.preBind?.(cycle, slot);
        assert.deepEqual(written, expected);
      }),
      { numRuns: 500 },
    );
  });
});
