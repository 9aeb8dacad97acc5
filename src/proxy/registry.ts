/** The data planes by mode. */
import { createDirectDataPlane } from './direct/data-plane.ts';
import { createIptablesDataPlane } from './iptables/data-plane.ts';
import { createIpvsDataPlane } from './ipvs/data-plane.ts';
import { createNftablesDataPlane } from './nftables/data-plane.ts';
import type { DataPlane, DataPlaneMode, IpvsScheduler } from './types.ts';
import { createUserspaceDataPlane } from './userspace/data-plane.ts';

export interface DataPlaneOptions {
  /** IPVS only. @default 'rr', as in kube-proxy */
  readonly scheduler?: IpvsScheduler;
}

export function createDataPlane(mode: DataPlaneMode, options: DataPlaneOptions = {}): DataPlane {
  switch (mode) {
    case 'direct':
      return createDirectDataPlane();
    case 'userspace':
      return createUserspaceDataPlane() as DataPlane;
    case 'iptables-legacy':
      return createIptablesDataPlane('legacy') as DataPlane;
    case 'iptables-nft':
      return createIptablesDataPlane('nft') as DataPlane;
    case 'nftables':
      return createNftablesDataPlane() as DataPlane;
    case 'ipvs':
      return createIpvsDataPlane(options) as DataPlane;
  }
}
