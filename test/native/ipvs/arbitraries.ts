/** Random IPVS services and destinations that the kernel's format can carry. */
import fc from 'fast-check';
import { formatIpv4, formatIpv6 } from '../../../native/ipvs/address.ts';
import type {
  IpvsDestinationConfig,
  IpvsServiceConfig,
  IpvsServiceKey,
  IpvsTunnel,
} from '../../../native/ipvs/index.ts';

/** Records with the prototype of object literals, so that they compare equal to what is read back. */
const record = <T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record<T>(model, { noNullPrototype: true });
const port = fc.integer({ min: 0, max: 65_535 });
export const ipv4 = fc.uint8Array({ minLength: 4, maxLength: 4 }).map((bytes) => formatIpv4(bytes, 0));
/** Many zero groups, since those are what its text form is about. */
export const ipv6 = fc
  .array(fc.oneof(fc.constant(0), fc.constant(0xffff), fc.integer({ min: 0, max: 0xffff })), {
    minLength: 8,
    maxLength: 8,
  })
  .map((groups) => formatIpv6(Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff])), 0));
const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,14}$/);

const idOf = (ip: fc.Arbitrary<string>): fc.Arbitrary<IpvsServiceKey['id']> =>
  fc.oneof(
    record({ kind: fc.constant('address' as const), protocol: fc.constantFrom('TCP', 'UDP', 'SCTP'), ip, port }),
    record({ kind: fc.constant('fwmark' as const), mark: fc.integer({ min: 1, max: 0xffff_ffff }) }),
  );

/** What is read back names only the flags that are set. */
const flags: fc.Arbitrary<IpvsServiceConfig['flags']> = fc.record(
  {
    persistent: fc.constant(true),
    onePacket: fc.constant(true),
    hashPort: fc.constant(true),
    hashFallback: fc.constant(true),
    schedulerFlag3: fc.constant(true),
  },
  { noNullPrototype: true, requiredKeys: [] },
);

const common = {
  scheduler: name,
  flags,
  timeoutSeconds: fc.integer({ min: 0, max: 31 * 86_400 }),
};

export const services: fc.Arbitrary<IpvsServiceConfig> = fc.oneof(
  fc.record(
    {
      ...common,
      family: fc.constant('ipv4' as const),
      id: idOf(ipv4),
      netmaskPrefix: fc.integer({ min: 0, max: 32 }),
      persistenceEngine: name,
    },
    { noNullPrototype: true, requiredKeys: ['family', 'id', 'scheduler', 'flags', 'timeoutSeconds', 'netmaskPrefix'] },
  ),
  record({
    ...common,
    family: fc.constant('ipv6' as const),
    id: idOf(ipv6),
    netmaskPrefix: fc.integer({ min: 1, max: 128 }),
  }),
);

const tunnel: fc.Arbitrary<IpvsTunnel> = fc.oneof(
  record({
    type: fc.constant('gue' as const),
    port: fc.integer({ min: 1, max: 65_535 }),
    checksum: fc.constantFrom('none', 'full', 'remote'),
  }),
  record({ type: fc.constant('gre' as const), checksum: fc.constantFrom('none', 'full') }),
);

const thresholds = fc
  .tuple(fc.integer({ min: 0, max: 0xffff_ffff }), fc.integer({ min: 0, max: 0xffff_ffff }))
  .map(([a, b]) => ({ upperThreshold: Math.max(a, b), lowerThreshold: Math.min(a, b) }));

export const destinations: fc.Arbitrary<IpvsDestinationConfig> = fc
  .tuple(
    record({ ip: fc.oneof(ipv4, ipv6), port, weight: fc.integer({ min: 0, max: 0x7fff_ffff }) }),
    thresholds,
    fc.oneof(
      record({ forward: fc.constantFrom('masquerade', 'local', 'tunnel', 'direct-route') }),
      record({ forward: fc.constant('tunnel' as const), tunnel }),
    ),
  )
  .map(([key, limits, forward]) => ({ ...key, ...limits, ...forward }));
