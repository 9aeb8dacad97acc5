import assert from 'node:assert/strict';
import {
  formatSave,
  IptablesError,
  type IptablesErrorCode,
  type Rule,
  replaceTable,
  type Table,
} from '../../../native/iptables/index.ts';
import { inPrivateNetns, runIn } from '../../support/namespaces.ts';
import { createSets, needIptables, restore, save } from './tools.ts';
import { setsOfVocabulary, vocabularyTable } from './vocabulary.ts';

const jump = (chain: string): Rule => ({ matches: [], target: { target: 'jump', chain } });

interface Refusal {
  readonly title: string;
  readonly table: Table;
  readonly code: IptablesErrorCode;
  readonly message: RegExp;
}

const refusals: readonly Refusal[] = [
  {
    title: 'chains that jump in a circle',
    table: {
      name: 'nat',
      chains: [
        { name: 'PREROUTING', rules: [jump('A')] },
        { name: 'A', rules: [jump('B')] },
        { name: 'B', rules: [jump('C')] },
        { name: 'C', rules: [jump('B')] },
      ],
    },
    code: 'loop',
    message: /chains jump in a circle: B -> C -> B; remove one of the jumps; nothing was changed/,
  },
  {
    title: 'a target that is reached from a hook it is not made for',
    table: {
      name: 'nat',
      chains: [
        { name: 'PREROUTING', rules: [jump('A')] },
        { name: 'A', rules: [{ matches: [], target: { target: 'MASQUERADE' } }] },
      ],
    },
    code: 'invalid',
    message: /EINVAL.*see 'dmesg'.*nothing was changed/,
  },
  {
    title: 'options that the extension does not accept',
    table: {
      name: 'nat',
      chains: [
        {
          name: 'A',
          rules: [
            {
              matches: [{ match: 'opaque', name: 'comment', revision: 0, data: new Uint8Array(8) }],
              target: { target: 'none' },
            },
          ],
        },
      ],
    },
    code: 'invalid',
    message: /EINVAL/,
  },
  {
    title: 'an ipset that is not there',
    table: {
      name: 'nat',
      chains: [
        {
          name: 'A',
          rules: [{ matches: [{ match: 'set', name: 'KUBE-GONE', directions: ['src'] }], target: { target: 'none' } }],
        },
      ],
    },
    code: 'no-such-set',
    message: /rule 1 of chain A: there is no IPv4 ipset "KUBE-GONE".*ipset create KUBE-GONE/,
  },
  {
    title: 'an ipset of IPv6 addresses',
    table: {
      name: 'nat',
      chains: [
        {
          name: 'A',
          rules: [{ matches: [{ match: 'set', name: 'KUBE-SIX', directions: ['src'] }], target: { target: 'none' } }],
        },
      ],
    },
    code: 'no-such-set',
    message: /no IPv4 ipset "KUBE-SIX"/,
  },
];

describe('A table that the kernel refuses', () => {
  before(function () {
    needIptables(this);
  });

  for (const { title, table, code, message } of refusals) {
    it(`because of ${title}: ${code}, and the old table stays whole`, () =>
      inPrivateNetns((netns) => {
        createSets(netns, setsOfVocabulary);
        runIn(netns, 'ipset', 'create', 'KUBE-SIX', 'hash:ip', 'family', 'inet6');
        restore(netns, formatSave(vocabularyTable('nat')));
        const before = save(netns, 'nat', '--counters');
        assert.throws(
          () => replaceTable(table, netns),
          (error) => {
            assert.ok(error instanceof IptablesError, String(error));
            assert.equal(error.code, code);
            assert.match(error.message, message);
            return true;
          },
        );
        assert.equal(save(netns, 'nat', '--counters'), before);
      }));
  }
});
