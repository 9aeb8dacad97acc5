/** The data planes by mode: a new mode is its name in types.ts and one line here. */
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

export type DataPlaneFactory = (options: DataPlaneOptions) => DataPlane;

const factories: { readonly [M in DataPlaneMode]: DataPlaneFactory } = {
  direct: createDirectDataPlane,
  userspace: () => createUserspaceDataPlane(),
  'iptables-legacy': () => createIptablesDataPlane('legacy'),
  'iptables-nft': () => createIptablesDataPlane('nft'),
  nftables: () => createNftablesDataPlane(),
  ipvs: (options) => createIpvsDataPlane(options),
};

/**
 * A fresh data plane. It remembers what it has planned and written, so one instance serves a node from first to last;
 * one that is to be timed from nothing is a new one.
 */
export function createDataPlane(mode: DataPlaneMode, options: DataPlaneOptions = {}): DataPlane {
  return factories[mode](options);
}
