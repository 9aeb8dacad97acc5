/** Every extension and condition of the vocabulary at least once, with the text that iptables 1.8.9 prints for it. */
import type { Rule, Table, TableName } from '../../../native/iptables/index.ts';

export interface Word {
  readonly title: string;
  readonly table: TableName;
  readonly rule: Rule;
  /** What follows `-A CHAIN`. */
  readonly text: string;
}

/** ipsets that the words name; in a fresh namespace their indexes are 0 and 1. */
export const setsOfVocabulary = ['KUBE-OTHER', 'KUBE-CLUSTER-IP'] as const;
/** The chain that the words jump to. */
export const jumpTarget = 'KUBE-TARGET';

const count = { target: 'none' } as const;
const word = (title: string, rule: Partial<Rule>, text: string, table: TableName = 'filter'): Word => ({
  title,
  table,
  rule: { matches: [], target: count, ...rule },
  text,
});

const conditions: readonly Word[] = [
  word('nothing at all', {}, ''),
  word('source', { source: { ip: '10.1.0.0', prefix: 16 } }, ' -s 10.1.0.0/16'),
  word('not source', { source: { ip: '127.0.0.0', prefix: 8, invert: true } }, ' ! -s 127.0.0.0/8'),
  word('no address', { source: { ip: '0.0.0.0', prefix: 0, invert: true } }, ' ! -s 0.0.0.0/0'),
  word('destination', { destination: { ip: '255.255.255.255', prefix: 32 } }, ' -d 255.255.255.255/32'),
  word('odd mask', { destination: { ip: '10.0.3.0', mask: '255.0.255.0' } }, ' -d 10.0.3.0/255.0.255.0'),
  word('in interface', { inInterface: 'eth0' }, ' -i eth0'),
  word('longest interface', { inInterface: 'abcdefghijklmno' }, ' -i abcdefghijklmno'),
  word('out interface prefix', { outInterface: 'veth+' }, ' -o veth+'),
  word('not in interface', { inInterface: 'cni+', invert: { inInterface: true } }, ' ! -i cni+'),
  word('protocol by name', { protocol: 'icmp' }, ' -p icmp'),
  word('protocol by number', { protocol: 253 }, ' -p 253'),
  word('protocol that iptables names', { protocol: 50 }, ' -p esp'),
  word('not protocol', { protocol: 'tcp', invert: { protocol: true } }, ' ! -p tcp'),
  word('fragments', { fragments: true }, ' -f'),
  word(
    'all together',
    {
      source: { ip: '10.0.0.0', prefix: 14, invert: true },
      destination: { ip: '10.96.0.10', prefix: 32 },
      inInterface: 'a',
      outInterface: 'b+',
      protocol: 'udp',
      fragments: true,
      invert: { inInterface: true, outInterface: true, fragments: true },
    },
    ' ! -s 10.0.0.0/14 -d 10.96.0.10/32 ! -i a ! -o b+ -p udp ! -f',
  ),
];

const matches: readonly Word[] = [
  word('tcp', { protocol: 'tcp', matches: [{ match: 'tcp' }] }, ' -p tcp -m tcp'),
  word(
    'tcp ports',
    {
      protocol: 'tcp',
      matches: [
        { match: 'tcp', sourcePorts: { from: 0, to: 1023, invert: true }, destinationPorts: { from: 443, to: 443 } },
      ],
    },
    ' -p tcp -m tcp ! --sport 0:1023 --dport 443',
  ),
  word(
    'udp port',
    { protocol: 'udp', matches: [{ match: 'udp', destinationPorts: { from: 53, to: 53, invert: true } }] },
    ' -p udp -m udp ! --dport 53',
  ),
  word(
    'sctp ports',
    {
      protocol: 'sctp',
      matches: [{ match: 'sctp', sourcePorts: { from: 1, to: 2 }, destinationPorts: { from: 7, to: 7, invert: true } }],
    },
    ' -p sctp -m sctp --sport 1:2 ! --dport 7',
  ),
  word(
    'comment of one word',
    { matches: [{ match: 'comment', text: 'kube-proxy_1' }] },
    ' -m comment --comment kube-proxy_1',
  ),
  word(
    'comment to be quoted',
    { matches: [{ match: 'comment', text: `it's "ns/svc:http" \\ é` }] },
    ` -m comment --comment "it\\'s \\"ns/svc:http\\" \\\\ é"`,
  ),
  word(
    'longest comment',
    { matches: [{ match: 'comment', text: 'x'.repeat(255) }] },
    ` -m comment --comment ${'x'.repeat(255)}`,
  ),
  word('mark', { matches: [{ match: 'mark', value: 0x4000, mask: 0x4000 }] }, ' -m mark --mark 0x4000/0x4000'),
  word(
    'not a whole mark',
    { matches: [{ match: 'mark', value: 1, mask: 0xffffffff, invert: true }] },
    ' -m mark ! --mark 0x1',
  ),
  word(
    'statistic random',
    { matches: [{ match: 'statistic', mode: 'random', probability: Math.round(2 ** 31 / 3) / 2 ** 31 }] },
    ' -m statistic --mode random --probability 0.33333333349',
  ),
  word(
    'statistic random, a tie in the eleventh digit',
    { matches: [{ match: 'statistic', mode: 'random', probability: 2 ** -12 }] },
    ' -m statistic --mode random --probability 0.00024414062',
  ),
  word(
    'statistic random, always',
    { matches: [{ match: 'statistic', mode: 'random', probability: 1 }] },
    ' -m statistic --mode random --probability 1.00000000000',
  ),
  word(
    'statistic nth',
    { matches: [{ match: 'statistic', mode: 'nth', every: 3, packet: 1 }] },
    ' -m statistic --mode nth --every 3 --packet 1',
  ),
  word(
    'conntrack states',
    { matches: [{ match: 'conntrack', states: ['RELATED', 'ESTABLISHED'] }] },
    ' -m conntrack --ctstate RELATED,ESTABLISHED',
  ),
  word(
    'every conntrack state, inverted',
    {
      matches: [
        {
          match: 'conntrack',
          states: ['INVALID', 'NEW', 'RELATED', 'ESTABLISHED', 'UNTRACKED', 'SNAT', 'DNAT'],
          invert: true,
        },
      ],
    },
    ' -m conntrack ! --ctstate INVALID,NEW,RELATED,ESTABLISHED,UNTRACKED,SNAT,DNAT',
  ),
  word('addrtype', { matches: [{ match: 'addrtype', destinationType: 'LOCAL' }] }, ' -m addrtype --dst-type LOCAL'),
  word(
    'addrtype of both sides',
    { matches: [{ match: 'addrtype', sourceType: 'UNICAST,LOCAL', destinationType: 'BROADCAST,MULTICAST' }] },
    ' -m addrtype --src-type UNICAST,LOCAL --dst-type BROADCAST,MULTICAST',
  ),
  word(
    'recent set',
    { matches: [{ match: 'recent', action: 'set', name: 'KUBE-SEP-ABCDEFGHIJKLMNOP', mask: '255.255.255.255' }] },
    ' -m recent --set --name KUBE-SEP-ABCDEFGHIJKLMNOP --mask 255.255.255.255 --rsource',
  ),
  word(
    'recent rcheck',
    {
      matches: [
        {
          match: 'recent',
          action: 'rcheck',
          name: 'KUBE-SEP-ABCDEFGHIJKLMNOP',
          seconds: 10800,
          reap: true,
          mask: '255.255.0.0',
        },
      ],
    },
    ' -m recent --rcheck --seconds 10800 --reap --name KUBE-SEP-ABCDEFGHIJKLMNOP --mask 255.255.0.0 --rsource',
  ),
  word(
    'set',
    { matches: [{ match: 'set', name: 'KUBE-CLUSTER-IP', directions: ['dst', 'src'] }] },
    ' -m set --match-set KUBE-CLUSTER-IP dst,src',
  ),
  word(
    'not in a set',
    { matches: [{ match: 'set', name: 'KUBE-OTHER', directions: ['src', 'dst'], invert: true }] },
    ' -m set ! --match-set KUBE-OTHER src,dst',
  ),
  word(
    'several matches, in their order',
    {
      protocol: 'tcp',
      matches: [
        { match: 'comment', text: 'first' },
        { match: 'tcp', destinationPorts: { from: 80, to: 80 } },
        { match: 'conntrack', states: ['NEW'] },
        { match: 'comment', text: 'last' },
      ],
    },
    ' -p tcp -m comment --comment first -m tcp --dport 80 -m conntrack --ctstate NEW -m comment --comment last',
  ),
];

const targets: readonly Word[] = [
  word('ACCEPT', { target: { target: 'ACCEPT' } }, ' -j ACCEPT'),
  word('DROP', { target: { target: 'DROP' } }, ' -j DROP'),
  word('RETURN', { target: { target: 'RETURN' } }, ' -j RETURN'),
  word('jump', { target: { target: 'jump', chain: jumpTarget } }, ` -j ${jumpTarget}`),
  word('goto', { target: { target: 'goto', chain: jumpTarget } }, ` -g ${jumpTarget}`),
  word(
    'goto for fragments',
    { fragments: true, target: { target: 'goto', chain: jumpTarget } },
    ` -f -g ${jumpTarget}`,
  ),
  word('DNAT', { target: { target: 'DNAT', ip: '10.2.0.2' } }, ' -j DNAT --to-destination 10.2.0.2', 'nat'),
  word(
    'DNAT with a port',
    { protocol: 'tcp', target: { target: 'DNAT', ip: '10.2.255.254', port: 65535 } },
    ' -p tcp -j DNAT --to-destination 10.2.255.254:65535',
    'nat',
  ),
  word('MASQUERADE', { target: { target: 'MASQUERADE' } }, ' -j MASQUERADE', 'nat'),
  word(
    'MASQUERADE fully random',
    { target: { target: 'MASQUERADE', randomFully: true } },
    ' -j MASQUERADE --random-fully',
    'nat',
  ),
  word('MARK or', { target: { target: 'MARK', operation: 'or', value: 0x4000 } }, ' -j MARK --set-xmark 0x4000/0x4000'),
  word('MARK xor', { target: { target: 'MARK', operation: 'xor', value: 0x4000 } }, ' -j MARK --set-xmark 0x4000/0x0'),
  word(
    'MARK and',
    { target: { target: 'MARK', operation: 'and', value: 0xffffbfff } },
    ' -j MARK --set-xmark 0x0/0x4000',
  ),
  word('MARK set', { target: { target: 'MARK', operation: 'set', value: 7 } }, ' -j MARK --set-xmark 0x7/0xffffffff'),
  ...[
    'icmp-net-unreachable',
    'icmp-host-unreachable',
    'icmp-proto-unreachable',
    'icmp-port-unreachable',
    'icmp-net-prohibited',
    'icmp-host-prohibited',
    'icmp-admin-prohibited',
  ].map((answer) =>
    word(`REJECT with ${answer}`, { target: { target: 'REJECT', with: answer } }, ` -j REJECT --reject-with ${answer}`),
  ),
  word(
    'REJECT with tcp-reset',
    { protocol: 'tcp', target: { target: 'REJECT', with: 'tcp-reset' } },
    ' -p tcp -j REJECT --reject-with tcp-reset',
  ),
];

export const vocabulary: readonly Word[] = [...conditions, ...matches, ...targets];

const builtins: Readonly<Record<'filter' | 'nat', readonly string[]>> = {
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
};

/** All words of one table, in chains that are entered only from where their targets are allowed. */
export function vocabularyTable(name: 'filter' | 'nat'): Table {
  const words = vocabulary.filter((candidate) => name === 'filter' || candidate.table === name);
  const ofTable = words.filter((candidate) => candidate.table === name);
  const masquerades = ofTable.filter(({ rule }) => rule.target.target === 'MASQUERADE');
  const others = ofTable.filter(({ rule }) => rule.target.target !== 'MASQUERADE');
  const entrance = { filter: 'FORWARD', nat: 'PREROUTING' }[name];
  return {
    name,
    chains: [
      ...builtins[name].map((chain) => ({
        name: chain,
        policy: chain === 'FORWARD' ? ('DROP' as const) : ('ACCEPT' as const),
        rules: [
          ...(chain === entrance ? [jumpRule('KUBE-WORDS')] : []),
          ...(chain === 'POSTROUTING' ? [jumpRule('KUBE-MASQUERADES')] : []),
        ],
      })),
      ...(name === 'nat' ? [{ name: 'KUBE-MASQUERADES', rules: masquerades.map(({ rule }) => rule) }] : []),
      { name: jumpTarget, rules: [] },
      { name: 'KUBE-WORDS', rules: others.map(({ rule }) => rule) },
    ],
  };
}

function jumpRule(chain: string): Rule {
  return { matches: [], target: { target: 'jump', chain } };
}
