import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readTable, replaceTable, type Table } from '../../../native/iptables/index.ts';
import { withNetns } from '../../../native/netns/index.ts';
import { inPrivateNetns } from '../../support/namespaces.ts';
import { needIptables } from './tools.ts';

/** Adds and removes chains without taking anyone's lock, so that the table's size is another one all the time. */
const intruder = `
  export XTABLES_LOCKFILE=$(mktemp)
  for round in $(seq 25); do
    iptables-legacy -w -N OTHER-$round
    iptables-legacy -w -F OTHER-$round
  done 2>/dev/null
  rm -f "$XTABLES_LOCKFILE"
`;

describe('A table that another program changes all the time', function () {
  this.timeout(60_000);

  before(function () {
    needIptables(this);
  });

  it('is read and replaced all the same, always as one whole', () =>
    inPrivateNetns(async (netns) => {
      const table: Table = {
        name: 'filter',
        chains: [
          { name: 'KUBE-A', rules: [{ matches: [], target: { target: 'jump', chain: 'KUBE-B' } }] },
          { name: 'KUBE-B', rules: [] },
        ],
      };
      const child = withNetns(netns, () => spawn('bash', ['-c', intruder], { stdio: 'ignore' }));
      let running = true;
      const ended = once(child, 'exit').then(() => {
        running = false;
      });
      let rounds = 0;
      while (running) {
        replaceTable(table, netns);
        const { chains } = readTable('filter', netns);
        assert.deepEqual(
          chains.filter(({ name }) => name.startsWith('KUBE-')),
          table.chains,
        );
        rounds++;
        await new Promise((resolve) => setImmediate(resolve));
      }
      await ended;
      assert.ok(rounds > 0, 'the other program ended before the first round');
    }));
});
