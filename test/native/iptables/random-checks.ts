/** Random tables against the iptables tools, as often as the kernel at hand is quick. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatSave, readTable, replaceTable } from '../../../native/iptables/index.ts';
import type { Netns } from '../../../native/netns/index.ts';
import { tables } from './arbitraries.ts';
import { createSets, restore, save } from './tools.ts';

const sets = ['KUBE-A', 'KUBE-B'];

/** What is written here is printed by iptables-legacy-save and read here. */
export function checkWriting(netns: Netns, numRuns: number): void {
  createSets(netns, sets);
  fc.assert(
    fc.property(tables(sets), (table) => {
      replaceTable(table, netns);
      assert.equal(save(netns, table.name, '--counters'), formatSave(table, { counters: true }));
      assert.deepEqual(readTable(table.name, netns), table);
    }),
    { numRuns },
  );
}

/** What iptables-legacy-restore writes is read here. */
export function checkReading(netns: Netns, numRuns: number): void {
  createSets(netns, sets);
  fc.assert(
    fc.property(tables(sets), (table) => {
      restore(netns, formatSave(table, { counters: true }), '--counters');
      assert.deepEqual(readTable(table.name, netns), table);
    }),
    { numRuns },
  );
}
