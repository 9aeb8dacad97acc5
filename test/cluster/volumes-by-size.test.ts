import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { PersistentVolume } from '../../src/api/objects.ts';
import { compareSizes, type SizedVolume, VolumesBySize } from '../../src/cluster/volumes-by-size.ts';

const storage = fc.constantFrom('1Gi', '1073741824', '2Gi', '1500Mi', '3G');

function entry(sequence: number, size: string): SizedVolume {
  const volume: PersistentVolume = {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: `v${sequence}`, labels: { third: `${sequence % 3 === 0}` }, annotations: {} },
    spec: {
      capacity: { storage: size },
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'local',
      volumeMode: 'Filesystem',
      source: { kind: 'other' },
    },
    status: { phase: 'Available' },
  };
  return { volume, storage: size, sequence };
}

const change = fc.record({ sequence: fc.nat(30), storage, isAdded: fc.boolean() });

describe('Volumes by size', () => {
  it('are found as a look at a sorted list would find them, whatever has come and gone', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 120 }), storage, (changes, wanted) => {
        const bySize = new VolumesBySize();
        const listed = new Map<number, SizedVolume>();
        for (const { sequence, storage: size, isAdded } of changes) {
          const known = listed.get(sequence);
          if (isAdded && known === undefined) {
            const added = entry(sequence, size);
            bySize.add(added);
            listed.set(sequence, added);
          } else if (!isAdded) {
            bySize.remove(known ?? entry(sequence, size));
            listed.delete(sequence);
          }
          const sorted = [...listed.values()].sort(compareSizes);
          const enough = sorted.filter((it) => compareSizes(it, { ...entry(-1, wanted) }) >= 0);
          assert.equal(bySize.isEmpty, sorted.length === 0);
          for (const willDo of [
            () => true,
            () => false,
            ({ metadata }: PersistentVolume) => metadata.labels.third === 'true',
          ]) {
            assert.equal(
              bySize.first(wanted, willDo),
              enough.find(({ volume }) => willDo(volume)),
            );
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
