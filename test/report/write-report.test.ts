import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LabError } from '../../src/lab/errors.ts';
import { ReportError } from '../../src/report/errors.ts';
import { writeReport } from '../../src/report/write-report.ts';
import { syntheticRun, toJsonLines } from '../support/synthetic-run.ts';

const lean = { kernels: ['host'], services: [1], rounds: 2, requests: 10, measures: ['new-flow', 'crr'] } as const;
const records = [...syntheticRun(lean)];
const text = toJsonLines(records);
const program = fileURLToPath(new URL('./programs/report.ts', import.meta.url));

describe('writing a report', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kubedyno-report-'));
    writeFileSync(join(folder, 'results.jsonl'), text);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('makes the files of the formats asked for, and touches nothing else', async () => {
    const { paths } = await writeReport(folder, ['md', 'csv']);
    assert.deepEqual(
      paths,
      ['report.md', 'summary.csv', 'slices.csv'].map((name) => join(folder, name)),
    );
    assert.deepEqual(readdirSync(folder).sort(), ['report.md', 'results.jsonl', 'slices.csv', 'summary.csv']);
    assert.equal(readFileSync(join(folder, 'results.jsonl'), 'utf8'), text);
  });

  it('replaces an older report', async () => {
    writeFileSync(join(folder, 'report.md'), 'old');
    await writeReport(folder, ['md']);
    assert.match(readFileSync(join(folder, 'report.md'), 'utf8'), /^# Service data planes/);
  });

  it('refuses an unknown format and lists the known, before it reads anything', async () => {
    await assert.rejects(writeReport(join(folder, 'nowhere'), ['html', 'pdf']), (error) => {
      assert.ok(error instanceof ReportError);
      assert.equal(error.message, 'unknown report format "pdf"; known are: html, md, csv, json');
      assert.equal(error.exitCode, 64);
      return true;
    });
  });

  it('tells of a killed run, and of the line that was cut off', async () => {
    const file = join(folder, 'results.jsonl');
    truncateSync(file, statSync(file).size - 20);
    const { summary } = await writeReport(folder, ['md']);
    assert.deepEqual(summary.ending, { state: 'unfinished', tornLine: records.length });
    assert.match(
      readFileSync(join(folder, 'report.md'), 'utf8'),
      new RegExp(`no end record.*Line ${records.length} of results\\.jsonl was cut off.*kubedyno resume`),
    );
  });

  it('takes a resumed run as one: the end that counts is the last', async () => {
    const slice = records.find((record) => record.type === 'slice');
    appendFileSync(join(folder, 'results.jsonl'), toJsonLines(slice === undefined ? [] : [slice]));
    assert.equal((await writeReport(folder, ['json'])).summary.ending.state, 'unfinished');
    appendFileSync(
      join(folder, 'results.jsonl'),
      toJsonLines([{ type: 'end', endedAt: '2026-11-23T10:00:00Z', status: 'interrupted', message: 'Ctrl-C' }]),
    );
    const { summary } = await writeReport(folder, ['md']);
    assert.equal(summary.ending.state, 'interrupted');
    assert.match(readFileSync(join(folder, 'report.md'), 'utf8'), /was interrupted: Ctrl-C/);
  });

  it('names file and line of damage', async () => {
    appendFileSync(join(folder, 'results.jsonl'), 'garbage\n');
    await assert.rejects(writeReport(folder), (error) => {
      assert.ok(error instanceof LabError);
      assert.match(error.message, new RegExp(`results\\.jsonl:${records.length + 1}: not JSON`));
      return true;
    });
    const stray = records.map((record) => (record.type === 'slice' ? { ...record, arm: 'mystery' } : record));
    writeFileSync(join(folder, 'results.jsonl'), toJsonLines(stray));
    await assert.rejects(
      writeReport(folder),
      /line 4: a slice of arm "mystery", which the record of kernel "host" does not/,
    );
    writeFileSync(join(folder, 'results.jsonl'), toJsonLines(records.filter(({ type }) => type !== 'kernel')));
    await assert.rejects(
      writeReport(folder),
      /line 3: a slice of kernel "host", of which no kernel record came before/,
    );
  });

  it('says what is in the way, and leaves no half-written file', async () => {
    mkdirSync(join(folder, 'report.md'));
    await assert.rejects(writeReport(folder, ['md']), /report\.md: a folder of that name is in the way/);
    assert.deepEqual(readdirSync(folder).sort(), ['report.md', 'results.jsonl']);
  });
});

describe('the report verb', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'kubedyno-report-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  function run(args: readonly string[]): { status: number | null; out: string; err: string } {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', program, ...args], {
      encoding: 'utf8',
    });
    return { status, out: stdout, err: stderr };
  }
  /** Runs the verb on `path` in a mount namespace of its own, after `setUp`; `left` is what the folder then holds. */
  function runOnDisk(
    path: string,
    setUp: string,
    format: string,
  ): { status: number | null; err: string; left: string[] } {
    const script = `${setUp} && { "$@"; code=$?; ls -A "$0"; exit $code; }`;
    const verb = [process.execPath, '--import', 'tsx', program, path, '--format', format];
    const { status, stdout, stderr } = spawnSync(
      'unshare',
      ['--user', '--map-root-user', '--mount', 'sh', '-c', script, path, ...verb],
      {
        encoding: 'utf8',
      },
    );
    return { status, err: stderr, left: stdout.trimEnd().split('\n') };
  }
  function skipWithoutMounts(context: Mocha.Context): void {
    if (spawnSync('unshare', ['--user', '--map-root-user', '--mount', 'true']).status !== 0) context.skip();
  }
  function runFolder(name: string, content: string): string {
    const path = join(folder, name);
    mkdirSync(path);
    writeFileSync(join(path, 'results.jsonl'), content);
    return path;
  }

  it('prints the paths and ends with 0', () => {
    const { status, out, err } = run([runFolder('good', text), '--format', 'md,json']);
    assert.deepEqual([status, err], [0, '']);
    assert.match(out, /good\/report\.md\n.*good\/report\.json\n$/);
  });

  it('ends with 2 and says why when no slice is valid', () => {
    const voided = [...syntheticRun({ ...lean, voidShare: 1 })];
    const { status, err } = run([runFolder('void', toJsonLines(voided)), '--format', 'md']);
    assert.equal(status, 2);
    assert.match(err, /No slice of this run is valid/);
    const markdown = readFileSync(join(folder, 'void', 'report.md'), 'utf8');
    assert.match(markdown, /the generator (was late|had 61 % of its core)/);
    assert.match(markdown, /all 2 slices void|its slice is void/);
  });

  it('ends with 64 for a run that is not there and for an unknown format', () => {
    const missing = run([join(folder, 'none')]);
    assert.equal(missing.status, 64);
    assert.match(missing.err, /there is no such run/);
    const unknown = run([folder, '--format', 'pdf']);
    assert.equal(unknown.status, 64);
    assert.match(unknown.err, /unknown report format "pdf"; known are/);
  });

  it('ends with 1 on a full disk and leaves nothing half-written (needs user namespaces)', function () {
    skipWithoutMounts(this);
    const path = runFolder('full', '');
    const source = join(runFolder('source', text), 'results.jsonl');
    // Room for the results and two pages more: the first report may fit, all of them cannot.
    const kilobytes = 4 * Math.ceil(Buffer.byteLength(text) / 4096) + 8;
    const disk = `mount -t tmpfs -o size=${kilobytes}k tmpfs ${path} && cp ${source} ${path}/`;
    const { status, err, left } = runOnDisk(path, disk, 'csv');
    assert.match(err, /(summary|slices)\.csv: the disk is full; free some space/);
    assert.equal(status, 1);
    assert.ok(left.includes('results.jsonl') && left.every((name) => !name.startsWith('.')), left.join());
  });

  it('ends with 1 on a read-only file system (needs user namespaces)', function () {
    skipWithoutMounts(this);
    const path = runFolder('fixed', text);
    const { status, err, left } = runOnDisk(
      path,
      `mount --bind ${path} ${path} && mount -o remount,bind,ro ${path}`,
      'md',
    );
    assert.match(err, /report\.md: the file system is read-only/);
    assert.equal(status, 1);
    assert.deepEqual(left, ['results.jsonl']);
  });
});
