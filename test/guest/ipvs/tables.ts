/** One set of IPVS tables that uses every attribute, as operations and as `ipvsadm -Sn` writes it. */
import type { IpvsDestinationConfig, IpvsOperation, IpvsServiceConfig } from '../../../native/ipvs/index.ts';

interface Table {
  readonly service: IpvsServiceConfig;
  readonly destinations: readonly IpvsDestinationConfig[];
}

type Address = Extract<IpvsServiceConfig['id'], { kind: 'address' }>;

const address = (protocol: Address['protocol'], ip: string, port: number): IpvsServiceConfig => ({
  family: ip.includes(':') ? 'ipv6' : 'ipv4',
  id: { kind: 'address', protocol, ip, port },
  scheduler: 'rr',
  flags: {},
  timeoutSeconds: 0,
  netmaskPrefix: ip.includes(':') ? 128 : 32,
});

const destination = (ip: string, port: number): IpvsDestinationConfig => ({
  ip,
  port,
  forward: 'masquerade',
  weight: 1,
  upperThreshold: 0,
  lowerThreshold: 0,
});

export const tables: readonly Table[] = [
  {
    service: {
      ...address('TCP', '10.96.0.1', 80),
      scheduler: 'wrr',
      flags: { persistent: true },
      timeoutSeconds: 600,
      netmaskPrefix: 24,
    },
    destinations: [
      { ...destination('fd00:2::5', 80), forward: 'tunnel', weight: 2 },
      { ...destination('10.2.0.2', 8080), weight: 3, upperThreshold: 20, lowerThreshold: 10 },
      { ...destination('10.2.0.3', 80), forward: 'direct-route' },
      {
        ...destination('10.2.0.4', 80),
        forward: 'tunnel',
        weight: 0,
        tunnel: { type: 'gue', port: 6080, checksum: 'remote' },
      },
      { ...destination('10.2.0.5', 80), forward: 'tunnel', weight: 2, tunnel: { type: 'gre', checksum: 'full' } },
    ],
  },
  {
    service: {
      ...address('TCP', '10.96.0.6', 443),
      flags: { persistent: true },
      timeoutSeconds: 300,
      netmaskPrefix: 32,
      irregularNetmask: '255.0.255.0',
    },
    destinations: [],
  },
  {
    service: {
      ...address('UDP', '10.96.0.2', 5060),
      flags: { persistent: true },
      timeoutSeconds: 60,
      persistenceEngine: 'sip',
    },
    destinations: [],
  },
  { service: { ...address('UDP', '10.96.0.3', 53), scheduler: 'sh', flags: { onePacket: true } }, destinations: [] },
  { service: { ...address('SCTP', '10.96.0.4', 2905), scheduler: 'lc' }, destinations: [] },
  {
    service: {
      ...address('TCP', 'fd00:1::1', 443),
      flags: { persistent: true },
      timeoutSeconds: 10_800,
      netmaskPrefix: 64,
    },
    destinations: [{ ...destination('fd00:2::2', 8443), weight: 65_535 }],
  },
  {
    service: {
      ...address('UDP', 'fd00:1::1', 53),
      scheduler: 'mh',
      flags: { hashFallback: true, hashPort: true },
    },
    destinations: [destination('fd00:2::1', 5353)],
  },
  {
    service: { ...address('TCP', '0.0.0.0', 0), id: { kind: 'fwmark', mark: 7 }, scheduler: 'sed' },
    destinations: [{ ...destination('10.2.0.2', 0), forward: 'direct-route' }],
  },
  {
    service: { ...address('TCP', '::', 0), id: { kind: 'fwmark', mark: 2_147_483_647 }, scheduler: 'nq' },
    destinations: [],
  },
];

export const operations: readonly IpvsOperation[] = tables.flatMap(({ service, destinations }): IpvsOperation[] => [
  { op: 'add-service', service },
  ...destinations.map((one): IpvsOperation => ({ op: 'add-destination', service, destination: one })),
]);

/** In ipvsadm's order; it does not save thresholds. */
export const saved = `-A -t 10.96.0.1:80 -s wrr -p 600 -M 255.255.255.0
-a -t 10.96.0.1:80 -r [fd00:2::5]:80 -i -w 2 --tun-type ipip
-a -t 10.96.0.1:80 -r 10.2.0.2:8080 -m -w 3
-a -t 10.96.0.1:80 -r 10.2.0.3:80 -g -w 1
-a -t 10.96.0.1:80 -r 10.2.0.4:80 -i -w 0 --tun-type gue --tun-port 6080 --tun-remcsum
-a -t 10.96.0.1:80 -r 10.2.0.5:80 -i -w 2 --tun-type gre --tun-csum
-A -t 10.96.0.6:443 -s rr -p 300 -M 255.0.255.0
-A -u 10.96.0.2:5060 -s rr -p 60 --pe sip
-A -u 10.96.0.3:53 -s sh -o
-A --sctp-service 10.96.0.4:2905 -s lc
-A -t [fd00:1::1]:443 -s rr -p 10800 -M 64
-a -t [fd00:1::1]:443 -r [fd00:2::2]:8443 -m -w 65535
-A -u [fd00:1::1]:53 -s mh -b mh-fallback,mh-port
-a -u [fd00:1::1]:53 -r [fd00:2::1]:5353 -m -w 1
-A -f 7 -s sed
-a -f 7 -r 10.2.0.2:0 -g -w 1
-A -f 2147483647 -6 -s nq
`;
