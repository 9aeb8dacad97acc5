import assert from 'node:assert/strict';
import { formatSave, readTable, replaceTable } from '../../../native/iptables/index.ts';
import { inPrivateNetns } from '../../support/namespaces.ts';
import { createSets, needIptables, rawEntries, restore, save } from './tools.ts';
import { setsOfVocabulary, vocabularyTable } from './vocabulary.ts';

describe('A table with every word of the vocabulary', () => {
  before(function () {
    needIptables(this);
  });

  for (const name of ['filter', 'nat'] as const) {
    const table = vocabularyTable(name);

    it(`${name}: written here is printed by iptables-legacy-save`, () =>
      inPrivateNetns((netns) => {
        createSets(netns, setsOfVocabulary);
        replaceTable(table, netns);
        assert.equal(save(netns, name), formatSave(table));
      }));

    it(`${name}: written by iptables-legacy-restore is read here`, () =>
      inPrivateNetns((netns) => {
        createSets(netns, setsOfVocabulary);
        restore(netns, formatSave(table));
        assert.deepEqual(readTable(name, netns), table);
      }));

    it(`${name}: has the same bytes whoever wrote it, and keeps them when read and written again`, () =>
      inPrivateNetns((netns) => {
        createSets(netns, setsOfVocabulary);
        restore(netns, formatSave(table));
        const theirs = rawEntries(netns, name);
        replaceTable({ name, chains: [] }, netns);
        replaceTable(table, netns);
        assert.deepEqual(rawEntries(netns, name), theirs);
        replaceTable(readTable(name, netns), netns);
        assert.deepEqual(rawEntries(netns, name), theirs);
      }));
  }

  it('may have recent lists without a mask, as kube-proxy writes them, which is another entry than with one', () =>
    inPrivateNetns((netns) => {
      const name = 'KUBE-SEP-ABCDEFGHIJKLMNOP';
      restore(netns, `*nat\n:A - [0:0]\n-A A -m recent --name ${name} --set\nCOMMIT\n`);
      const theirs = rawEntries(netns, 'nat');
      const read = readTable('nat', netns);
      assert.deepEqual(read.chains.at(-1)?.rules[0]?.matches, [{ match: 'recent', action: 'set', name }]);
      replaceTable(read, netns);
      assert.deepEqual(rawEntries(netns, 'nat'), theirs);
      assert.equal(save(netns, 'nat'), formatSave(read));
    }));
});
