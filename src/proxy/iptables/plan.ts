/** Service ports to iptables tables, as kube-proxy's iptables mode writes them. Pure. */
import type { Chain, Rule, Table } from '../../../native/iptables/index.ts';
import { memoize } from '../memo.ts';
import { clusterCidr as defaultClusterCidr } from '../networks.ts';
import type { ServicePort } from '../types.ts';
import { servicesChain } from './chains.ts';
import { filterBuiltins, filterChains, natBuiltins, natChains, toNodePorts } from './fixed.ts';
import { type ServiceRules, serviceRules } from './service-rules.ts';

/** Both tables whole, as they stand in a namespace that nobody else writes to. */
export interface IptablesState {
  readonly filter: Table;
  readonly nat: Table;
}

export interface IptablesPlanOptions {
  /** @default 10.0.0.0/14, the clients and endpoints of a lane */
  readonly clusterCidr?: string;
}

/** Above so many endpoints kube-proxy drops the comments per endpoint (`largeClusterMode`). */
const largeClusterEndpoints = 1000;

/**
 * A planner that remembers the rules of every Service port it has seen: a second plan that differs in one Service
 * works out that one. The result depends on the arguments alone.
 */
export function createIptablesPlanner(
  options: IptablesPlanOptions = {},
): (services: readonly ServicePort[]) => IptablesState {
  const clusterCidr = options.clusterCidr ?? defaultClusterCidr;
  const commented = memoize((service: ServicePort) => serviceRules(service, { clusterCidr, endpointComments: true }));
  const bare = memoize((service: ServicePort) => serviceRules(service, { clusterCidr, endpointComments: false }));
  return (services) => {
    const endpoints = services.reduce((sum, service) => sum + service.endpoints.length, 0);
    return assemble(services.map(endpoints > largeClusterEndpoints ? bare : commented));
  };
}

/**
 * KUBE-SERVICES lists the Services in the order given. kube-proxy ranges over a Go map, so that there the place of a
 * Service changes at random with every sync; an order that is known is what makes its cost measurable.
 */
function assemble(services: readonly ServiceRules[]): IptablesState {
  const rejects: Rule[] = [];
  const dispatches: Rule[] = [];
  const chains: Chain[] = [];
  for (const service of services) {
    if (service.kind === 'refused') {
      rejects.push(service.reject);
    } else {
      dispatches.push(service.dispatch);
      for (const chain of service.chains) chains.push(chain);
    }
  }
  return {
    filter: { name: 'filter', chains: [...filterBuiltins, { name: servicesChain, rules: rejects }, ...filterChains] },
    nat: {
      name: 'nat',
      chains: [...natBuiltins, { name: servicesChain, rules: [...dispatches, toNodePorts] }, ...natChains, ...chains],
    },
  };
}
