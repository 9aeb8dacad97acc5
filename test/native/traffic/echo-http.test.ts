import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import http from 'node:http';
import { text } from 'node:stream/consumers';
import { port, withEcho } from '../../support/echo.ts';
import { needNetns } from '../../support/namespaces.ts';
import { TcpClient } from '../../support/tcp-client.ts';

const framing = { kind: 'http', path: '/' } as const;
const body = 'kubedyno\n';

async function request(agent: http.Agent, options: http.RequestOptions, content = ''): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    http
      .request({ host: '127.0.0.1', port, agent, ...options }, resolve)
      .on('error', reject)
      .end(content);
  });
}

describe('TCP echo backends with HTTP framing', () => {
  before(function () {
    needNetns(this);
  });

  it("answer Node's client on one kept connection", () =>
    withEcho({ framing }, async (server) => {
      const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
      const ports = new Set<number | undefined>();
      for (let number = 0; number < 20; number++) {
        const reply = await request(agent, { path: `/${number}` });
        assert.equal(reply.statusCode, 200);
        ports.add(reply.socket.localPort);
        assert.equal(await text(reply), body);
      }
      agent.destroy();
      assert.equal(ports.size, 1);
      assert.deepEqual(server.counts(), [20]);
    }));

  it('skip the body of a request', () =>
    withEcho({ framing }, async (server) => {
      const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
      for (const bytes of [0, 1, 100_000]) {
        const headers = { 'Content-Length': bytes };
        const reply = await request(agent, { method: 'POST', headers }, '\r\n\r\n'.repeat(bytes).slice(0, bytes));
        assert.equal(await text(reply), body);
      }
      agent.destroy();
      assert.deepEqual(server.counts(), [3]);
    }));

  for (const [name, head] of [
    ['Connection: close', 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'],
    ['HTTP/1.0', 'GET / HTTP/1.0\r\n\r\n'],
  ] as const) {
    it(`close after the reply to ${name}, and say so`, () =>
      withEcho({ framing }, async () => {
        const client = await TcpClient.connect('127.0.0.1', port);
        const reply = (await client.send(head).rest()).toString();
        client.destroy();
        assert.match(reply, /^HTTP\/1\.1 200 OK\r\n/);
        assert.match(reply, /\r\nConnection: close\r\n/);
        assert.ok(reply.endsWith(`\r\n\r\n${body}`));
      }));
  }

  it('answer pipelined requests, and only the last says that the connection ends', () =>
    withEcho({ framing }, async (server) => {
      const client = await TcpClient.connect('127.0.0.1', port);
      const usual = 'GET / HTTP/1.1\r\n\r\n';
      const last = 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n';
      const replies = (await client.send(usual.repeat(9) + last).rest()).toString();
      client.destroy();
      assert.equal(replies.split('HTTP/1.1 200 OK\r\n').length - 1, 10);
      assert.equal(replies.split('Connection: close\r\n').length - 1, 1);
      assert.ok(replies.lastIndexOf('HTTP/1.1 200 OK') < replies.indexOf('Connection: close'));
      assert.deepEqual(server.counts(), [10]);
    }));

  for (const [name, bytes] of [
    ['what is not HTTP', 'hello\r\n\r\n'],
    ['a chunked body', 'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['HEAD', 'HEAD / HTTP/1.1\r\n\r\n'],
    ['a head without end', `GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}`],
  ] as const) {
    it(`reject ${name} and close`, () =>
      withEcho({ framing }, async (server) => {
        const client = await TcpClient.connect('127.0.0.1', port);
        assert.match((await client.send(bytes).rest()).toString(), /^HTTP\/1\.1 400 Bad Request\r\n/);
        client.destroy();
        assert.deepEqual(server.counts(), [0]);
      }));
  }

  it('answer curl, twice on one connection', () =>
    withEcho({ framing }, async () => {
      const url = `http://127.0.0.1:${port}/a`;
      const format = '%{http_code} %{num_connects}\n';
      const written = execFileSync('curl', ['--silent', '--write-out', format, url, url], { encoding: 'utf8' });
      assert.equal(written, `${body}200 1\n${body}200 0\n`);
    }));
});
