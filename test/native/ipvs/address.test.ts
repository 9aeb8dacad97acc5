import assert from 'node:assert/strict';
import { isIP, SocketAddress } from 'node:net';
import fc from 'fast-check';
import { formatIpv4, formatIpv6, parseIp } from '../../../native/ipvs/address.ts';
import { ipv4, ipv6 } from './arbitraries.ts';

const parsed = (text: string): { family: string | undefined; bytes: Uint8Array } => {
  const bytes = new Uint8Array(16);
  return { family: parseIp(text, bytes, 0), bytes };
};

describe('IP addresses of IPVS', () => {
  it('IPv4 text survives a round trip', () => {
    fc.assert(
      fc.property(ipv4, (text) => {
        const { family, bytes } = parsed(text);
        assert.equal(family, 'ipv4');
        assert.equal(formatIpv4(bytes, 0), text);
      }),
    );
  });

  it('IPv6 is written as inet_ntop writes it, and reads back', () => {
    fc.assert(
      fc.property(ipv6, (text) => {
        // With six zero groups in front and a seventh, Node's own inet_ntop differs from that of the C library.
        fc.pre(!/^::[0-9a-f]{1,4}$/.test(text));
        assert.equal(text, new SocketAddress({ family: 'ipv6', address: text }).address);
        const { family, bytes } = parsed(text);
        assert.equal(family, 'ipv6');
        assert.equal(formatIpv6(bytes, 0), text);
      }),
    );
  });

  it('IPv4-compatible IPv6 is written with dots, but not where only the last group is set', () => {
    for (const text of ['::255.255.255.255', '::0.1.0.0', '::ffff:1.2.3.4', '::1', '::ffff', '::', '1::ffff:ffff']) {
      assert.equal(formatIpv6(parsed(text).bytes, 0), text);
    }
  });

  it('accepts exactly what the platform calls an address', () => {
    const almost = fc.stringMatching(/^[0-9a-f:.]{1,20}$/);
    fc.assert(
      fc.property(fc.oneof(almost, ipv4, ipv6), (text) => {
        const families = { 4: 'ipv4', 6: 'ipv6' } as const;
        const expected = isIP(text);
        assert.equal(parsed(text).family, expected === 4 || expected === 6 ? families[expected] : undefined);
      }),
    );
  });

  for (const text of ['', '1.2.3', '1.2.3.4.5', '1.2.3.256', '01.2.3.4', '1..2.3', ':', '1::2::3', 'fe80::1%lo', 'x']) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.equal(parsed(text).family, undefined));
  }

  it('reads the dotted end of an IPv6 address', () => {
    const { bytes } = parsed('64:ff9b::192.0.2.33');
    assert.equal(formatIpv6(bytes, 0), '64:ff9b::c000:221');
  });
});
