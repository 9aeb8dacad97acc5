/**
 * Mocha's spec reporter, and after it: every skipped test by name, one closing line for CI, and a failure when a
 * test was skipped in CI that is not in test/skips-allowed.txt. A skip must be a decision, never an accident.
 */
import { readFileSync } from 'node:fs';
import Mocha from 'mocha';

function allowedSkips() {
  return readFileSync(new URL('../skips-allowed.txt', import.meta.url), 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

export default class Reporter extends Mocha.reporters.Spec {
  #skipped = [];

  constructor(runner, options) {
    super(runner, options);
    runner.on('pending', (test) => this.#skipped.push(test.fullTitle()));
  }

  done(failures, exit) {
    const allowed = allowedSkips();
    const unexpected = process.env.CI ? this.#skipped.filter((title) => !allowed.includes(title)) : [];
    for (const title of this.#skipped) console.log(`skipped: ${title}`);
    for (const title of unexpected) console.log(`must not be skipped in CI: ${title}`);
    console.log(`${this.stats.passes} passed, ${failures + unexpected.length} failed, ${this.#skipped.length} skipped`);
    exit(failures + unexpected.length);
  }
}
