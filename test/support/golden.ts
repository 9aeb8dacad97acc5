/** Golden files: what an output was when someone last looked at it. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Compares with `test/golden/<path>`. To accept a change, look at it, run with UPDATE_GOLDEN=1 and commit the file.
 */
export function assertGolden(path: string, actual: string): void {
  const url = new URL(`../golden/${path}`, import.meta.url);
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(url, actual);
  assert.equal(actual, readFileSync(url, 'utf8'));
}
