import assert from 'node:assert/strict';
import { encodeTable } from '../../../native/iptables/encode.ts';
import {
  type Chain,
  IptablesError,
  type IptablesErrorCode,
  type Match,
  type Rule,
  type Table,
  type Target,
} from '../../../native/iptables/index.ts';
import { vocabularySets } from './encoded.ts';

const none: Target = { target: 'none' };
const ofRule = (rule: Partial<Rule>, name: Table['name'] = 'filter'): Table => ({
  name,
  chains: [
    {
      name: 'A',
      rules: [
        { matches: [], target: none },
        { matches: [], target: none, ...rule },
      ],
    },
  ],
});
const ofMatch = (match: Match, rule: Partial<Rule> = {}): Table => ofRule({ ...rule, matches: [match] });
const ofTarget = (target: Target, name?: Table['name']): Table => ofRule({ target }, name);
const ofChain = (...chains: readonly Partial<Chain>[]): Table => ({
  name: 'filter',
  chains: chains.map((chain) => ({ name: 'A', rules: [], ...chain })),
});
const opaque = (name: string, bytes: number, revision = 0): Match => ({
  match: 'opaque',
  name,
  revision,
  data: new Uint8Array(bytes),
});

/** Table, what the message must say, and the code where it is not `invalid`. */
const cases: readonly (readonly [string, Table, RegExp, IptablesErrorCode?])[] = [
  [
    'an address that is none',
    ofRule({ source: { ip: '10.0.0.256', prefix: 8 } }),
    /"10\.0\.0\.256" is not an IPv4 address/,
  ],
  ['an address with a leading zero', ofRule({ source: { ip: '10.0.0.01', prefix: 8 } }), /not an IPv4 address/],
  ['an IPv6 address', ofRule({ destination: { ip: 'fd00::1', prefix: 32 } }), /not an IPv4 address/],
  [
    'a prefix beyond 32',
    ofRule({ destination: { ip: '10.0.0.1', prefix: 33 } }),
    /prefix length is 33; give .* 0 to 32/,
  ],
  ['a broken prefix', ofRule({ destination: { ip: '10.0.0.1', prefix: 8.5 } }), /prefix length is 8\.5/],
  ['a protocol beyond 255', ofRule({ protocol: 256 }), /protocol is 256; give .* 1 to 255/],
  ['an interface name of 16 bytes', ofRule({ inInterface: 'abcdefghijklmnop' }), /16 bytes long; .* at most 15/],
  ['an interface name with a blank', ofRule({ outInterface: 'a b' }), /interface name "a b"/],
  ['an empty interface name', ofRule({ outInterface: '' }), /interface name ""/],
  ['the negation of nothing', ofRule({ invert: { protocol: true } }), /protocol is inverted but not given/],
  [
    'a port beyond 65535',
    ofMatch({ match: 'tcp', destinationPorts: { from: 1, to: 65536 } }, { protocol: 'tcp' }),
    /destination port is 65536/,
  ],
  [
    'ports in the wrong order',
    ofMatch({ match: 'udp', sourcePorts: { from: 9, to: 1 } }, { protocol: 'udp' }),
    /source port is 1; give .* 9 to 65535/,
  ],
  [
    'a range that excludes every port',
    ofMatch({ match: 'tcp', sourcePorts: { from: 0, to: 65535, invert: true } }, { protocol: 'tcp' }),
    /no source port is outside/,
  ],
  ['ports without a protocol', ofMatch({ match: 'tcp' }), /set the rule's protocol to tcp/],
  ['ports of another protocol', ofMatch({ match: 'sctp' }, { protocol: 'tcp' }), /set the rule's protocol to sctp/],
  [
    'ports of all but a protocol',
    ofMatch({ match: 'udp' }, { protocol: 'udp', invert: { protocol: true } }),
    /set the rule's protocol to udp/,
  ],
  [
    'a comment of 256 bytes',
    ofMatch({ match: 'comment', text: 'é'.repeat(128) }),
    /256 bytes long; the kernel keeps at most 255/,
  ],
  ['a comment with a line break', ofMatch({ match: 'comment', text: 'a\nb' }), /no control characters/],
  ['a comment with a line break after an accent', ofMatch({ match: 'comment', text: 'é\nb' }), /no control characters/],
  ['a mark beyond 32 bits', ofMatch({ match: 'mark', value: 2 ** 32, mask: 0 }), /mark is 4294967296/],
  ['a negative mark', ofTarget({ target: 'MARK', operation: 'or', value: -1 }), /mark is -1/],
  ['a probability above 1', ofMatch({ match: 'statistic', mode: 'random', probability: 1.01 }), /probability is 1\.01/],
  ['no probability', ofMatch({ match: 'statistic', mode: 'random', probability: Number.NaN }), /probability is NaN/],
  ['every zeroth packet', ofMatch({ match: 'statistic', mode: 'nth', every: 0, packet: 0 }), /statistic every is 0/],
  [
    'a packet number that never comes',
    ofMatch({ match: 'statistic', mode: 'nth', every: 3, packet: 3 }),
    /statistic packet is 3; give .* 0 to 2/,
  ],
  ['no conntrack state', ofMatch({ match: 'conntrack', states: [] }), /names no state/],
  ['no address type', ofMatch({ match: 'addrtype' }), /asks for nothing/],
  [
    'an unknown address type',
    ofMatch({ match: 'addrtype', sourceType: 'LOCAL,HOME' }),
    /address type is "HOME"; use one of UNSPEC/,
  ],
  ['a recent list without name', ofMatch({ match: 'recent', action: 'set', name: '' }), /name of a recent list ""/],
  [
    'a recent list in another folder',
    ofMatch({ match: 'recent', action: 'set', name: '../x' }),
    /without blanks, quotes, slashes/,
  ],
  [
    'a recent list with a name of 200 bytes',
    ofMatch({ match: 'recent', action: 'set', name: 'x'.repeat(200) }),
    /at most 199/,
  ],
  ['remembering with a time', ofMatch({ match: 'recent', action: 'set', name: 'x', seconds: 5 }), /with rcheck only/],
  [
    'reaping without a time',
    ofMatch({ match: 'recent', action: 'rcheck', name: 'x', reap: true }),
    /give seconds as well/,
  ],
  [
    'a set without directions',
    ofMatch({ match: 'set', name: 'KUBE-OTHER', directions: [] }),
    /directions of ipset KUBE-OTHER is 0/,
  ],
  [
    'a set that is not there',
    ofMatch({ match: 'set', name: 'GONE', directions: ['src'] }),
    /ipset create GONE/,
    'no-such-set',
  ],
  ['DNAT outside nat', ofTarget({ target: 'DNAT', ip: '10.0.0.1' }), /move the rule to table nat/],
  ['DNAT to a port for any protocol', ofTarget({ target: 'DNAT', ip: '10.0.0.1', port: 80 }, 'nat'), /DNAT has a port/],
  ['MASQUERADE outside nat', ofTarget({ target: 'MASQUERADE' }, 'mangle'), /target MASQUERADE is in table mangle/],
  [
    'REJECT outside filter',
    ofTarget({ target: 'REJECT', with: 'icmp-port-unreachable' }, 'nat'),
    /move the rule to table filter/,
  ],
  ['an unknown answer', ofTarget({ target: 'REJECT', with: 'echo' }), /reject type is "echo"; use one of icmp-net/],
  ['a TCP reset for any protocol', ofTarget({ target: 'REJECT', with: 'tcp-reset' }), /set the rule's protocol to tcp/],
  ['a jump to nowhere', ofTarget({ target: 'jump', chain: 'B' }), /no user-defined chain "B" to jump to/],
  ['a jump to a built-in chain', ofTarget({ target: 'goto', chain: 'INPUT' }), /INPUT is a built-in chain/],
  ['opaque options of odd length', ofMatch(opaque('limit', 7)), /options of limit take 7 bytes/],
  ['an opaque name that is too long', ofMatch(opaque('x'.repeat(29), 8)), /extension name .* at most 28/],
  ['an opaque revision beyond a byte', ofMatch(opaque('limit', 8, 256)), /revision of limit is 256/],
  ['an opaque mark of a chain', ofMatch(opaque('ERROR', 32)), /ERROR marks the beginning of a chain/],
  ['an extension beyond 64 KiB', ofMatch(opaque('limit', 65536)), /extension limit takes 65568 bytes/, 'too-large'],
  [
    'a rule beyond 64 KiB',
    ofRule({ matches: [opaque('a', 40_000), opaque('b', 40_000)] }),
    /the rule takes \d+ bytes/,
    'too-large',
  ],
  [
    'a counter beyond 64 bits',
    ofRule({ counters: { packets: 2n ** 64n, bytes: 0n } }),
    /a counter is 18446744073709551616/,
  ],
  ['a negative counter', ofRule({ counters: { packets: 0n, bytes: -1n } }), /a counter is -1/],
];

const chainCases: readonly (readonly [string, Table, RegExp])[] = [
  ['a chain name of 29 bytes', ofChain({ name: 'x'.repeat(29) }), /29 bytes long; the kernel keeps at most 28/],
  ['a chain name with a blank', ofChain({ name: 'a b' }), /chain name "a b"/],
  ['a chain name that looks like an option', ofChain({ name: '-A' }), /begins with neither '-' nor '!'/],
  ['an empty chain name', ofChain({ name: '' }), /chain name ""/],
  ['a chain named like a verdict', ofChain({ name: 'DROP' }), /give the chain another name/],
  ['two chains of a name', ofChain({}, { name: 'B' }, {}), /chain A is there twice/],
  ['two chains of a name beside each other', ofChain({}, {}), /chain A is there twice/],
  ['two built-in chains of a name', ofChain({ name: 'INPUT' }, { name: 'INPUT' }), /chain INPUT is there twice/],
  [
    'a policy counter beyond 64 bits',
    ofChain({ name: 'INPUT', counters: { packets: 2n ** 64n, bytes: 0n } }),
    /a counter of the policy of chain INPUT is 18446744073709551616/,
  ],
  ['a policy of a user-defined chain', ofChain({ policy: 'DROP' }), /user-defined chain A has policy DROP/],
  ['counters of a user-defined chain', ofChain({ counters: { packets: 0n, bytes: 0n } }), /counters of its own/],
];

function refusalOf(table: Table): IptablesError {
  try {
    encodeTable(table, vocabularySets);
  } catch (error) {
    assert.ok(error instanceof IptablesError, String(error));
    return error;
  }
  return assert.fail('nothing was refused');
}

describe('A table with', () => {
  for (const [title, table, message, code = 'invalid'] of cases) {
    it(`${title} is refused, and the rule named`, () => {
      const error = refusalOf(table);
      assert.match(error.message, message);
      assert.equal(error.code, code);
      assert.deepEqual(error.place, { chain: 'A', rule: 2 });
      assert.match(error.message, /^rule 2 of chain A: /);
    });
  }

  for (const [title, table, message] of chainCases) {
    it(`${title} is refused`, () => {
      const error = refusalOf(table);
      assert.match(error.message, message);
      assert.equal(error.code, 'invalid');
    });
  }
});
