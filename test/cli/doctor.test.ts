import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { Diagnosis } from '../../src/cli/doctor-text.ts';
import { needGuest } from '../support/kernel.ts';
import { descendantsOf, kubedyno, remaining, startKubedyno } from '../support/kubedyno.ts';
import { needNetns } from '../support/namespaces.ts';

describe('kubedyno doctor', function () {
  this.timeout(90_000);
  before(function () {
    needNetns(this);
    needGuest(this);
  });

  it('asks both kernels, says nothing beside the answer, and leaves nothing running', async () => {
    const { child, ended } = startKubedyno('doctor', '--json');
    await delay(2000);
    const processes = descendantsOf(child.pid ?? 0);
    assert.ok(processes.length > 0);
    const { code, stdout, stderr } = await ended;
    assert.equal(code, 0);
    assert.equal(stderr, '');
    const { kernels } = JSON.parse(stdout) as { readonly kernels: readonly Diagnosis[] };
    assert.deepEqual(
      kernels.map(({ kernel }) => kernel),
      ['host', 'uml'],
    );
    const [host, guest] = kernels;
    assert.notEqual(host?.release, guest?.release);
    for (const arm of ['direct', 'userspace']) assert.ok(host?.measures.includes(arm), arm);
    for (const arm of ['direct', 'iptables-legacy', 'ipvs-rr', 'ipvs-mh'])
      assert.ok(guest?.measures.includes(arm), arm);
    for (const { arms, reason, remedy } of kernels.flatMap(({ hindrances }) => hindrances)) {
      assert.ok(arms.length > 0 && reason !== '' && remedy !== '', `${arms}: ${reason}; ${remedy}`);
    }
    assert.deepEqual(await remaining(processes), []);
  });

  it('explains itself, and takes no other words', async () => {
    const help = await kubedyno('doctor', '--help');
    assert.equal(help.code, 0);
    assert.match(help.stdout, /kubedyno doctor --json/);
    assert.equal((await kubedyno('doctor', '--now')).code, 64);
  });
});
