import assert from 'node:assert/strict';
import { compileNative } from '../../support/native-program.ts';

describe('the echo backends read requests', () => {
  it('the same way however the stream is cut, damaged or not, within its bounds (sanitizers)', function () {
    this.timeout(60_000);
    const program = compileNative(
      ['test/native/traffic/programs/echo-requests.cc', 'native/traffic/echo-request.cc'],
      ['native/traffic'],
    );
    try {
      const requests = Number(program.run('', '20000'));
      assert.ok(requests > 20_000, `only ${requests} requests were understood: the streams test nothing`);
    } finally {
      program.remove();
    }
  });
});
