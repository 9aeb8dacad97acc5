import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatSave, readTable, replaceTable } from '../../../native/iptables/index.ts';
import { inPrivateNetns } from '../../support/namespaces.ts';
import { tables } from './arbitraries.ts';
import { createSets, needIptables, restore, save } from './tools.ts';

const sets = ['KUBE-A', 'KUBE-B'];

describe('Random tables', function () {
  this.timeout(60_000);

  before(function () {
    needIptables(this);
  });

  it('written here are printed by iptables-legacy-save and read here as they were', () =>
    inPrivateNetns((netns) => {
      createSets(netns, sets);
      fc.assert(
        fc.property(tables(sets), (table) => {
          replaceTable(table, netns);
          assert.equal(save(netns, table.name, '--counters'), formatSave(table, { counters: true }));
          assert.deepEqual(readTable(table.name, netns), table);
        }),
        { numRuns: 60 },
      );
    }));

  it('written by iptables-legacy-restore are read here as they were', () =>
    inPrivateNetns((netns) => {
      createSets(netns, sets);
      fc.assert(
        fc.property(tables(sets), (table) => {
          restore(netns, formatSave(table, { counters: true }), '--counters');
          assert.deepEqual(readTable(table.name, netns), table);
        }),
        { numRuns: 60 },
      );
    }));
});
