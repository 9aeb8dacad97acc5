import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LabError } from '../../src/lab/errors.ts';
import type { EndRecord } from '../../src/lab/records.ts';
import { createRunDirectory, reopenRunDirectory, resultsFile, runName } from '../../src/lab/run-directory.ts';

const end: EndRecord = { type: 'end', endedAt: '2026-01-01T00:00:00.000Z', status: 'complete' };

describe('a run directory', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kubedyno-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('has a name that sorts by time', () => {
    assert.equal(runName(new Date('2026-11-23T09:30:05.123Z'), 'default'), '20261123-093005-default');
  });

  it('holds every record as soon as it is appended', () => {
    const { path, writer } = createRunDirectory(folder, 'run');
    writer.append(end);
    assert.equal(readFileSync(join(path, resultsFile), 'utf8'), `${JSON.stringify(end)}\n`);
    writer.close();
  });

  it('is never written over', () => {
    createRunDirectory(folder, 'run').writer.close();
    assert.throws(() => createRunDirectory(folder, 'run'), LabError);
  });

  it('loses only its torn last line when it is opened again', () => {
    const { path, writer } = createRunDirectory(folder, 'run');
    writer.append(end);
    writer.close();
    appendFileSync(join(path, resultsFile), '{"type":"sli');
    const again = reopenRunDirectory(path);
    again.append(end);
    again.close();
    assert.equal(readFileSync(join(path, resultsFile), 'utf8'), `${JSON.stringify(end)}\n`.repeat(2));
  });

  it('below a file is refused with a remedy', () => {
    writeFileSync(join(folder, 'file'), '');
    assert.throws(() => createRunDirectory(join(folder, 'file'), 'run'), {
      name: 'LabError',
      exitCode: 64,
      message: /--out DIR/,
    });
  });
});
