import assert from 'node:assert/strict';
import { encodeOperations } from '../../../native/ipvs/encode.ts';
import { type IpvsDestinationConfig, IpvsError, type IpvsServiceConfig } from '../../../native/ipvs/index.ts';

const service: IpvsServiceConfig = {
  family: 'ipv4',
  id: { kind: 'address', protocol: 'TCP', ip: '10.96.0.1', port: 80 },
  scheduler: 'rr',
  flags: {},
  timeoutSeconds: 0,
  netmaskPrefix: 32,
};
const destination: IpvsDestinationConfig = {
  ip: '10.2.0.2',
  port: 8080,
  forward: 'masquerade',
  weight: 1,
  upperThreshold: 0,
  lowerThreshold: 0,
};
const address = { kind: 'address', protocol: 'TCP', ip: '10.96.0.1', port: 80 } as const;

const badServices: readonly [string, Partial<IpvsServiceConfig>, RegExp][] = [
  [
    'an address that is none',
    { id: { ...address, ip: '10.96.0' } },
    /service\.id\.ip is "10\.96\.0"; expected an IPv4/,
  ],
  ['an address of the other family', { id: { ...address, ip: 'fd00::1' } }, /of the service's family ipv4/],
  ['a port out of range', { id: { ...address, port: 65_536 } }, /service\.id\.port is 65536; .* 0 to 65535/],
  ['half a port', { id: { ...address, port: 80.5 } }, /service\.id\.port is 80\.5/],
  ['firewall mark 0', { id: { kind: 'fwmark', mark: 0 } }, /service\.id\.mark is 0; .* 1 to 4294967295/],
  ['a scheduler without a name', { scheduler: '' }, /service\.scheduler is ""; expected a name of 1 to 15/],
  ['a scheduler with a long name', { scheduler: 'x'.repeat(16) }, /expected a name of 1 to 15 characters/],
  ['a scheduler with a space', { scheduler: 'r r' }, /service\.scheduler is "r r"; expected printable ASCII/],
  ['a scheduler with a NUL', { scheduler: 'r\0r' }, /expected printable ASCII/],
  ['a long persistence engine', { persistenceEngine: 'x'.repeat(16) }, /service\.persistenceEngine/],
  ['a negative timeout', { timeoutSeconds: -1 }, /service\.timeoutSeconds is -1/],
  ['a timeout above 31 days', { timeoutSeconds: 31 * 86_400 + 1 }, /0 to 2678400/],
  ['a prefix of 33', { netmaskPrefix: 33 }, /service\.netmaskPrefix is 33; .* 0 to 32/],
  ['a netmask that is none', { irregularNetmask: '255.255' }, /service\.irregularNetmask is "255\.255"/],
  [
    'an IPv6 prefix of 0',
    { family: 'ipv6', id: { kind: 'fwmark', mark: 1 }, netmaskPrefix: 0 },
    /service\.netmaskPrefix is 0; .* 1 to 128/,
  ],
];

const badDestinations: readonly [string, Partial<IpvsDestinationConfig>, RegExp][] = [
  ['an address that is none', { ip: 'backend' }, /destination\.ip is "backend"/],
  ['a negative port', { port: -1 }, /destination\.port is -1/],
  ['a negative weight', { weight: -1 }, /destination\.weight is -1; .* 0 to 2147483647/],
  ['a weight beyond 31 bits', { weight: 2 ** 31 }, /destination\.weight is 2147483648/],
  ['a weight that is no number', { weight: Number.NaN }, /destination\.weight is NaN/],
  ['thresholds the wrong way round', { upperThreshold: 5, lowerThreshold: 6 }, /at most the upper threshold 5/],
  [
    'a tunnel without forwarding by tunnel',
    { tunnel: { type: 'gre', checksum: 'none' } },
    /expected none without forward: 'tunnel'/,
  ],
  [
    'a GUE tunnel to port 0',
    { forward: 'tunnel', tunnel: { type: 'gue', port: 0, checksum: 'none' } },
    /destination\.tunnel\.port is 0/,
  ],
];

/** All of it goes wrong at the third operation. */
function refuses(bad: () => ArrayBuffer, message: RegExp): void {
  assert.throws(bad, (error) => {
    assert.ok(error instanceof IpvsError);
    assert.equal(error.code, 'invalid');
    assert.equal(error.operationIndex, 2);
    assert.equal(error.accepted, 0);
    assert.match(error.message, message);
    assert.match(error.message, /^operation 2: .*; nothing was sent$/);
    return true;
  });
}

const good = [{ op: 'flush' }, { op: 'add-service', service }] as const;

describe('a list of IPVS operations is refused as a whole for', () => {
  for (const [name, change, message] of badServices) {
    it(`a service with ${name}`, () =>
      refuses(() => encodeOperations([...good, { op: 'edit-service', service: { ...service, ...change } }]), message));
  }
  for (const [name, change, message] of badDestinations) {
    it(`a destination with ${name}`, () => {
      const bad = { op: 'add-destination', service, destination: { ...destination, ...change } } as const;
      refuses(() => encodeOperations([...good, bad]), message);
    });
  }

  it('words that are not in the vocabulary', () => {
    const parse = (json: string) => () => encodeOperations([...good, JSON.parse(json)]);
    refuses(parse('{"op": "remove"}'), /op is "remove"; expected one of add-service, /);
    const key = (protocol: string): string =>
      JSON.stringify({ op: 'delete-service', service: { family: 'ipv4', id: { ...address, protocol } } });
    refuses(parse(key('ICMP')), /service\.id\.protocol is "ICMP"; expected one of TCP, UDP, SCTP/);
    refuses(parse(key('toString')), /service\.id\.protocol is "toString"/);
  });
});
