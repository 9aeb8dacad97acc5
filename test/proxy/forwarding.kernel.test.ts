import { createIptablesDataPlane } from '../../src/proxy/iptables/data-plane.ts';
import { createNftablesDataPlane } from '../../src/proxy/nftables/data-plane.ts';
import { describeForwarding } from './forwarding-suite.ts';
import { whyNoIptablesNft, whyNoLegacy, whyNoNftables } from './kernel-support.ts';

describeForwarding('iptables mode over ip_tables', () => createIptablesDataPlane('legacy'), whyNoLegacy);
describeForwarding('iptables mode over nf_tables', () => createIptablesDataPlane('nft'), whyNoIptablesNft);
describeForwarding('nftables mode', () => createNftablesDataPlane(), whyNoNftables);
