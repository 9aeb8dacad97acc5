import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { packageRoot } from '../../native/load.ts';
import { readRecords } from '../../src/lab/read-records.ts';
import type { ResultRecord, SliceRecord } from '../../src/lab/records.ts';
import { descendantsOf, hostNetwork, kubedyno, remaining, startKubedyno } from '../support/kubedyno.ts';
import { needNetns } from '../support/namespaces.ts';

const box = (minRounds: number): string => `seconds: 0.1, minRounds: ${minRounds}, maxRounds: ${minRounds}`;

/** A lab that takes seconds; `rounds` of packets make it last for as long as a test needs. */
function smallLab(arms: string, rounds = 2): string {
  return `apiVersion: kubedyno.dev/v1alpha1
kind: Lab
metadata: { name: small }
spec:
  manifests: [web.yaml]
  services: [1, 20]
  positions: [first, last]
  arms: [${arms}]
  programming: { ${box(1)} }
  packetCost: { ${box(rounds)}, packetsPerSlice: 256 }
  latency: { ${box(1)}, sliceMs: 30, connections: 4 }
  balance: { ${box(1)}, sliceMs: 200 }
  scheduling: { ${box(2)}, profiles: [default, no-scoring], nodes: 20, pods: 100 }
`;
}

const hostArms = '{mode: direct}, {mode: userspace}, {mode: iptables-legacy}, {mode: iptables-nft}, {mode: nftables}';

async function recordsOf(folder: string): Promise<ResultRecord[]> {
  const records: ResultRecord[] = [];
  for await (const line of readRecords(join(folder, 'results.jsonl')))
    if (line.kind === 'record') records.push(line.record);
  return records;
}

function slicesOf(records: readonly ResultRecord[]): SliceRecord[] {
  return records.filter((record) => record.type === 'slice');
}

describe('kubedyno run', function () {
  this.timeout(120_000);
  let folder: string;
  let network: string;

  before(function () {
    needNetns(this);
    network = hostNetwork();
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kubedyno-test-'));
    cpSync(join(packageRoot(), 'examples', 'web.yaml'), join(folder, 'web.yaml'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
    assert.equal(hostNetwork(), network, 'the network of the machine has changed');
  });

  const lab = (text: string): string => {
    const file = join(folder, 'lab.yaml');
    writeFileSync(file, text);
    return file;
  };
  const out = (): string => join(folder, 'out');
  const runFolder = (): string => join(out(), readdirSync(out())[0] ?? '');

  /** Waits until the run has slices on disk, so that it can be disturbed in the middle. */
  async function underWay(): Promise<void> {
    for (let tries = 0; tries < 600; tries++) {
      if (existsSync(out()) && readdirSync(out()).length > 0) {
        const file = join(runFolder(), 'results.jsonl');
        if (existsSync(file) && readFileSync(file, 'utf8').includes('"measure":"new-flow"')) return;
      }
      await delay(50);
    }
    assert.fail('the run never came to its first packets');
  }

  it('measures every arm on each kernel that has it, and writes all reports', async () => {
    const ended = await kubedyno(
      'run',
      lab(smallLab(`${hostArms}, {mode: ipvs, schedulers: [rr, sh]}`)),
      '--out',
      out(),
    );
    assert.equal(ended.code, 0, ended.stderr + ended.stdout);
    const records = await recordsOf(runFolder());
    const arms = (kernel: string): string[] => [
      ...new Set(
        slicesOf(records)
          .filter((slice) => slice.kernel === kernel)
          .map(({ arm }) => arm),
      ),
    ];
    assert.deepEqual(arms('host').sort(), [
      'direct',
      'direct-control',
      'iptables-legacy',
      'iptables-nft',
      'nftables',
      'userspace',
    ]);
    assert.deepEqual(arms('uml').sort(), [
      'direct',
      'direct-control',
      'iptables-legacy',
      'ipvs-rr',
      'ipvs-sh',
      'userspace',
    ]);
    for (const slice of slicesOf(records)) {
      if (slice.measure === 'new-flow') assert.equal(slice.values.delivered, slice.samples, JSON.stringify(slice));
      if (slice.backends !== undefined) {
        const answered = slice.backends.reduce((sum, count) => sum + count, 0);
        assert.ok(answered >= slice.samples, 'backends answered at least what the client counted in its window');
      }
    }
    for (const file of ['report.html', 'report.md', 'summary.csv', 'slices.csv']) {
      assert.ok(existsSync(join(runFolder(), file)), file);
    }
  });

  it('keeps what it has at Ctrl-C, and goes on from there', async () => {
    const { child, ended } = startKubedyno('run', lab(smallLab(hostArms, 400)), '--kernel', 'host', '--out', out());
    await underWay();
    const processes = descendantsOf(child.pid ?? 0);
    assert.ok(processes.length > 0);
    child.kill('SIGINT');
    const { code, stdout } = await ended;
    assert.equal(code, 1);
    assert.match(stdout, /interrupted.*kubedyno resume/s);
    const kept = slicesOf(await recordsOf(runFolder()));
    assert.ok(kept.length > 0);
    assert.deepEqual(await remaining(processes), []);

    const results = join(runFolder(), 'results.jsonl');
    // The lab that goes on is the one in the file: fewer rounds, so that the test ends.
    writeFileSync(
      results,
      readFileSync(results, 'utf8').replaceAll('"minRounds":400,"maxRounds":400', '"minRounds":2,"maxRounds":2'),
    );
    const resumed = await kubedyno('resume', runFolder());
    assert.equal(resumed.code, 0, resumed.stderr + resumed.stdout);
    const all = await recordsOf(runFolder());
    assert.ok(slicesOf(all).length > kept.length);
    const last = all.at(-1);
    assert.equal(last?.type === 'end' ? last.status : undefined, 'complete');
    assert.ok(slicesOf(all).some(({ measure }) => measure === 'balance'));
    const profiles = all.filter((record) => record.type === 'scheduling').map(({ profile }) => profile);
    assert.deepEqual(profiles.sort(), ['default', 'default', 'no-scoring', 'no-scoring']);
    const again = await kubedyno('resume', runFolder());
    assert.equal(again.code, 64);
    assert.match(again.stderr, /is complete/);
  });

  it('leaves nothing behind when it is killed', async () => {
    const { child, ended } = startKubedyno('run', lab(smallLab(hostArms, 400)), '--kernel', 'host', '--out', out());
    await underWay();
    const processes = descendantsOf(child.pid ?? 0);
    assert.ok(processes.length > 0);
    child.kill('SIGKILL');
    await ended;
    assert.deepEqual(await remaining(processes), []);
    const slices = slicesOf(await recordsOf(runFolder()));
    assert.ok(slices.length > 0);
    const report = await kubedyno('report', runFolder(), '--format', 'md');
    assert.equal(report.code, 0, report.stderr);
  });

  const wrong: readonly (readonly [what: string, args: (lab: string) => string[], message: RegExp])[] = [
    ['a lab that is not there', () => ['/nonexistent/lab.yaml'], /\/nonexistent\/lab\.yaml: cannot be read/],
    ['an unknown kernel', (file) => [file, '--kernel', 'bsd'], /auto, host, uml/],
    ['a seed that is no number', (file) => [file, '--seed', 'x'], /whole number/],
    ['a folder that cannot be made', (file) => [file, '--out', '/proc/nonexistent'], /--out DIR|\/proc\/nonexistent/],
    ['an unknown option', (file) => [file, '--fast'], /unknown option '--fast'/],
  ];
  for (const [what, args, message] of wrong) {
    it(`refuses ${what} before it measures anything`, async () => {
      const { code, stderr, stdout } = await kubedyno('run', ...args(lab(smallLab(hostArms))));
      assert.equal(code, 64, stderr);
      assert.match(stderr, message);
      assert.equal(stdout, '');
    });
  }
});
