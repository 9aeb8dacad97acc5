import assert from 'node:assert/strict';
import { InputError } from '../../../src/api/index.ts';
import { generateTrace, sampleNodes } from '../../../src/workloads/trace/index.ts';

describe('a sample of nodes', () => {
  const trace = generateTrace({ seed: 1, nodes: 50, pods: 5 });

  it('has so many of the nodes, each once, and all pods', () => {
    const { nodes, pods } = sampleNodes(trace, 20, 1);
    assert.equal(new Set(nodes).size, 20);
    assert.ok(nodes.every((node) => trace.nodes.includes(node)));
    assert.equal(pods, trace.pods);
    assert.deepEqual(sampleNodes(trace, 20, 1).nodes, nodes);
    assert.notDeepEqual(sampleNodes(trace, 20, 2).nodes, nodes);
    assert.deepEqual(new Set(sampleNodes(trace, 50, 1).nodes), new Set(trace.nodes));
  });

  it('cannot have more nodes than there are, or none', () => {
    for (const count of [0, 51, 1.5]) {
      assert.throws(
        () => sampleNodes(trace, count, 1),
        (error) => error instanceof InputError && /allowed: 1 to 50, all that the trace has$/.test(error.message),
      );
    }
  });
});
