import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readDocuments, type SourceDocument } from '../../src/api/index.ts';

function only(text: string): SourceDocument {
  const { documents, problems } = readDocuments(text, 'f');
  assert.deepEqual(problems, []);
  const [document] = documents;
  assert.ok(document !== undefined);
  return document;
}

/** A JSON text, a value in it, and the path there. */
const located = fc
  .tuple(
    fc.object({ maxDepth: 3, maxKeys: 4, key: fc.stringMatching(/^[a-z"\\ {}[\],:é]{1,6}$/) }),
    fc.infiniteStream(fc.nat()),
  )
  .map(([value, choices]) => {
    const path: (string | number)[] = [];
    let current: unknown = value;
    for (const choice of choices) {
      if (typeof current !== 'object' || current === null) break;
      const keys = Array.isArray(current) ? [...current.keys()] : Object.keys(current);
      const key = keys[choice % (keys.length + 1)];
      if (key === undefined) break;
      path.push(key);
      current = Reflect.get(current, key);
    }
    return { value, path };
  });

describe('places in JSON', () => {
  it('are those that the YAML reader finds', () => {
    fc.assert(
      fc.property(located, fc.constantFrom(undefined, 1, 4), ({ value, path }, indent) => {
        const text = JSON.stringify(value, null, indent);
        const json = only(text);
        // A comment makes it a text that only the YAML reader takes, one line further down.
        const yaml = only(`# YAML\n${text}`);
        const hasKey = typeof path.at(-1) === 'string';
        for (const what of hasKey ? (['positionOf', 'positionOfKey'] as const) : (['positionOf'] as const)) {
          const { line, ...rest } = yaml[what](path);
          assert.deepEqual(json[what](path), { ...rest, line: line - 1 }, `${what} ${JSON.stringify(path)} in ${text}`);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('are those of the nearest ancestor where nothing is', () => {
    const document = only('{\n  "a": {"b": [1, {"c": 2}]}\n}');
    assert.deepEqual(document.positionOf(['a', 'b', 1, 'd', 'e']), { file: 'f', line: 2, column: 18 });
    assert.deepEqual(document.positionOf(['x']), { file: 'f', line: 1, column: 1 });
    assert.deepEqual(document.positionOfKey(['a', 'b']), { file: 'f', line: 2, column: 9 });
    assert.deepEqual(document.positionOf(['a', 'b', 1, 'c']), { file: 'f', line: 2, column: 24 });
  });

  it('of keys that are given twice are the last ones, as their values are', () => {
    const document = only('{"a": 1,\n "a": 2}');
    assert.deepEqual(document.value, { a: 2 });
    assert.deepEqual(document.positionOf(['a']), { file: 'f', line: 2, column: 7 });
  });

  it('are there for fields that are null', () => {
    const document = only('{"a": null, "b": 1}');
    assert.deepEqual(document.value, { b: 1 });
    assert.deepEqual(document.positionOf(['a']), { file: 'f', line: 1, column: 7 });
  });
});
