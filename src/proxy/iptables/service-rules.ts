/** The chains and rules of one Service port (pkg/proxy/iptables/proxier.go syncProxyRules). */
import type { Chain, Match, Rule } from '../../../native/iptables/index.ts';
import { endpointAddress, lowerProtocol, servicePortName } from '../names.ts';
import type { Endpoint, ServicePort } from '../types.ts';
import { endpointChain, markMasqueradeChain, serviceChain } from './chains.ts';
import { comment, jump, network, rule } from './rules.ts';

/** Where the rules of a Service port go. Without endpoints there is nothing to translate to, so it is refused. */
export type ServiceRules =
  | { readonly kind: 'balanced'; readonly dispatch: Rule; readonly chains: readonly Chain[] }
  | { readonly kind: 'refused'; readonly reject: Rule };

export interface ServiceRuleOptions {
  /** Addresses of pods; whatever else calls a cluster IP is masqueraded. */
  readonly clusterCidr: string;
  /** Comments on the rules per endpoint; kube-proxy drops them in large clusters to make the table smaller. */
  readonly endpointComments: boolean;
}

export function serviceRules(service: ServicePort, options: ServiceRuleOptions): ServiceRules {
  const title = servicePortName(service);
  if (service.endpoints.length === 0) {
    const reject = toClusterIp(service, `${title} has no endpoints`, {
      target: { target: 'REJECT', with: 'icmp-port-unreachable' },
    });
    return { kind: 'refused', reject };
  }
  const targets = service.endpoints.map((endpoint) => ({ endpoint, chain: endpointChain(service, endpoint) }));
  const main = serviceChain(service);
  const masqueradeForeign = toClusterIp(service, `${title} cluster IP`, {
    source: { invert: true, ...network(options.clusterCidr) },
    target: jump(markMasqueradeChain),
  });
  const rules = [masqueradeForeign, ...affinityRules(service, targets, options), ...balance(title, targets, options)];
  return {
    kind: 'balanced',
    dispatch: toClusterIp(service, `${title} cluster IP`, { target: jump(main) }),
    chains: [
      { name: main, rules },
      ...targets.map((target) => ({ name: target.chain, rules: endpointRules(service, target, options) })),
    ],
  };
}

/** An endpoint and the chain that translates to it. */
interface BalanceTarget {
  readonly endpoint: Endpoint;
  readonly chain: string;
}

function toClusterIp(service: ServicePort, text: string, rest: Pick<Rule, 'source' | 'target'>): Rule {
  const protocol = lowerProtocol(service);
  // The spread last: an object that begins with one is a slow kind to V8, and there are tens of thousands of these.
  return {
    destination: { ip: service.clusterIP, prefix: 32 },
    protocol,
    matches: [comment(text), { match: protocol, destinationPorts: { from: service.port, to: service.port } }],
    ...rest,
  };
}

/** A client that is on an endpoint's list of recent callers goes back there; the lists are looked through in turn. */
function affinityRules(
  service: ServicePort,
  targets: readonly BalanceTarget[],
  options: ServiceRuleOptions,
): readonly Rule[] {
  const affinity = service.sessionAffinity;
  if (affinity.kind === 'None') return [];
  return targets.map(({ endpoint, chain }) =>
    rule(jump(chain), [
      ...endpointComment(`${servicePortName(service)} -> ${endpointAddress(endpoint)}`, options),
      { match: 'recent', action: 'rcheck', name: chain, seconds: affinity.timeoutSeconds, reap: true },
    ]),
  );
}

/** Rule i of n takes one in n-i of what comes to it, so that each endpoint gets one in n of all. */
function balance(title: string, targets: readonly BalanceTarget[], options: ServiceRuleOptions): readonly Rule[] {
  return targets.map(({ endpoint, chain }, index) => {
    const left = targets.length - index;
    const chance: Match[] = left > 1 ? [{ match: 'statistic', mode: 'random', probability: probability(left) }] : [];
    return rule(jump(chain), [...endpointComment(`${title} -> ${endpointAddress(endpoint)}`, options), ...chance]);
  });
}

/** kube-proxy writes probabilities with ten digits; the kernel then rounds to multiples of 2^-31. */
function probability(choices: number): number {
  return Number((1 / choices).toFixed(10));
}

function endpointRules(service: ServicePort, target: BalanceTarget, options: ServiceRuleOptions): readonly Rule[] {
  const { endpoint, chain } = target;
  const protocol = lowerProtocol(service);
  const title = endpointComment(servicePortName(service), options);
  const remember: Match[] =
    service.sessionAffinity.kind === 'ClientIP' ? [{ match: 'recent', action: 'set', name: chain }] : [];
  return [
    // An endpoint that calls its own Service must be answered through this node, or the reply would not be recognised.
    { source: { ip: endpoint.ip, prefix: 32 }, matches: title, target: jump(markMasqueradeChain) },
    {
      protocol,
      matches: [...title, ...remember, { match: protocol }],
      target: { target: 'DNAT', ip: endpoint.ip, port: endpoint.port },
    },
  ];
}

function endpointComment(text: string, { endpointComments }: ServiceRuleOptions): readonly Match[] {
  return endpointComments ? [comment(text)] : [];
}
