import assert from 'node:assert/strict';
import { openIpvs } from '../../../native/ipvs/index.ts';
import { needIpvs, plainService, tcpKey } from '../../support/ipvs.ts';
import { inPrivateNetns, runIn } from '../../support/namespaces.ts';

const names = ['rr', 'wrr', 'lc', 'wlc', 'lblc', 'lblcr', 'dh', 'sh', 'sed', 'nq', 'fo', 'ovf', 'mh'];

describe('the IPVS scheduler', () => {
  before(function () {
    needIpvs(this);
  });

  for (const [index, name] of names.entries()) {
    it(`${name} is loaded by the kernel and listed by ipvsadm and by the addon`, () =>
      inPrivateNetns((netns) => {
        const client = openIpvs(netns);
        const key = tcpKey('10.96.0.1', 1 + index);
        const destination = { ip: '10.2.0.2', port: 80, forward: 'masquerade', weight: 1 } as const;
        client.apply([
          { op: 'add-service', service: plainService(key, name) },
          {
            op: 'add-destination',
            service: key,
            destination: { ...destination, upperThreshold: 0, lowerThreshold: 0 },
          },
        ]);
        assert.equal(client.service(key).scheduler, name);
        const listed = runIn(netns, 'ipvsadm', '-Sn');
        assert.equal(listed.split('\n')[0], `-A -t 10.96.0.1:${1 + index} -s ${name}`);
        client.close();
      }));
  }
});
