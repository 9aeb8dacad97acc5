/** Writes docs/formats/results.v1.schema.json: `node --import tsx scripts/write-schema.ts`. A test tells when it is due. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageRoot } from '../native/load.ts';
import { resultsSchemaFile, resultsSchemaText } from '../src/lab/published-schema.ts';

const path = join(packageRoot(), resultsSchemaFile);
mkdirSync(dirname(path), { recursive: true });
writeFileSync(path, resultsSchemaText());
