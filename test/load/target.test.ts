import assert from 'node:assert/strict';
import { LoadError, parseTarget, resolveTarget } from '../../src/load/index.ts';

describe('a target', () => {
  const readings: readonly (readonly [string, ReturnType<typeof parseTarget>])[] = [
    ['10.96.0.1:80', { protocol: 'tcp', host: '10.96.0.1', port: 80 }],
    ['tcp://backend:7', { protocol: 'tcp', host: 'backend', port: 7 }],
    ['udp://[fd00::1]:53', { protocol: 'udp', host: 'fd00::1', port: 53 }],
    ['http://10.96.0.1', { protocol: 'http', host: '10.96.0.1', port: 80, path: '/' }],
    ['http://web:8080/a/b?c=d', { protocol: 'http', host: 'web', port: 8080, path: '/a/b?c=d' }],
  ];
  for (const [text, target] of readings) {
    it(`is read from ${text}`, () => {
      assert.deepEqual(parseTarget(text), target);
    });
  }

  const refusals: readonly (readonly [string, RegExp])[] = [
    ['', /it names no host/],
    ['http://', /it is not an address/],
    ['10.96.0.1', /names no port/],
    ['10.96.0.1:0', /port is 0/],
    ['10.96.0.1:70000', /port is not from 1 to 65535/],
    ['10.96.0.1:http', /port is not from 1 to 65535/],
    ['https://10.96.0.1', /'https:\/\/' is not a protocol/],
    ['tcp://10.96.0.1:80/path', /only an http:\/\/ target has a path/],
    ['http://user:secret@10.96.0.1', /must not hold a user name/],
  ];
  for (const [text, message] of refusals) {
    it(`is not '${text}'`, () => {
      assert.throws(
        () => parseTarget(text),
        (error) => {
          assert.ok(error instanceof LoadError);
          assert.equal(error.code, 'invalid-target');
          assert.match(error.message, message);
          assert.ok(error.message.includes(`'${text}'`));
          return true;
        },
      );
    });
  }

  it('that is an IP address needs no resolver', async () => {
    assert.deepEqual(await resolveTarget(parseTarget('[::1]:80')), { ip: '::1', port: 80 });
  });

  it('whose name nobody knows is refused by name', async () => {
    await assert.rejects(
      resolveTarget(parseTarget('no-such-host.invalid:80')),
      /'no-such-host.invalid' has no address/,
    );
  });
});
