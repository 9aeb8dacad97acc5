import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../native/load.ts';
import { needCompiler, sanitizedProgram, sourcesIn } from '../../support/native-compile.ts';

const seed = '1';
const mutations = 60_000;

describe('IPVS reply parser under AddressSanitizer and UndefinedBehaviorSanitizer', function () {
  this.timeout(120_000);

  before(function () {
    needCompiler(this);
  });

  it('takes every cut and mutated real reply as a value or as malformed, and nothing else', async () => {
    const fuzz = 'test/native/ipvs/fuzz';
    const program = await sanitizedProgram('mutate-replies', [
      `${fuzz}/mutate-replies.cc`,
      `${fuzz}/reply-target.cc`,
      ...sourcesIn('native/common'),
      'native/ipvs/replies.cc',
    ]);
    const corpus = join(packageRoot(), 'test/native/ipvs/corpus');
    const files = readdirSync(corpus).filter((name) => name.endsWith('.bin'));
    const paths = files.map((name) => join(corpus, name));
    const output = execFileSync(program, [seed, String(mutations), ...paths], { encoding: 'utf8' });
    const { cuts, mutations: done, rejected } = JSON.parse(output);
    assert.equal(files.length, 8);
    assert.ok(cuts > 5_000, `${cuts} cuts`);
    assert.equal(done, mutations);
    // Both kinds of outcome must be common, or the mutations would not reach the parser's depths.
    assert.ok(rejected > mutations / 10 && rejected < (mutations * 9) / 10, `${rejected} rejected`);
  });
});
