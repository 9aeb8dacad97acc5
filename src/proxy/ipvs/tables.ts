/** The few iptables rules beside IPVS (pkg/proxy/ipvs/proxier.go writeIptablesRules): their number does not grow with Services. */
import type { Chain, Match, Rule, Target } from '../../../native/iptables/index.ts';
import {
  forwardChain,
  markMasqueradeChain,
  masqueradeMark,
  postroutingChain,
  proxyFirewallChain,
  servicesChain,
} from '../iptables/chains.ts';
import type { IptablesState } from '../iptables/plan.ts';
import { comment, jump, network, newConnections, rule } from '../iptables/rules.ts';
import { boundAddressSet, clusterIpSet, loopBackSet } from './sets.ts';

const nodePortChain = 'KUBE-NODE-PORT';
const loadBalancerChain = 'KUBE-LOAD-BALANCER';
const sourceRangesChain = 'KUBE-SOURCE-RANGES-FIREWALL';
const ipvsFilterChain = 'KUBE-IPVS-FILTER';
const ipvsOutFilterChain = 'KUBE-IPVS-OUT-FILTER';

const accept: Target = { target: 'ACCEPT' };
const hasMark = { match: 'mark', value: masqueradeMark, mask: masqueradeMark } as const;
const inSet = (name: string, ...directions: ('src' | 'dst')[]): Match => ({ match: 'set', name, directions });
const leap = (chain: string, text: string): Rule => rule(jump(chain), [comment(text)]);
const builtin = (name: string, rules: readonly Rule[]): Chain => ({ name, policy: 'ACCEPT', rules });

const returnFor = (match: Match): Rule => rule({ target: 'RETURN' }, [match]);

const filter: IptablesState['filter'] = {
  name: 'filter',
  chains: [
    // kube-proxy prepends its jumps one by one, so the one it ensures last stands first.
    builtin('INPUT', [
      leap(ipvsFilterChain, 'kubernetes ipvs access filter'),
      leap(proxyFirewallChain, 'kube-proxy firewall rules'),
      leap(nodePortChain, 'kubernetes health check rules'),
    ]),
    builtin('FORWARD', [
      leap(proxyFirewallChain, 'kube-proxy firewall rules'),
      leap(forwardChain, 'kubernetes forwarding rules'),
    ]),
    builtin('OUTPUT', [leap(ipvsOutFilterChain, 'kubernetes ipvs access filter')]),
    {
      name: forwardChain,
      rules: [
        rule(accept, [comment('kubernetes forwarding rules'), hasMark]),
        rule(accept, [
          comment('kubernetes forwarding conntrack rule'),
          { match: 'conntrack', states: ['RELATED', 'ESTABLISHED'] },
        ]),
      ],
    },
    {
      name: nodePortChain,
      rules: [
        rule(accept, [comment('Kubernetes health check node port'), inSet('KUBE-HEALTH-CHECK-NODE-PORT', 'dst')]),
      ],
    },
    { name: proxyFirewallChain, rules: [] },
    { name: sourceRangesChain, rules: [rule({ target: 'DROP' })] },
    {
      // A cluster IP is an address of this node, so without this its other ports would lead to the node's own servers.
      name: ipvsFilterChain,
      rules: [
        returnFor(inSet('KUBE-LOAD-BALANCER', 'dst', 'dst')),
        returnFor(inSet(clusterIpSet, 'dst', 'dst')),
        returnFor(inSet('KUBE-EXTERNAL-IP', 'dst', 'dst')),
        returnFor(inSet('KUBE-EXTERNAL-IP-LOCAL', 'dst', 'dst')),
        returnFor(inSet('KUBE-HEALTH-CHECK-NODE-PORT', 'dst')),
        rule({ target: 'REJECT', with: 'icmp-port-unreachable' }, [newConnections, inSet(boundAddressSet, 'dst')]),
      ],
    },
    { name: ipvsOutFilterChain, rules: [] },
  ],
};

/** Rules for a set stand there only while the set has entries, as kube-proxy has it. */
export function ipvsTables(clusterCidr: string, present: { clusterIps: boolean; loopBacks: boolean }): IptablesState {
  const clusterIp = inSet(clusterIpSet, 'dst', 'dst');
  const masqueradeForeign: Rule = {
    source: { ...network(clusterCidr), invert: true },
    matches: [comment('Kubernetes service cluster ip + port for masquerade purpose'), clusterIp],
    target: jump(markMasqueradeChain),
  };
  const services: Rule[] = [
    { source: network('127.0.0.0/8'), matches: [], target: { target: 'RETURN' } },
    ...(present.clusterIps ? [masqueradeForeign] : []),
    rule(jump(nodePortChain), [{ match: 'addrtype', destinationType: 'LOCAL' }]),
    ...(present.clusterIps ? [rule(accept, [clusterIp])] : []),
  ];
  const hairpin = rule({ target: 'MASQUERADE' }, [
    comment('Kubernetes endpoints dst ip:port, source ip for solving hairpin purpose'),
    inSet(loopBackSet, 'dst', 'dst', 'src'),
  ]);
  const postrouting: Rule[] = [
    ...(present.loopBacks ? [hairpin] : []),
    rule({ target: 'RETURN' }, [{ ...hasMark, invert: true }]),
    rule({ target: 'MARK', operation: 'xor', value: masqueradeMark }),
    rule({ target: 'MASQUERADE', randomFully: true }, [comment('kubernetes service traffic requiring SNAT')]),
  ];
  const nat: IptablesState['nat'] = {
    name: 'nat',
    chains: [
      builtin('PREROUTING', [leap(servicesChain, 'kubernetes service portals')]),
      builtin('INPUT', []),
      builtin('OUTPUT', [leap(servicesChain, 'kubernetes service portals')]),
      builtin('POSTROUTING', [leap(postroutingChain, 'kubernetes postrouting rules')]),
      { name: servicesChain, rules: services },
      { name: postroutingChain, rules: postrouting },
      { name: nodePortChain, rules: [] },
      { name: loadBalancerChain, rules: [rule(jump(markMasqueradeChain))] },
      { name: markMasqueradeChain, rules: [rule({ target: 'MARK', operation: 'or', value: masqueradeMark })] },
    ],
  };
  return { filter, nat };
}
