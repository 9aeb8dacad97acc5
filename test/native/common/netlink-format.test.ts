import { execFileSync } from 'node:child_process';
import { needCompiler, sanitizedProgram, sourcesIn } from '../../support/native-compile.ts';

describe('netlink format, under sanitizers', function () {
  this.timeout(120_000);

  before(function () {
    needCompiler(this);
  });

  it('reads what it writes and refuses what does not fit', async () => {
    const sources = ['test/native/common/netlink-format-check.cc', ...sourcesIn('native/common')];
    execFileSync(await sanitizedProgram('netlink-format-check', sources), { stdio: ['ignore', 'ignore', 'pipe'] });
  });
});
