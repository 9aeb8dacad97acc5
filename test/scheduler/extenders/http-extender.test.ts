import assert from 'node:assert/strict';
import { ExtenderError } from '../../../src/scheduler/extenders/extender.ts';
import { durationMs, httpExtender } from '../../../src/scheduler/extenders/http-extender.ts';
import type { HttpReply, HttpRequest } from '../../../src/scheduler/extenders/sync-http.ts';
import { testNode, testPod } from '../support/cluster.ts';
import { extenderConfigFrom } from './extender-config.ts';

function answering(body: unknown, status = 200) {
  const requests: HttpRequest[] = [];
  const post = (request: HttpRequest): HttpReply => {
    requests.push(request);
    return { kind: 'answered', status, body: typeof body === 'string' ? body : JSON.stringify(body) };
  };
  return { requests, surroundings: { post, node: (name: string) => testNode({ name }) } };
}

const config = extenderConfigFrom({
  urlPrefix: 'http://127.0.0.1:9/scheduler/',
  filterVerb: 'filter',
  prioritizeVerb: 'prioritize',
  bindVerb: 'bind',
  preemptVerb: 'preempt',
  weight: 2,
  nodeCacheCapable: true,
});

describe('an extender behind HTTP', () => {
  it('is asked with the pod and the names of nodes, and says which remain and why others do not', () => {
    const { requests, surroundings } = answering({
      nodenames: ['a'],
      failedNodes: { b: 'too far' },
      failedAndUnresolvableNodes: { c: 'gone' },
    });
    const result = httpExtender(config, surroundings).filter?.(testPod({ name: 'p' }), ['a', 'b', 'c']);
    assert.deepEqual(result, {
      kept: new Set(['a']),
      failed: new Map([['b', 'too far']]),
      unresolvable: new Map([['c', 'gone']]),
    });
    assert.equal(requests[0]?.url, 'http://127.0.0.1:9/scheduler/filter');
    const sent = JSON.parse(requests[0]?.body ?? '');
    assert.deepEqual(sent.nodenames, ['a', 'b', 'c']);
    assert.equal(sent.pod.metadata.name, 'p');
  });

  it('gets whole nodes where it keeps none itself', () => {
    const { requests, surroundings } = answering({ nodes: { items: [{ metadata: { name: 'b' } }] } });
    const extender = httpExtender({ ...config, nodeCacheCapable: false }, surroundings);
    assert.deepEqual(extender.filter?.(testPod({}), ['a', 'b'])?.kept, new Set(['b']));
    const sent = JSON.parse(requests[0]?.body ?? '');
    assert.deepEqual(
      sent.nodes.items.map((node: { metadata: { name: string } }) => node.metadata.name),
      ['a', 'b'],
    );
  });

  it('scores, binds and agrees to victims', () => {
    const scores = httpExtender(config, answering([{ host: 'a', score: 7 }]).surroundings);
    assert.deepEqual(scores.prioritize?.(testPod({}), ['a', 'b']), new Map([['a', 7]]));
    const { requests, surroundings } = answering({});
    httpExtender(config, surroundings).bind?.(testPod({ name: 'p' }), 'a');
    assert.equal(JSON.parse(requests[0]?.body ?? '').node, 'a');
    const victims = { nodeNameToMetaVictims: { a: { pods: [{ uid: 'u1' }], numPDBViolations: 1 } } };
    const agreed = httpExtender(config, answering(victims).surroundings).preempt?.(testPod({}), new Map());
    assert.deepEqual(agreed, new Map([['a', { podUids: ['u1'], pdbViolations: 1 }]]));
  });

  it('is interested in pods that ask for what it manages, in all where it manages nothing in particular', () => {
    const { surroundings } = answering({});
    const gpu = testPod({ requests: { 'example.com/gpu': '1' } });
    const picky = httpExtender(
      { ...config, managedResources: [{ name: 'example.com/gpu', ignoredByScheduler: false }] },
      surroundings,
    );
    assert.equal(picky.isInterested(gpu), true);
    assert.equal(picky.isInterested(testPod({})), false);
    assert.equal(httpExtender(config, surroundings).isInterested(testPod({})), true);
  });

  const faults = [
    ['an error of its own', answering({ error: 'out of order' }), /out of order/],
    ['another status than 200', answering({}, 500), /HTTP status 500/],
    ['something that is no JSON', answering('<html>'), /filter answered/],
    ['fields of another type', answering({ nodenames: 'a' }), /nodenames/],
  ] as const;
  for (const [what, { surroundings }, message] of faults) {
    it(`fails with ${what}`, () => {
      const extender = httpExtender(config, surroundings);
      assert.throws(
        () => extender.filter?.(testPod({}), ['a']),
        (error) => error instanceof ExtenderError && message.test(error.message),
      );
    });
  }

  it('has time limits as Go writes them', () => {
    assert.deepEqual(['100ms', '5s', '1.5m'].map(durationMs), [100, 5000, 90_000]);
  });
});
