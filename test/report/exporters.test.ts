import assert from 'node:assert/strict';
import type { ResultRecord } from '../../src/lab/records.ts';
import { exporters } from '../../src/report/registry.ts';
import { assertGolden } from '../support/golden.ts';
import { summaryOf, textOf } from '../support/summaries.ts';
import { syntheticRun } from '../support/synthetic-run.ts';
import { syntheticScheduling, withScheduling } from '../support/synthetic-scheduling.ts';

const arms = /^(direct|direct-control|iptables-legacy|nftables|ipvs-(rr|sh|nq))$/;

/** Small enough to look at, with everything that a report can show. */
const records: readonly ResultRecord[] = withScheduling(
  syntheticRun({ services: [1, 1000], rounds: 6, requests: 30, voidShare: 0.02, seed: 7 }),
  syntheticScheduling({ rounds: 6 }),
).flatMap((record): ResultRecord[] => {
  if (record.type === 'kernel') return [{ ...record, arms: record.arms.filter(({ id }) => arms.test(id)) }];
  return record.type === 'slice' && !arms.test(record.arm) ? [] : [record];
});

async function* all(): AsyncGenerator<ResultRecord> {
  yield* records;
}

async function filesOf(list: Iterable<ResultRecord>): Promise<Map<string, string>> {
  const summary = await summaryOf(list);
  const files = new Map<string, string>();
  for (const exporter of exporters) {
    for (const file of exporter.files({ summary, records: all })) files.set(file.name, await textOf(file));
  }
  return files;
}

describe('report files', () => {
  let files: Map<string, string>;
  before(async function () {
    this.timeout(60_000);
    files = await filesOf(records);
  });

  it('are the ones that a run directory is known for', () => {
    assert.deepEqual([...files.keys()], ['report.html', 'report.md', 'summary.csv', 'slices.csv', 'report.json']);
  });

  it('look as they did when someone last looked at them: report.html', () => {
    // Its data are the summary, tested below.
    const page = (files.get('report.html') ?? '').replaceAll(/(<script[^>]*>).*?(<\/script>)/g, '$1$2');
    assertGolden('report/report.html', page);
  });

  for (const name of ['report.md', 'summary.csv']) {
    it(`look as they did when someone last looked at them: ${name}`, () => {
      assertGolden(`report/${name}`, files.get(name) ?? '');
    });
  }

  it('begin as they did when someone last looked at them: slices.csv', () => {
    const lines = (files.get('slices.csv') ?? '').split('\n');
    const perMeasure = new Map(lines.map((line) => [line.split(',').slice(2, 5).join(), line]));
    assertGolden('report/slices-excerpt.csv', [...perMeasure.values()].join('\n'));
  });

  it('hold the summary, in report.json and in the page', async () => {
    const summary: unknown = JSON.parse(JSON.stringify(await summaryOf(records)));
    assert.deepEqual(JSON.parse(files.get('report.json') ?? ''), summary);
    const block = (files.get('report.html') ?? '').match(
      /<script type="application\/json" id="summary">(.*?)<\/script>/,
    );
    assert.deepEqual(JSON.parse(block?.[1] ?? ''), summary);
  });

  it('are the same bytes for the same records', async function () {
    this.timeout(60_000);
    const again = await filesOf(records);
    for (const [name, text] of files) assert.ok(again.get(name) === text, name);
  });

  it('hold every value of every slice in slices.csv, void ones marked with the reason', () => {
    const rows = (files.get('slices.csv') ?? '')
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split(','));
    const slices = records.filter((record) => record.type === 'slice');
    const nsPerPacket = rows.filter((row) => row[17] === 'nsPerPacket');
    const packets = slices.filter((slice) => slice.values.nsPerPacket !== undefined);
    assert.equal(nsPerPacket.length, packets.length);
    const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
    const expected = sum(packets.map((slice) => slice.values.nsPerPacket ?? 0));
    assert.ok(Math.abs(sum(nsPerPacket.map((row) => Number(row[19]))) / expected - 1) < 1e-12);
    const voided = packets.filter((slice) => slice.validity.state === 'void');
    assert.ok(voided.length > 0);
    const marked = nsPerPacket.filter((row) => row[20] === 'false');
    assert.equal(marked.length, voided.length);
    assert.ok(marked.every((row) => row[21] === 'generator-late' || row[21] === 'generator-starved'));
    const requests = rows.filter((row) => /^backend\dRequests$/.test(row[17] ?? '')).map((row) => Number(row[19]));
    assert.equal(sum(requests), sum(slices.flatMap((slice) => slice.backends ?? [])));
  });

  it('keep figures of different kernels in tables of their own', () => {
    const tables = (files.get('report.html') ?? '').match(/<div class="table"[\s\S]*?<\/table>/g) ?? [];
    assert.ok(tables.length > 20);
    for (const table of tables) {
      const [host, guest] = [/nftables|iptables-nft/, /IPVS/].map((pattern) => pattern.test(table));
      const isOmission = table.includes('-table-omitted"');
      assert.ok(isOmission || !(host && guest), table.slice(0, 200));
    }
  });
});

describe('the scheduler in report files', () => {
  const slices = records.filter((record) => record.type === 'scheduling');
  const rowsOf = async (name: string): Promise<readonly (readonly string[])[]> => {
    const text = (await filesOf(records)).get(name) ?? '';
    const [header = [], ...rows] = text
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));
    assert.ok(rows.every((row) => row.length === header.length));
    return rows.filter((row) => row.includes('none')).map((row) => row);
  };

  it('has every slice in slices.csv, of no kernel', async function () {
    this.timeout(60_000);
    const rows = await rowsOf('slices.csv');
    const values = (metric: string): number[] => rows.filter((row) => row[17] === metric).map((row) => Number(row[19]));
    assert.deepEqual(
      values('ratePerSec'),
      slices.map(({ bound, durationNs }) => bound / (durationNs / 1e9)),
    );
    assert.deepEqual(
      values('pending'),
      slices.map(({ pending }) => pending),
    );
    assert.ok(rows.every((row) => row[2] === 'none' && row[3] === 'scheduling' && row[20] === 'true'));
  });

  it('has a line for each profile in summary.csv', async function () {
    this.timeout(60_000);
    const rows = await rowsOf('summary.csv');
    assert.deepEqual(
      rows.map((row) => row.slice(3, 5)),
      ['default', 'most-allocated', 'no-scoring'].map((profile) => ['scheduling', profile]),
    );
    assert.deepEqual(
      rows.map((row) => row.slice(-2).map(Number)),
      [
        [6 * 980, 6 * 20],
        [6 * 1000, 0],
        [6 * 960, 6 * 40],
      ],
    );
  });

  it('is left out where the lab had none, down to the title', async () => {
    const kernelsOnly = await filesOf(
      syntheticRun({ kernels: ['host'], services: [1], rounds: 1, requests: 5, measures: ['new-flow'] }),
    );
    for (const [name, text] of kernelsOnly) {
      assert.doesNotMatch(text, /[Ss]cheduler profile|"scheduling"|id="scheduler/, name);
    }
    assert.match(kernelsOnly.get('report.md') ?? '', /^# Service data planes, measured:/);
  });

  it('makes a report of its own where no kernel took part', async () => {
    const alone = records.filter(({ type }) => type === 'run' || type === 'scheduling' || type === 'end');
    const files = await filesOf(alone);
    assert.match(files.get('report.md') ?? '', /^# Scheduler profiles, measured:/);
    assert.match(files.get('report.md') ?? '', /figures of the scheduler only/);
    assert.match(files.get('report.html') ?? '', /<svg[^>]*aria-labelledby="chart-scheduler-throughput-title/);
  });
});

describe('text from a run', () => {
  it('cannot break out of a page, a table or a line', async () => {
    const hostile = '</script><img src=x onerror=alert(1)>|`*\n# "quoted", \'single\'';
    const changed = withScheduling(
      syntheticRun({ kernels: ['host'], services: [1], rounds: 1, requests: 5, measures: ['new-flow'] }),
    ).map((record): ResultRecord => {
      if (record.type === 'run') return { ...record, id: hostile, machine: { cpu: hostile }, lab: { note: hostile } };
      if (record.type === 'omitted') return { ...record, what: hostile, reason: hostile };
      if (record.type === 'scheduling') return { ...record, profile: hostile };
      return record;
    });
    const files = await filesOf(changed);
    const html = files.get('report.html') ?? '';
    assert.ok(!html.includes('<img'));
    assert.equal(html.match(/<\/script>/g)?.length, 2);
    const block = html.match(/<script type="application\/json" id="summary">(.*?)<\/script>/)?.[1] ?? '';
    assert.equal(JSON.parse(block).run.id, hostile);
    const markdown = files.get('report.md') ?? '';
    assert.ok(!markdown.includes('<img') && !/^# "quoted"/m.test(markdown));
    const omission = markdown.split('\n').find((line) => line.startsWith('| &lt;/script>'));
    assert.equal(omission?.match(/(?<!\\)\|/g)?.length, 4);
    const csv = files.get('summary.csv') ?? '';
    assert.ok(csv.includes(`"${hostile.replaceAll('"', '""')}"`));
  });
});
