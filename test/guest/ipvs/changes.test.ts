import assert from 'node:assert/strict';
import { type IpvsDestinationConfig, openIpvs } from '../../../native/ipvs/index.ts';
import { needIpvs, plainService, tcpKey } from '../../support/ipvs.ts';
import { inPrivateNetns, runIn } from '../../support/namespaces.ts';

const key = tcpKey('10.96.0.1', 80);
const destination = (ip: string, weight: number): IpvsDestinationConfig => ({
  ip,
  port: 8080,
  forward: 'masquerade',
  weight,
  upperThreshold: 0,
  lowerThreshold: 0,
});

describe('changes to IPVS tables', () => {
  before(function () {
    needIpvs(this);
  });

  it('edit and delete services and destinations as ipvsadm sees it', () =>
    inPrivateNetns((netns) => {
      const client = openIpvs(netns);
      client.apply([
        { op: 'add-service', service: plainService(key) },
        { op: 'add-service', service: plainService(tcpKey('10.96.0.2', 80)) },
        { op: 'add-destination', service: key, destination: destination('10.2.0.2', 1) },
        { op: 'add-destination', service: key, destination: destination('10.2.0.3', 1) },
        {
          op: 'edit-service',
          service: { ...plainService(key, 'wlc'), flags: { persistent: true }, timeoutSeconds: 90 },
        },
        { op: 'edit-destination', service: key, destination: destination('10.2.0.2', 5) },
        { op: 'delete-destination', service: key, destination: { ip: '10.2.0.3', port: 8080 } },
        { op: 'delete-service', service: tcpKey('10.96.0.2', 80) },
      ]);
      assert.equal(
        runIn(netns, 'ipvsadm', '-Sn'),
        '-A -t 10.96.0.1:80 -s wlc -p 90\n-a -t 10.96.0.1:80 -r 10.2.0.2:8080 -m -w 5\n',
      );
      client.close();
    }));

  it('take flags and the persistence engine away again', () =>
    inPrivateNetns((netns) => {
      const client = openIpvs(netns);
      const id = { kind: 'address', protocol: 'UDP', ip: '10.96.0.1', port: 5060 } as const;
      const plain = plainService({ family: 'ipv4', id }, 'sh');
      const full = {
        ...plain,
        flags: { persistent: true, hashPort: true, hashFallback: true, schedulerFlag3: true },
        timeoutSeconds: 60,
        persistenceEngine: 'sip',
      };
      client.apply([{ op: 'add-service', service: full }]);
      const { stats: _, ...read } = client.service(plain);
      assert.deepEqual(read, full);
      client.apply([{ op: 'edit-service', service: plain }]);
      const edited = client.service(plain);
      assert.deepEqual(edited.flags, {});
      assert.equal(edited.persistenceEngine, undefined);
      client.close();
    }));

  it('list destinations with the last added first, as the schedulers see them', () =>
    inPrivateNetns((netns) => {
      const client = openIpvs(netns);
      const ips = ['10.2.0.2', '10.2.0.9', '10.2.0.5'];
      client.apply([
        { op: 'add-service', service: plainService(key) },
        ...ips.map((ip) => ({ op: 'add-destination', service: key, destination: destination(ip, 1) }) as const),
      ]);
      assert.deepEqual(
        client.destinations(key).map(({ ip }) => ip),
        ['10.2.0.5', '10.2.0.9', '10.2.0.2'],
      );
      client.close();
    }));

  it('keep to the namespace that the client was opened in', () =>
    inPrivateNetns((mine) =>
      inPrivateNetns((other) => {
        const client = openIpvs(mine);
        const elsewhere = openIpvs(other);
        client.apply([{ op: 'add-service', service: plainService(key) }]);
        assert.equal(client.services().length, 1);
        assert.deepEqual(elsewhere.services(), []);
        client.close();
        elsewhere.close();
      }),
    ));

  it('carry firewall marks of all 32 bits', () =>
    inPrivateNetns((netns) => {
      const client = openIpvs(netns);
      const mark = { family: 'ipv6', id: { kind: 'fwmark', mark: 0xffff_ffff } } as const;
      client.apply([{ op: 'add-service', service: plainService(mark) }]);
      assert.deepEqual(client.service(mark).id, mark.id);
      client.close();
    }));
});
