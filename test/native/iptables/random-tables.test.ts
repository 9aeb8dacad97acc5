import { inPrivateNetns } from '../../support/namespaces.ts';
import { checkReading, checkWriting } from './random-checks.ts';
import { needIptables } from './tools.ts';

describe('Random tables', function () {
  this.timeout(60_000);

  before(function () {
    needIptables(this);
  });

  it('written here are printed by iptables-legacy-save and read here as they were', () =>
    inPrivateNetns((netns) => checkWriting(netns, 60)));

  it('written by iptables-legacy-restore are read here as they were', () =>
    inPrivateNetns((netns) => checkReading(netns, 60)));
});
