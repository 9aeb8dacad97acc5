import assert from 'node:assert/strict';
import { formatRule, formatSave, IptablesError, type Rule } from '../../../native/iptables/index.ts';
import { vocabulary } from './vocabulary.ts';

describe('iptables-save text', () => {
  for (const { title, rule, text } of vocabulary) {
    it(`of ${title}`, () => assert.equal(formatRule(rule), text));
  }

  it('leaves out what says nothing, as iptables does', () => {
    const anywhere: Rule = {
      source: { ip: '0.0.0.0', prefix: 0 },
      protocol: 'tcp',
      matches: [{ match: 'tcp', destinationPorts: { from: 0, to: 65535 } }],
      target: { target: 'none' },
    };
    assert.equal(formatRule(anywhere), ' -p tcp -m tcp');
  });

  it('clears the host bits of an address', () => {
    const rule: Rule = { source: { ip: '10.1.2.3', prefix: 16 }, matches: [], target: { target: 'none' } };
    assert.equal(formatRule(rule), ' -s 10.1.0.0/16');
  });

  it('puts built-in chains in the order of their hooks, then the others in the order of their names', () => {
    const text = formatSave({
      name: 'nat',
      chains: [
        { name: 'KUBE-B', rules: [] },
        { name: 'POSTROUTING', policy: 'DROP', counters: { packets: 1n, bytes: 60n }, rules: [] },
        { name: 'KUBE-A', rules: [] },
        { name: 'OUTPUT', rules: [{ matches: [], target: { target: 'jump', chain: 'KUBE-B' } }] },
      ],
    });
    assert.equal(
      text,
      [
        '*nat',
        ':OUTPUT ACCEPT [0:0]',
        ':POSTROUTING DROP [1:60]',
        ':KUBE-A - [0:0]',
        ':KUBE-B - [0:0]',
        '-A OUTPUT -j KUBE-B',
        'COMMIT',
        '',
      ].join('\n'),
    );
  });

  it('shows the counters of rules when asked to', () => {
    const counted: Rule = { matches: [], target: { target: 'DROP' }, counters: { packets: 2n, bytes: 2n ** 60n } };
    const table = {
      name: 'filter',
      chains: [{ name: 'KUBE-A', rules: [counted, { ...counted, counters: undefined }] }],
    };
    const lines = formatSave(table as Parameters<typeof formatSave>[0], { counters: true }).split('\n');
    assert.deepEqual(lines.slice(2, 4), [`[2:${2n ** 60n}] -A KUBE-A -j DROP`, '[0:0] -A KUBE-A -j DROP']);
  });

  it('refuses what would begin a line or an option of its own', () => {
    const broken: readonly Partial<Rule>[] = [
      { matches: [{ match: 'comment', text: 'a\nCOMMIT' }] },
      { matches: [{ match: 'recent', action: 'set', name: 'a --rdest' }] },
      { matches: [{ match: 'set', name: 'a\tb', directions: ['src'] }] },
      { inInterface: 'eth0 -j DROP' },
      { outInterface: 'eth0\n' },
      { target: { target: 'jump', chain: 'A -p tcp' } },
    ];
    for (const part of broken) {
      const rule: Rule = { matches: [], target: { target: 'none' }, ...part };
      assert.throws(() => formatRule(rule), { code: 'invalid' }, JSON.stringify(part));
    }
    assert.throws(() => formatSave({ name: 'nat', chains: [{ name: 'A\n-F', rules: [] }] }), { code: 'invalid' });
  });

  it('refuses an opaque extension and says where it is', () => {
    const opaque = { match: 'opaque', name: 'limit', revision: 0, data: new Uint8Array(40) } as const;
    const rules: Rule[] = [
      { matches: [], target: { target: 'DROP' } },
      { matches: [opaque], target: { target: 'DROP' } },
    ];
    assert.throws(
      () => formatSave({ name: 'filter', chains: [{ name: 'KUBE-A', rules }] }),
      (error) => {
        assert.ok(error instanceof IptablesError);
        assert.equal(error.code, 'unknown-extension');
        assert.deepEqual(error.place, { chain: 'KUBE-A', rule: 2 });
        assert.match(error.message, /^rule 2 of chain KUBE-A: match "limit" revision 0 .*use iptables-save/);
        return true;
      },
    );
  });
});
