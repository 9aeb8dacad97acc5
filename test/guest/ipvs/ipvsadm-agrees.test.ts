import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  type IpvsClient,
  type IpvsDestinationConfig,
  type IpvsServiceConfig,
  openIpvs,
} from '../../../native/ipvs/index.ts';
import { withNetns } from '../../../native/netns/index.ts';
import { needIpvs } from '../../support/ipvs.ts';
import { inPrivateNetns, runIn } from '../../support/namespaces.ts';
import { operations, saved, tables } from './tables.ts';

interface Listed {
  readonly service: IpvsServiceConfig;
  readonly destinations: readonly IpvsDestinationConfig[];
}

const byKey = (a: Listed, b: Listed): number =>
  JSON.stringify(a.service.id).localeCompare(JSON.stringify(b.service.id)) ||
  a.service.family.localeCompare(b.service.family);

/** All tables without counters, the destinations in the order in which they were added. */
function listAll(client: IpvsClient): Listed[] {
  return client
    .services()
    .map(({ stats: _, ...service }) => ({
      service,
      destinations: client
        .destinations(service)
        .map(
          ({ stats: _, family: __, activeConnections, inactiveConnections, persistentConnections, ...config }) =>
            config,
        )
        .reverse(),
    }))
    .sort(byKey);
}

const sortedLines = (text: string): string[] => text.trimEnd().split('\n').sort();

describe('IPVS tables with every attribute', () => {
  before(function () {
    needIpvs(this);
  });

  it('written by the addon are listed by ipvsadm', () =>
    inPrivateNetns((netns) => {
      const client = openIpvs(netns);
      client.apply(operations);
      assert.deepEqual(sortedLines(runIn(netns, 'ipvsadm', '-Sn')), sortedLines(saved));
      assert.match(runIn(netns, 'ipvsadm', '-Ln', '--thresholds'), /10\.2\.0\.2:8080 +20 +10 +0 +0/);
      client.close();
    }));

  it('written by ipvsadm are listed by the addon', () =>
    inPrivateNetns((netns) => {
      withNetns(netns, () => execFileSync('ipvsadm', ['-R'], { input: saved }));
      const client = openIpvs(netns);
      const withoutThresholds = tables.map(({ service, destinations }) => ({
        service,
        destinations: destinations.map((one) => ({ ...one, upperThreshold: 0, lowerThreshold: 0 })),
      }));
      assert.deepEqual(listAll(client), withoutThresholds.sort(byKey));
      client.close();
    }));

  it('written by the addon are listed by the addon', () =>
    inPrivateNetns((netns) => {
      const client = openIpvs(netns);
      client.apply(operations);
      assert.deepEqual(listAll(client), [...tables].sort(byKey));
      client.close();
    }));

  it('are gone after a flush, for both', () =>
    inPrivateNetns((netns) => {
      const client = openIpvs(netns);
      client.apply([...operations, { op: 'flush' }]);
      assert.deepEqual(client.services(), []);
      assert.equal(runIn(netns, 'ipvsadm', '-Sn'), '');
      client.close();
    }));
});
