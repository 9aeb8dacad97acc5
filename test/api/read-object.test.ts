import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readDocuments, readObject } from '../../src/api/index.ts';
import { writeNode, writePod } from '../../src/api/write-object.ts';
import { clusters } from '../scheduler/arbitraries/index.ts';
import { read, writtenPod } from './support.ts';

const at = { file: 'template.yaml', line: 3, column: 5 };

describe('a plain value', () => {
  it('is read as an object with its defaults', () => {
    const result = readObject(writtenPod({}), at);
    assert.ok(result.ok);
    assert.deepEqual(result.object, read('Pod', writtenPod({})));
  });

  it('that is wrong is refused at the one place that is known', () => {
    const result = readObject(writtenPod({ priority: 0.5, hostNetwork: 1 }), at);
    assert.ok(!result.ok);
    assert.deepEqual(
      result.problems.map(({ at: place, path }) => [place, path]),
      [
        [at, 'spec.priority'],
        [at, 'spec.hostNetwork'],
      ],
    );
  });

  it('that is wrong is refused at its own place in the document it is from', () => {
    const { documents } = readDocuments(
      'apiVersion: v1\nkind: Node\nmetadata: {name: n}\nspec: {taint: []}\n',
      'f.yaml',
    );
    const [document] = documents;
    assert.ok(document !== undefined);
    const result = readObject(document.value, document);
    assert.ok(!result.ok);
    assert.deepEqual(result.problems, [
      { at: { file: 'f.yaml', line: 4, column: 8 }, path: 'spec.taint', message: 'unknown field' },
    ]);
  });

  for (const value of [undefined, 7, {}, { kind: 'Deployment' }, { kind: 'toString' }]) {
    it(`${JSON.stringify(value) ?? 'undefined'} is of no kind that scheduling reads`, () => {
      const result = readObject(value, at);
      assert.ok(!result.ok);
      assert.match(result.problems[0]?.message ?? '', /is not a kind that scheduling reads/);
      assert.match(result.problems[0]?.allowed ?? '', /Node, .*ResourceClaimTemplate/);
    });
  }

  it('of another version is refused with those that are read', () => {
    const result = readObject({ ...writtenPod({}), apiVersion: 'v2' }, at);
    assert.ok(!result.ok);
    assert.equal(result.problems[0]?.allowed, 'v1');
  });
});

/** Clusters of the scheduler's tests go beyond what an API server would take. */
const refusedOfAny = /^(is not a label value|has nothing to narrow)$/;

/** As it is after a way through JSON. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('what is written as the API has it is read again as it was:', () => {
  it('pods and nodes of any cluster', () => {
    fc.assert(
      fc.property(clusters, ({ pods, nodes }) => {
        // On the host's network reading would add ports, which those of the tests lack.
        const onOwnNetwork = pods.map((pod) => ({ ...pod, spec: { ...pod.spec, hostNetwork: false } }));
        for (const object of [...onOwnNetwork, ...nodes]) {
          const written = object.kind === 'Pod' ? writePod(object) : writeNode(object);
          const again = readObject(plain(written), at);
          if (again.ok) assert.deepEqual(again.object, plain(object));
          else for (const { message } of again.problems) assert.match(message, refusedOfAny);
        }
      }),
      { numRuns: 60 },
    );
  });
});
