import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { z } from 'zod';
import { packageRoot } from '../../native/load.ts';
import { resultsSchemaFile, resultsSchemaText } from '../../src/lab/published-schema.ts';
import { resultRecordSchema } from '../../src/lab/record-schema.ts';
import type { ResultRecord } from '../../src/lab/records.ts';
import { syntheticRun } from '../support/synthetic-run.ts';
import { withScheduling } from '../support/synthetic-scheduling.ts';

type DeepReadonly<T> = T extends object ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> } : T;
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : never;
/** Does not compile when records.ts and record-schema.ts say different things. */
const schemaMatchesTypes: Same<DeepReadonly<z.output<typeof resultRecordSchema>>, DeepReadonly<ResultRecord>> = true;

const published = readFileSync(join(packageRoot(), resultsSchemaFile), 'utf8');
const records = withScheduling(syntheticRun({ services: [1, 1000], rounds: 1, requests: 20, voidShare: 0.3 }));

describe('the record format', () => {
  it('is the same in types, checker and published schema', () => {
    assert.ok(schemaMatchesTypes);
    assert.equal(published, resultsSchemaText(), 'run `node --import tsx scripts/write-schema.ts`');
  });

  it('takes every record of a run unchanged', () => {
    for (const record of records) assert.deepEqual(resultRecordSchema.parse(record), record);
  });

  it('is told apart by a JSON Schema validator in the same way', () => {
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(JSON.parse(published));
    for (const record of records) assert.ok(validate(record), JSON.stringify(validate.errors));
    const slice = records.find((record) => record.type === 'slice');
    const scheduling = records.find((record) => record.type === 'scheduling');
    const run = records[0];
    const wrong: unknown[] = [
      {},
      [],
      { type: 'mystery' },
      { ...slice, kernel: 'windows' },
      { ...slice, measure: 'vibes' },
      { ...slice, values: { nsPerPacket: null } },
      { ...slice, validity: { state: 'void' } },
      { ...slice, latency: { layout: 'log-linear-7', buckets: [[4352, 1]] } },
      { ...slice, latency: { layout: 'log-linear-7', buckets: [[1, 0]] } },
      { ...slice, latency: { layout: 'hdr', buckets: [] } },
      { ...slice, round: -1 },
      { ...scheduling, bound: -1 },
      { ...scheduling, latency: undefined },
      { ...scheduling, profile: '' },
      { ...run, startedAt: 'yesterday' },
      { ...run, schema: 'kubedyno.results.v2' },
    ];
    for (const value of wrong) {
      assert.equal(validate(value), false, JSON.stringify(value));
      assert.equal(resultRecordSchema.safeParse(value).success, false, JSON.stringify(value));
    }
  });

  it('drops fields that it does not know', () => {
    const run = records[0];
    assert.deepEqual(resultRecordSchema.parse({ ...run, weather: 'rain' }), run);
  });
});
