import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compareLists, sharedChanges } from '../../src/proxy/difference.ts';

interface Thing {
  readonly id: string;
  readonly marks: readonly string[];
}

/** Things out of a small pool, so that two lists share objects, ids and marks. */
const pool: readonly Thing[] = Array.from({ length: 30 }, (_, index) => ({
  id: String(index % 12),
  marks: [`m${index % 5}`, `n${index % 7}`],
}));
const list = fc.uniqueArray(fc.constantFrom(...pool), { selector: ({ id }) => id, maxLength: 12 });
const idOf = ({ id }: Thing): string => id;

describe('compareLists', () => {
  it('tells for every id whether it is new, gone, different or kept', () => {
    fc.assert(
      fc.property(list, list, (before, after) => {
        const { differences, kept } = compareLists(before, after, idOf);
        const old = new Map(before.map((thing) => [thing.id, thing]));
        const expectedKept = after.filter((thing) => old.get(thing.id) === thing);
        assert.deepEqual(new Set(kept), new Set(expectedKept));
        assert.equal(kept.length, expectedKept.length);
        const pairs = new Map(differences.map((entry) => [(entry.after ?? entry.before)?.id, entry]));
        assert.equal(pairs.size, differences.length);
        for (const thing of after) {
          if (old.get(thing.id) === thing) continue;
          assert.equal(pairs.get(thing.id)?.after, thing);
          assert.equal(pairs.get(thing.id)?.before, old.get(thing.id));
        }
        const gone = before.filter(({ id }) => !after.some((thing) => thing.id === id));
        assert.deepEqual(
          differences.filter((entry) => entry.after === undefined).map((entry) => entry.before),
          gone.filter((thing) => pairs.get(thing.id)?.before === thing),
        );
        assert.equal(differences.length + kept.length, after.length + gone.length);
      }),
    );
  });

  it('names new and different things in the order of the later list', () => {
    const [a, b, c] = pool as readonly [Thing, Thing, Thing];
    const { differences } = compareLists([], [c, a, b], idOf);
    assert.deepEqual(
      differences.map(({ after }) => after),
      [c, a, b],
    );
  });
});

it('sharedChanges leads from all marks before to all marks after', () => {
  const marksIn = (things: readonly Thing[]): Set<string> => new Set(things.flatMap(({ marks }) => marks));
  fc.assert(
    fc.property(list, list, (before, after) => {
      const { added, removed } = sharedChanges(
        compareLists(before, after, idOf),
        ({ marks }) => marks,
        (mark) => mark,
      );
      const marks = marksIn(before);
      for (const mark of removed) assert.ok(marks.delete(mark), `${mark} was not there`);
      for (const mark of added) assert.ok(!marks.has(mark) && marks.add(mark), `${mark} was there`);
      assert.deepEqual(marks, marksIn(after));
    }),
  );
});
