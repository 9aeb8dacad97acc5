import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { LabError } from '../../src/lab/errors.ts';
import { type Line, linesOf } from '../../src/lab/lines.ts';
import { type ReadLine, readRecords } from '../../src/lab/read-records.ts';
import { syntheticRun, toJsonLines } from '../support/synthetic-run.ts';

const records = [...syntheticRun({ kernels: ['host'], services: [1], rounds: 1, requests: 10 })];
const text = toJsonLines(records);

describe('reading results.jsonl', () => {
  let folder = '';
  let file = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'kubedyno-read-'));
    file = join(folder, 'results.jsonl');
  });
  after(() => rmSync(folder, { recursive: true }));

  async function read(content: string | Buffer): Promise<ReadLine[]> {
    writeFileSync(file, content);
    const lines: ReadLine[] = [];
    for await (const line of readRecords(file)) lines.push(line);
    return lines;
  }
  async function rejects(content: string, message: RegExp): Promise<void> {
    await assert.rejects(read(content), (error) => {
      assert.ok(error instanceof LabError);
      assert.match(error.message, message);
      assert.equal(error.exitCode, 64);
      return true;
    });
  }

  it('gives back what was written, with line numbers', async () => {
    const lines = await read(text);
    assert.deepEqual(
      lines,
      records.map((record, index) => ({ kind: 'record', line: index + 1, record })),
    );
  });

  it('forgives a last line torn at any byte, and says where', async () => {
    const bytes = Buffer.from(text);
    const lastStart = bytes.lastIndexOf('\n', bytes.length - 2) + 1;
    for (let end = lastStart + 1; end < bytes.length - 1; end += 7) {
      const lines = await read(bytes.subarray(0, end));
      assert.deepEqual(lines.at(-1), { kind: 'torn', line: records.length });
      assert.equal(lines.length, records.length);
    }
    assert.deepEqual((await read(bytes.subarray(0, bytes.length - 1))).at(-1)?.kind, 'record');
    assert.equal((await read(bytes.subarray(0, lastStart))).length, records.length - 1);
  });

  it('names file and line of garbage in the middle', async () => {
    const lines = text.split('\n');
    await rejects(lines.toSpliced(3, 0, '{"type":"sli').join('\n'), /results\.jsonl:4: not JSON/);
    await rejects(lines.toSpliced(2, 0, '').join('\n'), /results\.jsonl:3: not JSON/);
    await rejects(lines.toSpliced(5, 0, '{"type":"mystery"}').join('\n'), /results\.jsonl:6: not a record.*type/);
    const slice = records.find((record) => record.type === 'slice');
    const wrong = JSON.stringify({ ...slice, durationNs: 'long' });
    await rejects(lines.toSpliced(4, 0, wrong).join('\n'), /results\.jsonl:5: .*durationNs: .*number/);
  });

  it('refuses a file of another version, an empty one, one without its beginning, a huge line', async () => {
    await rejects(text.replace('results.v1', 'results.v7'), /results\.jsonl:1: written as "kubedyno\.results\.v7"/);
    await rejects('', /holds no record/);
    await rejects('{"type":"run","sch', /holds no record/);
    await rejects(text.slice(text.indexOf('\n') + 1), /results\.jsonl:1: the first record must be of type "run"/);
    await rejects(
      `${text}${'x'.repeat(17 * 2 ** 20)}`,
      new RegExp(`results\\.jsonl:${records.length + 1}: the line is`),
    );
  });

  it('says that there is no such run, or that it is a folder', async () => {
    const consume = async (path: string): Promise<void> => {
      for await (const line of readRecords(path)) assert.ok(line);
    };
    await assert.rejects(consume(join(folder, 'none.jsonl')), /none\.jsonl: there is no such run/);
    await assert.rejects(consume(folder), /is a folder/);
  });

  it('splits lines the same way wherever the chunks end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom('a', '\n', 'é', '"') }),
        fc.nat({ max: 9 }),
        async (all, size) => {
          const bytes = Buffer.from(all);
          async function* chunks(): AsyncGenerator<Buffer> {
            for (let at = 0; at < bytes.length; at += size + 1) yield bytes.subarray(at, at + size + 1);
          }
          const lines: Line[] = [];
          for await (const line of linesOf(chunks(), 1000, () => new Error('too long'))) lines.push(line);
          assert.equal(lines.map((line) => line.text + (line.ended ? '\n' : '')).join(''), all);
          assert.ok(lines.every((line, index) => line.number === index + 1 && !line.text.includes('\n')));
        },
      ),
    );
  });
});
