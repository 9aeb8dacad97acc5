import { checkReading, checkWriting } from '../../native/iptables/random-checks.ts';
import { inPrivateNetns } from '../../support/namespaces.ts';

describe('A few random tables', () => {
  it('written here are printed by iptables-legacy-save and read here as they were', () =>
    inPrivateNetns((netns) => checkWriting(netns, 4)));

  it('written by iptables-legacy-restore are read here as they were', () =>
    inPrivateNetns((netns) => checkReading(netns, 4)));
});
