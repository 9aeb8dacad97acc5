/** The JSON Schema of one line of results.jsonl, for readers in other languages. */
import { z } from 'zod';
import { resultRecordSchema } from './record-schema.ts';

/** Where it is kept, relative to the root of the package. */
export const resultsSchemaFile = 'docs/formats/results.v1.schema.json';

/** JSON Schema 2020-12. Unknown fields are allowed: a later version may add some. */
export function resultsSchemaText(): string {
  const schema = z.toJSONSchema(resultRecordSchema, { target: 'draft-2020-12', io: 'input' });
  const titled = {
    $schema: schema.$schema,
    $id: 'https://kubedyno.dev/formats/results.v1.schema.json',
    title: 'One line of results.jsonl',
    ...schema,
  };
  return `${JSON.stringify(titled, undefined, 2)}\n`;
}
