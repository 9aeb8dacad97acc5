/** Random tables in the form in which they are read back: every one fits a kernel, and each has one spelling. */
import fc from 'fast-check';
import { formatIpv4, toAddressMatch } from '../../../native/iptables/address.ts';
import type {
  AddressMatch,
  Chain,
  ConntrackState,
  Counters,
  Match,
  PortMatch,
  PortRange,
  Rule,
  Table,
  Target,
} from '../../../native/iptables/index.ts';

/** Objects with the prototype of literals, so that they compare equal to what is read back; optional keys left out. */
function record<T extends object>(
  model: { [Key in keyof T]-?: fc.Arbitrary<T[Key]> },
  required: readonly (keyof T & string)[],
): fc.Arbitrary<T> {
  return fc.record(model, { noNullPrototype: true, requiredKeys: [...required] }) as fc.Arbitrary<T>;
}

const u32 = fc.nat(0xffffffff);
const yes = fc.constant(true as const);
const maybe = <T extends object>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof(fc.constant({} as T), arbitrary);
const inverted = maybe(fc.constant({ invert: true as const }));

const ipv4 = u32.map(formatIpv4);
const oddMask = fc.constantFrom(0xff00ff00, 0x00ffffff, 0xfffffffd);
const address: fc.Arbitrary<AddressMatch> = fc
  .tuple(
    u32,
    fc.oneof(
      fc.integer({ min: 1, max: 32 }).map((prefix) => (0xffffffff << (32 - prefix)) >>> 0),
      oddMask,
    ),
    fc.boolean(),
  )
  .map(([bits, mask, isInverted]) => toAddressMatch({ address: (bits & mask) >>> 0, mask }, isInverted));

const port = fc.nat(0xffff);
const range: fc.Arbitrary<PortRange> = fc
  .tuple(port, port, inverted)
  .filter(([a, b]) => Math.abs(a - b) < 0xffff)
  .map(([a, b, invert]) => ({ from: Math.min(a, b), to: Math.max(a, b), ...invert }));

const ports = (match: PortMatch['match']): fc.Arbitrary<PortMatch> =>
  record<PortMatch>({ match: fc.constant(match), sourcePorts: range, destinationPorts: range }, ['match']);

/** Anything that can be printed, quotes and backslashes among it. */
const comment = fc
  .oneof(fc.string({ unit: fc.constantFrom(...`ab-_ /:"'\\!é漢`), maxLength: 40 }), fc.string({ maxLength: 80 }))
  .map((text) => text.replace(/[^\x20-\x7eé漢]/gu, '?'))
  .filter((text) => text !== '');

const states: fc.Arbitrary<ConntrackState[]> = fc.subarray(
  ['INVALID', 'NEW', 'RELATED', 'ESTABLISHED', 'UNTRACKED', 'SNAT', 'DNAT'],
  { minLength: 1 },
);
const types = fc
  .subarray(['UNSPEC', 'UNICAST', 'LOCAL', 'BROADCAST', 'ANYCAST', 'MULTICAST', 'BLACKHOLE'], { minLength: 1 })
  .map((list) => list.join(','));
const listName = fc.stringMatching(/^[A-Z][A-Z0-9_.-]{0,20}$/);

function matchArbitrary(sets: readonly string[]): fc.Arbitrary<Match> {
  const nth = fc
    .integer({ min: 1, max: 0xffffffff })
    .chain((every) => fc.record({ every: fc.constant(every), packet: fc.nat(every - 1) }));
  const choices: fc.Arbitrary<Match>[] = [
    comment.map((text) => ({ match: 'comment', text })),
    fc.tuple(u32, u32, inverted).map(([value, mask, invert]) => ({ match: 'mark', value, mask, ...invert })),
    fc.nat(2 ** 31).map((quantum) => ({ match: 'statistic', mode: 'random', probability: quantum / 2 ** 31 })),
    nth.map(({ every, packet }) => ({ match: 'statistic', mode: 'nth', every, packet })),
    fc.tuple(states, inverted).map(([list, invert]) => ({ match: 'conntrack', states: list, ...invert })),
    types.map((sourceType) => ({ match: 'addrtype', sourceType })),
    fc.tuple(types, types).map(([sourceType, destinationType]) => ({ match: 'addrtype', sourceType, destinationType })),
    fc.tuple(listName, ipv4).map(([name, mask]) => ({ match: 'recent', action: 'set', name, mask })),
    fc
      .tuple(
        listName,
        ipv4,
        maybe(
          fc
            .tuple(fc.integer({ min: 1, max: 2 ** 31 - 1 }), maybe(fc.constant({ reap: true as const })))
            .map(([seconds, reap]) => ({ seconds, ...reap })),
        ),
      )
      .map(([name, mask, time]) => ({ match: 'recent', action: 'rcheck', name, ...time, mask })),
  ];
  if (sets.length > 0) {
    const directions = fc.array(fc.constantFrom('src', 'dst'), { minLength: 1, maxLength: 3 });
    choices.push(
      fc
        .tuple(fc.constantFrom(...sets), directions, inverted)
        .map(([name, list, invert]) => ({ match: 'set', name, directions: list as ('src' | 'dst')[], ...invert })),
    );
  }
  return fc.oneof(...choices);
}

const interfaceName = fc
  .tuple(fc.stringMatching(/^[a-z][a-z0-9.@-]{0,13}$/), fc.constantFrom('', '+'))
  .map(([name, plus]) => name + plus);

const mark: fc.Arbitrary<Target> = fc
  .tuple(fc.constantFrom('or', 'xor', 'and', 'set'), fc.integer({ min: 1, max: 0xfffffffe }))
  .map(([operation, value]) => ({ target: 'MARK', operation: operation as 'or' | 'xor' | 'and' | 'set', value }));
const plain: fc.Arbitrary<Target> = fc.oneof(
  fc.constantFrom('ACCEPT', 'DROP', 'RETURN', 'none').map((target): Target => ({ target: target as 'ACCEPT' })),
  mark,
);
/** iptables-restore refuses to drop in nat, although the kernel would. */
const plainInNat = plain.filter(({ target }) => target !== 'DROP');
const rejection: fc.Arbitrary<Target> = fc
  .constantFrom('icmp-port-unreachable', 'icmp-host-unreachable', 'icmp-admin-prohibited')
  .map((answer) => ({ target: 'REJECT', with: answer }));
const dnat: fc.Arbitrary<Target> = ipv4.map((ip) => ({ target: 'DNAT', ip }));
const masquerade: fc.Arbitrary<Target> = maybe(fc.constant({ randomFully: true as const })).map((options) => ({
  target: 'MASQUERADE',
  ...options,
}));

const counterValue = fc.bigInt({ min: 1n, max: 2n ** 63n });
const counters: fc.Arbitrary<Counters> = fc.record(
  { packets: counterValue, bytes: counterValue },
  { noNullPrototype: true },
);

type Conditions = Omit<Rule, 'matches' | 'target'>;
const withProtocol: fc.Arbitrary<Pick<Rule, 'protocol' | 'matches'>> = fc.oneof(
  fc.constant({ matches: [] }),
  fc
    .constantFrom('tcp' as const, 'udp' as const, 'sctp' as const)
    .chain((protocol) => ports(protocol).map((match) => ({ protocol, matches: [match] }))),
  fc.constantFrom('icmp' as const, 50, 253).map((protocol) => ({ protocol, matches: [] })),
);
const conditions = record<Conditions>(
  {
    source: address,
    destination: address,
    protocol: fc.constant('tcp'),
    inInterface: interfaceName,
    outInterface: interfaceName,
    fragments: yes,
    invert: fc.constant({}),
    counters,
  },
  [],
).map(({ invert: _, protocol: __, ...rest }) => rest);

/** Negations of what is there. */
function negated(rule: Rule): fc.Arbitrary<Rule> {
  const conditionsThere = (['inInterface', 'outInterface', 'fragments'] as const).filter(
    (name) => rule[name] !== undefined,
  );
  return fc
    .subarray(conditionsThere)
    .map((names) =>
      names.length === 0 ? rule : { ...rule, invert: Object.fromEntries(names.map((name) => [name, true])) },
    );
}

/** Both have an option `--set`, and iptables-restore takes that of `set` when it is among several `recent`. */
function isUnambiguous(matches: readonly Match[]): boolean {
  const kinds = new Set(matches.map(({ match }) => match));
  return !(kinds.has('recent') && kinds.has('set'));
}

function ruleArbitrary(target: fc.Arbitrary<Target>, sets: readonly string[]): fc.Arbitrary<Rule> {
  return fc
    .tuple(conditions, withProtocol, fc.array(matchArbitrary(sets), { maxLength: 3 }).filter(isUnambiguous), target)
    .map(
      ([rest, { protocol, matches }, more, chosen]): Rule => ({
        ...rest,
        ...(protocol === undefined ? {} : { protocol }),
        matches: [...matches, ...more],
        target: chosen,
      }),
    )
    .chain(negated);
}

/** Chains named so that each jumps only to later ones of its own kind: no circles, and NAT targets only where allowed. */
function userChains(prefix: string, target: fc.Arbitrary<Target>, sets: readonly string[]): fc.Arbitrary<Chain[]> {
  return fc.integer({ min: 1, max: 3 }).chain((count) =>
    fc.tuple(
      ...Array.from({ length: count }, (_, index) => {
        const later = Array.from({ length: count - index - 1 }, (__, step) => `${prefix}-${index + step + 1}`);
        const jumps = later.map((chain) =>
          fc.constantFrom('jump' as const, 'goto' as const).map((kind): Target => ({ target: kind, chain })),
        );
        return fc
          .array(ruleArbitrary(fc.oneof(target, ...jumps), sets), { maxLength: 4 })
          .map((rules): Chain => ({ name: `${prefix}-${index}`, rules }));
      }),
    ),
  );
}

const jumpTo = (chain: string): Rule => ({ matches: [], target: { target: 'jump', chain } });

function builtin(name: string, ...entrances: readonly string[]): fc.Arbitrary<Chain> {
  return fc
    .tuple(fc.constantFrom('ACCEPT' as const, 'DROP' as const), maybe(counters.map((value) => ({ counters: value }))))
    .map(([policy, count]) => ({ name, policy, ...count, rules: entrances.map(jumpTo) }));
}

/** @param sets ipsets that rules may name */
export function tables(sets: readonly string[]): fc.Arbitrary<Table> {
  const filter = fc
    .tuple(
      builtin('INPUT', 'A-0'),
      builtin('FORWARD', 'A-0'),
      builtin('OUTPUT'),
      userChains('A', fc.oneof(plain, rejection), sets),
    )
    .map(([input, forward, output, users]): Table => ({ name: 'filter', chains: [input, forward, output, ...users] }));
  const mangle = fc
    .tuple(
      builtin('PREROUTING', 'A-0'),
      builtin('INPUT'),
      builtin('FORWARD'),
      builtin('OUTPUT', 'A-0'),
      builtin('POSTROUTING'),
      userChains('A', plain, sets),
    )
    .map(
      ([pre, input, forward, output, post, users]): Table => ({
        name: 'mangle',
        chains: [pre, input, forward, output, post, ...users],
      }),
    );
  const nat = fc
    .tuple(
      builtin('PREROUTING', 'D-0'),
      builtin('INPUT'),
      builtin('OUTPUT', 'D-0'),
      builtin('POSTROUTING', 'M-0'),
      userChains('D', fc.oneof(plainInNat, dnat), sets),
      userChains('M', fc.oneof(plainInNat, masquerade), sets),
    )
    .map(
      ([pre, input, output, post, d, m]): Table => ({ name: 'nat', chains: [pre, input, output, post, ...d, ...m] }),
    );
  return fc.oneof(filter, nat, mangle);
}
