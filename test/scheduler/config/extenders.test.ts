import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { planScheduler } from '../../../src/scheduler/config/read-config.ts';
import { schedulerConfigSchema } from '../../../src/scheduler/config/scheduler-config.ts';
import { pluginRegistry } from '../../../src/scheduler/plugins/registry.ts';
import { SchedulingSession } from '../../../src/scheduler/session.ts';
import { testNode, testPod } from '../support/objects.ts';

/**
 * On a thread of its own, because requests block this one. It keeps node a away, likes node c, and writes down what
 * it is asked; under /broken it only fails.
 */
const serverSource = `
const { createServer } = require('node:http');
const { parentPort } = require('node:worker_threads');
const log = [];
const answers = {
  '/filter': ({ nodenames }) => ({
    nodenames: nodenames.filter((name) => name !== 'a'),
    failedNodes: { a: 'too far' },
  }),
  '/none': ({ nodenames }) => ({
    nodenames: [],
    failedNodes: Object.fromEntries(nodenames.map((name) => [name, 'not today'])),
  }),
  '/prioritize': ({ nodenames }) => nodenames.map((host) => ({ host, score: host === 'c' ? 10 : 0 })),
  '/bind': () => ({}),
  '/log': () => log,
};
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => { body += chunk; });
  request.on('end', () => {
    const args = body === '' ? {} : JSON.parse(body);
    const answer = answers[request.url];
    if (request.url !== '/log') log.push([request.url, args.pod ? args.pod.metadata.name : args.podName + ' to ' + args.node]);
    response.statusCode = answer === undefined ? 500 : 200;
    response.end(JSON.stringify(answer === undefined ? {} : answer(args)));
  });
});
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

describe('extenders behind HTTP', () => {
  let server: Worker;
  let urlPrefix: string;
  let seen = 0;
  beforeEach(async () => {
    server = new Worker(serverSource, { eval: true, execArgv: [] });
    const [port] = await once(server, 'message');
    urlPrefix = `http://127.0.0.1:${port}`;
    seen = 0;
  });
  afterEach(async () => {
    await server.terminate();
  });

  function sessionOf(...extenders: readonly object[]): SchedulingSession {
    const config = schedulerConfigSchema.parse({
      apiVersion: 'kubescheduler.config.k8s.io/v1',
      kind: 'KubeSchedulerConfiguration',
      extenders: extenders.map((extender) => ({ urlPrefix, nodeCacheCapable: true, httpTimeout: '5s', ...extender })),
    });
    const session = new SchedulingSession({ plan: planScheduler(config, {}, pluginRegistry), tieBreak: 'first' });
    for (const name of ['a', 'b', 'c']) session.put(testNode({ name }));
    session.put(testPod({ name: 'pod', requests: { cpu: '1' } }));
    return session;
  }

  function attempt(session: SchedulingSession): string {
    const attempts: string[] = [];
    session.drain((made) => {
      if (made.kind === 'scheduled') attempts.push(made.nodeName);
      else if (made.kind === 'unschedulable') attempts.push(made.message);
      else attempts.push(made.kind === 'error' ? made.error.message : made.kind);
    });
    session.close();
    return attempts.join('; ');
  }

  async function newRequests(): Promise<unknown[]> {
    const reply = await fetch(`${urlPrefix}/log`);
    const all = (await reply.json()) as unknown[];
    const fresh = all.slice(seen);
    seen = all.length;
    return fresh;
  }

  it('take nodes away that the plugins have left', async () => {
    assert.equal(attempt(sessionOf({ filterVerb: 'filter' })), 'b');
    assert.deepEqual(await newRequests(), [['/filter', 'pod']]);
  });

  it('that take away all nodes leave the pod waiting, with their reason', () => {
    assert.match(attempt(sessionOf({ filterVerb: 'none' })), /^0\/3 nodes are available: 3 not today\./);
  });

  it('add ten times their weight for each point, to be set against what plugins say', () => {
    for (const [weight, node] of [
      [2, 'b'],
      [4, 'c'],
    ] as const) {
      const session = sessionOf({ filterVerb: 'filter', prioritizeVerb: 'prioritize', weight });
      // Costs it the 300 points of TaintToleration.
      session.put(testNode({ name: 'c', taints: ['old:PreferNoSchedule'] }));
      assert.equal(attempt(session), node);
    }
  });

  it('are asked for scores after all of them have filtered', async () => {
    assert.equal(attempt(sessionOf({ filterVerb: 'filter', prioritizeVerb: 'prioritize', weight: 1 })), 'c');
    assert.deepEqual(await newRequests(), [
      ['/filter', 'pod'],
      ['/prioritize', 'pod'],
    ]);
  });

  it('bind pods in place of the binder', async () => {
    const session = sessionOf({ bindVerb: 'bind' });
    assert.equal(attempt(session), 'a');
    assert.deepEqual(await newRequests(), [['/bind', 'pod to a']]);
    assert.equal(session.api.boundCount, 0, 'the default binder was not asked');
  });

  it('that fail make the attempt fail, and the room stays free', () => {
    const filtering = sessionOf({ filterVerb: 'broken' });
    assert.match(attempt(filtering), /^extender http:.*: broken answered with HTTP status 500$/);
    assert.equal(filtering.scheduler.queue.counts.backoff, 1);
    const binding = sessionOf({ bindVerb: 'broken' });
    assert.match(attempt(binding), /^extender http:.*: broken answered with HTTP status 500$/);
    assert.equal(binding.scheduler.cluster.assignedPodCount, 0);
    assert.equal(binding.scheduler.queue.counts.backoff, 1);
  });

  it('that fail and may be ignored are', () => {
    assert.equal(attempt(sessionOf({ filterVerb: 'broken', ignorable: true })), 'a');
    assert.equal(attempt(sessionOf({ prioritizeVerb: 'broken', weight: 1 })), 'a', 'scores are never indispensable');
  });

  it('are not asked for pods that want nothing of what they manage', async () => {
    const managedResources = [{ name: 'example.com/gpu' }];
    assert.equal(attempt(sessionOf({ filterVerb: 'filter', managedResources })), 'a');
    assert.deepEqual(await newRequests(), []);
  });
});
