/** Reads, replaces and is refused in turn, in the namespace it is started in, and prints what came of it as JSON. */
import { tableAddon } from '../../../native/iptables/addon.ts';
import { IptablesError, readTable, replaceTable, type Table, type TableName } from '../../../native/iptables/index.ts';

function outcome(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    if (error instanceof IptablesError) return error.code;
    if (error instanceof TypeError) return 'TypeError';
    throw error;
  }
}

const table = (name: TableName, chain: string): Table => ({
  name,
  chains: [{ name: chain, rules: [{ matches: [], target: { target: 'DROP' }, counters: { packets: 1n, bytes: 2n } }] }],
});
const lastChain = (name: TableName): string | undefined => readTable(name).chains.at(-1)?.name;
const short = new Uint8Array(12);
const { replace, readEntries, setIndexOf, setNameOf, hasExtension } = tableAddon();
const lock = process.env.XTABLES_LOCKFILE ?? '/run/xtables.lock';
/** What no TypeScript would pass: the addon must look at its arguments itself. */
const wrong = undefined as unknown as string;
const addonCode = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error instanceof TypeError ? 'TypeError' : (error as { step?: string }).step;
  }
};

console.log(
  JSON.stringify({
    written: outcome(() => {
      for (const name of ['filter', 'nat', 'mangle', 'raw'] as const) replaceTable(table(name, `KUBE-${name}`));
      return ['filter', 'nat', 'mangle', 'raw'].map((name) => lastChain(name as TableName));
    }),
    rewritten: outcome(() => {
      for (let round = 0; round < 20; round++) replaceTable(table('filter', `KUBE-${round}`));
      return lastChain('filter');
    }),
    otherSet: outcome(() =>
      replaceTable({
        name: 'filter',
        chains: [
          {
            name: 'A',
            rules: [{ matches: [{ match: 'set', name: 'GONE', directions: ['src'] }], target: { target: 'none' } }],
          },
        ],
      }),
    ),
    unknownExtension: outcome(() =>
      replaceTable({
        name: 'filter',
        chains: [
          {
            name: 'A',
            rules: [
              { matches: [], target: { target: 'opaque', name: 'NONSUCH', revision: 0, data: new Uint8Array(8) } },
            ],
          },
        ],
      }),
    ),
    shortRequest: addonCode(() => replace(short, undefined, lock, 0, undefined)),
    zeroRequest: addonCode(() => replace(new Uint8Array(96), undefined, lock, 0, undefined)),
    noTable: addonCode(() => readEntries('x'.repeat(100), undefined)),
    noName: addonCode(() => readEntries(wrong, undefined)),
    noBytes: addonCode(() => replace(wrong as unknown as Uint8Array, undefined, lock, 0, undefined)),
    noNamespace: addonCode(() => readEntries('filter', 1_000_000)),
    longSetName: addonCode(() => setIndexOf('x'.repeat(100), undefined) ?? 'none'),
    unknownSetIndex: addonCode(() => setNameOf(9, undefined)),
    longExtension: addonCode(() => hasExtension('match', 'x'.repeat(100), 0, undefined)),
    knownExtension: addonCode(() => hasExtension('match', 'comment', 0, undefined)),
  }),
);
