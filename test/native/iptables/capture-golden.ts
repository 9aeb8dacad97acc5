/**
 * Writes test/golden/iptables/entries.txt: what iptables-legacy-restore makes of every word, as the kernel holds it.
 * To be run as root where iptables 1.8.9 is installed: npx tsx test/native/iptables/capture-golden.ts
 */
import { writeFileSync } from 'node:fs';
import { formatSave } from '../../../native/iptables/index.ts';
import { inPrivateNetns } from '../../support/namespaces.ts';
import { describeBytes, lastRule, tableOf } from './golden.ts';
import { createSets, rawEntries, restore } from './tools.ts';
import { setsOfVocabulary, vocabulary } from './vocabulary.ts';

await inPrivateNetns((netns) => {
  createSets(netns, setsOfVocabulary);
  const blocks = vocabulary.map((word) => {
    restore(netns, formatSave(tableOf(word)));
    return describeBytes(word.title, lastRule(rawEntries(netns, word.table)));
  });
  writeFileSync(new URL('../../golden/iptables/entries.txt', import.meta.url), blocks.join('\n'));
});
