import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeTable } from '../../../native/iptables/decode.ts';
import { encodeTable } from '../../../native/iptables/encode.ts';
import { packageRoot } from '../../../native/load.ts';
import { rawOf, vocabularySets } from './encoded.ts';
import { describeBytes, lastRule, tableOf } from './golden.ts';
import { vocabulary } from './vocabulary.ts';

/** What iptables-legacy-restore 1.8.9 made of each word; see capture-golden.ts. */
const golden = new Map(
  readFileSync(join(packageRoot(), 'test/golden/iptables/entries.txt'), 'utf8')
    .trimEnd()
    .split('\n\n')
    .map((block) => [block.slice(0, block.indexOf(' (')), `${block}\n`]),
);

describe('The bytes that iptables-legacy-restore makes', () => {
  it('are known of every word of the vocabulary', () => {
    assert.deepEqual(
      [...golden.keys()],
      vocabulary.map(({ title }) => title),
    );
  });

  for (const word of vocabulary) {
    it(`are made here too, and read again: ${word.title}`, () => {
      const raw = rawOf(encodeTable(tableOf(word), vocabularySets));
      assert.equal(describeBytes(word.title, lastRule(raw.entries)), golden.get(word.title));
      const chain = decodeTable(raw, vocabularySets).chains.find(({ name }) => name === 'KUBE-WORD');
      assert.deepEqual(chain?.rules, [word.rule]);
    });
  }
});
