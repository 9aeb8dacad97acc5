/** What only a process of its own can show: standard input, a reader that leaves, an interrupt, an error's one line. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { packageRoot } from '../../native/load.ts';
import { kubedyno, startKubedyno } from '../support/kubedyno.ts';
import { nodeYaml, podYaml, withFiles } from '../support/scheduler-verb.ts';

const program = join(packageRoot(), 'bin', 'kubedyno.js');

function listOfPods(pods: number): string {
  const resources = { requests: { cpu: '10m', memory: '10Mi' } };
  const items: unknown[] = Array.from({ length: 100 }, (_, place) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: `n${place}` },
    status: { allocatable: { cpu: '64', memory: '256Gi', pods: '1000' } },
  }));
  for (let place = 0; place < pods; place += 1) {
    const spec = { containers: [{ name: 'c', resources }] };
    items.push({ apiVersion: 'v1', kind: 'Pod', metadata: { name: `p${place}` }, spec });
  }
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

describe('kubedyno scheduler, as a process', () => {
  it('reads standard input, and tens of thousands of pods from it', async () => {
    const child = spawn(process.execPath, [program, 'scheduler', 'run', '-f', '-'], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const [out, ended] = [text(child.stdout), once(child, 'close')];
    child.stdin.end(listOfPods(30_000));
    assert.match(await out, /^30000 bound, 0 pending, 100 nodes$/m);
    assert.deepEqual(await ended, [0, null]);
  }).timeout(100_000);

  it('ends in silence when its reader has seen enough', () =>
    withFiles({ 'm.json': listOfPods(3000) }, async (pathOf) => {
      const { child, ended } = startKubedyno('scheduler', 'run', '-f', pathOf('m.json'), '--json');
      child.stdout?.once('data', () => child.stdout?.destroy());
      const { code, stderr } = await ended;
      assert.deepEqual([code, stderr], [0, '']);
    })).timeout(60_000);

  it('ends at once when it is interrupted', async () => {
    const { child, ended } = startKubedyno(
      'scheduler',
      'replay',
      '--nodes',
      '1000',
      '--pods',
      '100000',
      '--timed',
      '--json',
    );
    await new Promise((resolve) => setTimeout(resolve, 1500));
    child.kill('SIGINT');
    const { code, signal, stdout } = await ended;
    assert.deepEqual([code, signal, stdout], [null, 'SIGINT', '']);
  }).timeout(60_000);

  it('prints bad input as one message without a stack, and ends with 64', () =>
    withFiles({ 'm.yaml': nodeYaml('n') + podYaml('p', '-1') }, async (pathOf) => {
      const { code, stdout, stderr } = await kubedyno('scheduler', 'run', '-f', pathOf('m.yaml'));
      assert.deepEqual([code, stdout], [64, '']);
      assert.match(stderr, /^kubedyno: \S+m\.yaml:10:\d+: spec\.containers\[0\].*\n$/);
    })).timeout(60_000);

  it('ends with 64 for options that there are not, and with 0 for help', async () => {
    assert.equal((await kubedyno('scheduler', 'run', '--nonsense')).code, 64);
    assert.equal((await kubedyno('scheduler', 'nonsense')).code, 64);
    for (const verb of ['run', 'explain', 'compare', 'bench', 'replay']) {
      const { code, stdout } = await kubedyno('scheduler', verb, '--help');
      assert.equal(code, 0);
      assert.match(stdout, new RegExp(`Examples:\\n {2}kubedyno scheduler ${verb} `));
    }
  }).timeout(100_000);
});
