import { execFileSync } from 'node:child_process';
import { needCompiler, sanitizedProgram, sourcesIn } from '../../support/native-compile.ts';

describe('rtnetlink replies, under sanitizers', function () {
  this.timeout(120_000);

  before(function () {
    needCompiler(this);
  });

  it('true ones are read, damaged ones are errors, and addresses have one text form', async () => {
    const sources = [
      'test/native/netns/link-messages-check.cc',
      'native/netns/link-messages.cc',
      'native/netns/net-address.cc',
      ...sourcesIn('native/common'),
    ];
    execFileSync(await sanitizedProgram('link-messages-check', sources), { stdio: ['ignore', 'ignore', 'pipe'] });
  });
});
