import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('./programs/exit-while-loading.ts', import.meta.url));

describe('a process that ends while its generators have an hour of load before them', () => {
  const endings: readonly (readonly [string, number, RegExp])[] = [
    ['exit', 5, /^$/],
    ['throw', 1, /Error: a fault of the program/],
  ];
  for (const [ending, status, errors] of endings) {
    it(`ends all the same, with its own status: ${ending}`, () => {
      const child = spawnSync(process.execPath, ['--import', 'tsx', program, ending], {
        encoding: 'utf8',
        timeout: 15_000,
      });
      assert.equal(child.status, status, child.stderr);
      assert.match(child.stderr, errors);
      assert.doesNotMatch(child.stderr, /terminate called/);
    });
  }
});
