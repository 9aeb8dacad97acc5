import { createIptablesDataPlane } from '../../../src/proxy/iptables/data-plane.ts';
import { createIpvsDataPlane } from '../../../src/proxy/ipvs/data-plane.ts';
import { describeForwarding } from '../../proxy/forwarding-suite.ts';
import { whyNoLegacy } from '../../proxy/kernel-support.ts';
import { whyNoIpvs } from '../../support/ipvs.ts';

describeForwarding('iptables mode over ip_tables', () => createIptablesDataPlane('legacy'), whyNoLegacy);
describeForwarding(
  'IPVS mode',
  () => createIpvsDataPlane(),
  () => whyNoIpvs() ?? whyNoLegacy(),
);
