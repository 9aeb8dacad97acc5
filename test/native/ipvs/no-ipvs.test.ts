import assert from 'node:assert/strict';
import { IpvsError, openIpvs } from '../../../native/ipvs/index.ts';
import { whyNoIpvs } from '../../support/ipvs.ts';
import { inPrivateNetns, needNetns, skipBecause } from '../../support/namespaces.ts';

describe('a kernel without IPVS', () => {
  before(function () {
    needNetns(this);
    if (whyNoIpvs() === undefined) skipBecause(this, 'this kernel has IPVS');
  });

  it('is named as such, with the ways out', () =>
    inPrivateNetns((netns) => {
      assert.throws(
        () => openIpvs(netns),
        (error) =>
          error instanceof IpvsError &&
          error.code === 'no-ipvs' &&
          /modprobe ip_vs.*CONFIG_IP_VS.*User-Mode Linux/.test(error.message),
      );
    }));

  it('is not confused with a descriptor that is no namespace', () => {
    assert.throws(
      () => openIpvs({ fd: 0 }),
      (error) => error instanceof IpvsError && error.code === 'system' && /setns/.test(error.message),
    );
  });
});
