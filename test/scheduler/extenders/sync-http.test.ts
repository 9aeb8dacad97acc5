import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { SyncHttp } from '../../../src/scheduler/extenders/sync-http.ts';

/** A server on a thread of its own: requests that block leave this one no time to answer. */
const serverSource = `
const { createServer } = require('node:http');
const { parentPort } = require('node:worker_threads');
const server = createServer((request, response) => {
  if (request.url === '/silent') return;
  let body = '';
  request.on('data', (chunk) => { body += chunk; });
  request.on('end', () => {
    response.statusCode = request.url === '/fails' ? 503 : 200;
    response.end(request.method + ' ' + request.headers['content-type'] + ' ' + body);
  });
});
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

describe('requests that block', () => {
  let server: Worker;
  let base: string;
  const http = new SyncHttp();
  before(async () => {
    server = new Worker(serverSource, { eval: true, execArgv: [] });
    const [port] = await once(server, 'message');
    base = `http://127.0.0.1:${port}`;
  });
  after(async () => {
    http.close();
    await server.terminate();
  });

  it('bring what was answered, one after the other', () => {
    for (const body of ['one', 'two', 'x'.repeat(100_000)]) {
      const reply = http.post({ url: `${base}/`, body, timeoutMs: 5000 });
      assert.deepEqual(reply, { kind: 'answered', status: 200, body: `POST application/json ${body}` });
    }
  });

  it('bring refusals as they are', () => {
    const reply = http.post({ url: `${base}/fails`, body: '', timeoutMs: 5000 });
    assert.equal(reply.kind === 'answered' && reply.status, 503);
  });

  it('end at their time limit, and the next one works', () => {
    assert.equal(http.post({ url: `${base}/silent`, body: '', timeoutMs: 50 }).kind, 'failed');
    assert.equal(http.post({ url: `${base}/`, body: '', timeoutMs: 5000 }).kind, 'answered');
  });

  it('say why there is no connection', () => {
    const reply = http.post({ url: 'http://127.0.0.1:1/', body: '', timeoutMs: 5000 });
    assert.ok(reply.kind === 'failed' && reply.reason !== '');
  });
});
