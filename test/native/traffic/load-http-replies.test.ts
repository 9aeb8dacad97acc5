import assert from 'node:assert/strict';
import { compileNative, type NativeProgram } from '../../support/native-program.ts';

const ok = 'HTTP/1.1 200 OK\r\n';

describe('the load engine reads HTTP replies', () => {
  let program: NativeProgram;

  before(function () {
    this.timeout(60_000);
    program = compileNative(
      ['test/native/traffic/programs/load-replies.cc', 'native/traffic/load-http.cc'],
      ['native/traffic'],
    );
  });
  after(() => program.remove());

  it('the same way however the stream is cut, damaged or not, within its bounds (sanitizers)', function () {
    this.timeout(60_000);
    const complete = Number(program.run('', '20000'));
    assert.ok(complete > 3000, `only ${complete} replies were complete: the streams test nothing`);
  });

  // State, state if the peer closed now, status, and what becomes of the connection.
  const cases: readonly (readonly [string, string, string])[] = [
    ['with a length', `${ok}Content-Length: 2\r\n\r\nok`, 'complete malformed 200 keep'],
    ['with bytes missing', `${ok}Content-Length: 3\r\n\r\nok`, 'more malformed 200 keep'],
    ['with bytes too many', `${ok}Content-Length: 1\r\n\r\nok`, 'malformed malformed 200 keep'],
    ['without a body', `${ok}Content-Length: 0\r\n\r\n`, 'complete malformed 200 keep'],
    ['that end with the connection', `${ok}\r\nall there is`, 'more complete 200 close'],
    ['in chunks', `${ok}Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`, 'complete malformed 200 keep'],
    ['in broken chunks', `${ok}Transfer-Encoding: chunked\r\n\r\n2\r\nokay\r\n`, 'malformed malformed 200 keep'],
    ['in chunks of no number', `${ok}Transfer-Encoding: chunked\r\n\r\nzz\r\n`, 'malformed malformed 200 keep'],
    ['that say no', 'HTTP/1.1 503 Sorry\r\nContent-Length: 0\r\n\r\n', 'complete malformed 503 keep'],
    ['that close', `${ok}Connection: close\r\nContent-Length: 0\r\n\r\n`, 'complete malformed 200 close'],
    ['of HTTP/1.0, which close', 'HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n', 'complete malformed 200 close'],
    ['with a word before', 'HTTP/1.1 103 Hints\r\n\r\nHTTP/1.1 204 None\r\n\r\n', 'complete malformed 204 keep'],
    [
      'with two lengths that differ',
      `${ok}Content-Length: 1\r\nContent-Length: 2\r\n\r\n`,
      'malformed malformed 200 keep',
    ],
    ['with a negative length', `${ok}Content-Length: -1\r\n\r\n`, 'malformed malformed 200 keep'],
    ['of another protocol', 'SSH-2.0-OpenSSH\r\n', 'malformed malformed 0 keep'],
    ['with a head without end', `${ok}${'A: b\r\n'.repeat(20_000)}`, 'malformed malformed 200 keep'],
    ['with a header of no name', `${ok}: x\r\n\r\n`, 'malformed malformed 200 keep'],
  ];
  for (const [name, stream, outcome] of cases) {
    it(name, () => {
      assert.equal(program.run(stream), outcome);
    });
  }
});
