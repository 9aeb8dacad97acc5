import assert from 'node:assert/strict';
import { IpvsError, openIpvs } from '../../../native/ipvs/index.ts';
import { needIpvs } from '../../support/ipvs.ts';
import { inPrivateNetns, runIn } from '../../support/namespaces.ts';

describe('IPVS timeouts and version', () => {
  before(function () {
    needIpvs(this);
  });

  it('set by the addon are shown by ipvsadm, and the other way round', () =>
    inPrivateNetns((netns) => {
      const client = openIpvs(netns);
      client.setTimeouts({ tcpSeconds: 7200, tcpFinSeconds: 61, udpSeconds: 299 });
      assert.match(runIn(netns, 'ipvsadm', '-L', '--timeout'), /: 7200 61 299\n/);
      runIn(netns, 'ipvsadm', '--set', '600', '50', '40');
      assert.deepEqual(client.timeouts(), { tcpSeconds: 600, tcpFinSeconds: 50, udpSeconds: 40 });
      client.close();
    }));

  it('of 0 are left as they are', () =>
    inPrivateNetns((netns) => {
      const client = openIpvs(netns);
      client.setTimeouts({ tcpSeconds: 800, tcpFinSeconds: 70, udpSeconds: 60 });
      client.setTimeouts({ tcpSeconds: 0, tcpFinSeconds: 71, udpSeconds: 0 });
      assert.deepEqual(client.timeouts(), { tcpSeconds: 800, tcpFinSeconds: 71, udpSeconds: 60 });
      client.close();
    }));

  it('beyond 31 days are refused before the kernel would overflow', () =>
    inPrivateNetns((netns) => {
      const client = openIpvs(netns);
      const before = client.timeouts();
      assert.throws(
        () => client.setTimeouts({ ...before, tcpSeconds: 31 * 86_400 + 1 }),
        (error) =>
          error instanceof IpvsError && error.code === 'invalid' && /tcpSeconds is 2678401/.test(error.message),
      );
      assert.deepEqual(client.timeouts(), before);
      client.close();
    }));

  it('come with the version and table size that ipvsadm shows', () =>
    inPrivateNetns((netns) => {
      const client = openIpvs(netns);
      const { version, connectionTableSize } = client.info();
      const [banner] = runIn(netns, 'ipvsadm', '-Ln').split('\n');
      assert.equal(banner, `IP Virtual Server version ${version} (size=${connectionTableSize})`);
      client.close();
    }));
});
