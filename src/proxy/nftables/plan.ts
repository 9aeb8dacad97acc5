/** Service ports to the objects of the table `ip kube-proxy`. Pure. */
import { memoize } from '../memo.ts';
import { clusterCidr as defaultClusterCidr } from '../networks.ts';
import type { ServicePort } from '../types.ts';
import { type NftService, serviceObjects } from './service-objects.ts';

export interface NftablesState {
  readonly services: readonly NftService[];
}

export interface NftablesPlanOptions {
  /** @default 10.0.0.0/14, the clients and endpoints of a lane */
  readonly clusterCidr?: string;
}

/** A planner that remembers the objects of every Service port it has seen; the result depends on the arguments alone. */
export function createNftablesPlanner(
  options: NftablesPlanOptions = {},
): (services: readonly ServicePort[]) => NftablesState {
  const clusterCidr = options.clusterCidr ?? defaultClusterCidr;
  const objectsOf = memoize((service: ServicePort) => serviceObjects(service, clusterCidr));
  return (services) => ({ services: services.map(objectsOf) });
}
