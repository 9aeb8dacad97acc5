import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { InputError } from '../../src/api/index.ts';
import { proxyCommand } from '../../src/cli/proxy-rules.ts';

const web = fileURLToPath(new URL('../../examples/web.yaml', import.meta.url));

async function run(...args: readonly string[]): Promise<{ out: string; err: string }> {
  const [out, err] = [new PassThrough(), new PassThrough()];
  await proxyCommand({ out, err })
    .exitOverride()
    .parseAsync(['rules', '-f', web, ...args], { from: 'user' });
  out.end();
  err.end();
  return { out: await text(out), err: await text(err) };
}

describe('kubedyno proxy rules', () => {
  it('prints iptables tables unless told otherwise', async () => {
    const { out, err } = await run();
    assert.match(out, /^\*filter\n/);
    assert.match(out, /-A KUBE-SERVICES -d 10\.96\.1\.0\/32 -p tcp .*"default\/web:http cluster IP"/);
    assert.equal(err, '');
  });

  it('prints the mode and the scheduler that are asked for', async () => {
    assert.match((await run('--mode', 'nftables')).out, /^add table ip kube-proxy /);
    assert.match((await run('--mode', 'ipvs', '--scheduler', 'sed')).out, /^-A -t 10\.96\.1\.0:80 -s sed$/m);
  });

  it('pads with other Services, the same for the same seed', async () => {
    const padded = (seed: string) => run('--mode', 'ipvs', '--services', '12', '--position', 'first', '--seed', seed);
    const { out } = await padded('7');
    assert.equal(out.match(/^-A -/gm)?.length, 12);
    assert.equal(out, (await padded('7')).out);
    assert.notEqual(out, (await padded('8')).out);
  });

  it('prints JSON for programs', async () => {
    const printed: unknown = JSON.parse((await run('--json', '--mode', 'nftables')).out);
    assert.ok(
      typeof printed === 'object' && printed !== null && 'services' in printed && Array.isArray(printed.services),
    );
    assert.equal(printed.services.length, 2);
  });

  it('prints remarks beside the rules', async () => {
    const lab = fileURLToPath(new URL('../../examples', import.meta.url));
    const { err } = await run('-f', lab).catch((error: unknown) => ({ err: String(error) }));
    assert.match(err, /Service default\/web is already defined at .*web\.yaml/);
  });

  const refused: readonly (readonly [what: string, args: string[], message: RegExp])[] = [
    ['an unknown mode', ['--mode', 'ebpf'], /^unknown mode 'ebpf'; allowed: iptables, iptables-legacy, /],
    ['an unknown scheduler', ['--scheduler', 'lifo'], /^unknown scheduler 'lifo'; allowed: rr, wrr, /],
    ['no Services at all', ['--services', '0'], /^--services 0 is out of range; allowed: 1 to 200000$/],
    ['fewer Services than there are', ['--services', '1'], /^a total of 1 Service ports is less than the 2 /],
    ['a count that is none', ['--services', 'ten'], /^'ten' is not a whole number$/],
  ];
  for (const [what, args, message] of refused) {
    it(`refuses ${what} with exit code 64`, () =>
      assert.rejects(run(...args), (error) => {
        assert.ok(error instanceof InputError, String(error));
        assert.equal(error.exitCode, 64);
        assert.match(error.message, message);
        return true;
      }));
  }
});
