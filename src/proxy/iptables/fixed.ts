/**
 * What kube-proxy writes whatever the Services are: the jumps from the built-in chains and the chains that mark,
 * masquerade and forward. The KUBE-PROXY-CANARY chains are left out: they hold no rule and only let kube-proxy notice
 * a flush, and the one in mangle would add that table's hooks to the path of this mode alone.
 */
import type { Chain, Rule } from '../../../native/iptables/index.ts';
import {
  externalServicesChain,
  forwardChain,
  kubeletFirewallChain,
  markMasqueradeChain,
  masqueradeMark,
  nodePortsChain,
  postroutingChain,
  proxyFirewallChain,
  servicesChain,
} from './chains.ts';
import { comment, jump, network, newConnections, rule } from './rules.ts';

const toExternalServices = rule(jump(externalServicesChain), [
  newConnections,
  comment('kubernetes externally-visible service portals'),
]);
const toServices = rule(jump(servicesChain), [newConnections, comment('kubernetes service portals')]);
const toProxyFirewall = rule(jump(proxyFirewallChain), [newConnections, comment('kubernetes load balancer firewall')]);
const toHealthChecks = rule(jump(nodePortsChain), [comment('kubernetes health check service ports')]);
const toForward = rule(jump(forwardChain), [comment('kubernetes forwarding rules')]);
const toKubeletFirewall = rule(jump(kubeletFirewallChain));
const toNatServices = rule(jump(servicesChain), [comment('kubernetes service portals')]);
const toPostrouting = rule(jump(postroutingChain), [comment('kubernetes postrouting rules')]);

/** kube-proxy prepends its jumps one by one, so the one it ensures last stands first. */
export const filterBuiltins: readonly Chain[] = [
  builtin('INPUT', [toKubeletFirewall, toProxyFirewall, toHealthChecks, toExternalServices]),
  builtin('FORWARD', [toProxyFirewall, toForward, toServices, toExternalServices]),
  builtin('OUTPUT', [toKubeletFirewall, toProxyFirewall, toServices]),
];

export const natBuiltins: readonly Chain[] = [
  builtin('PREROUTING', [toNatServices]),
  builtin('INPUT', []),
  builtin('OUTPUT', [toNatServices]),
  builtin('POSTROUTING', [toPostrouting]),
];

function builtin(name: string, rules: readonly Rule[]): Chain {
  return { name, policy: 'ACCEPT', rules };
}

const hasMark = { match: 'mark', value: masqueradeMark, mask: masqueradeMark } as const;
const loopback = network('127.0.0.0/8');

/** Top-level chains of filter that no Service adds to. */
export const filterChains: readonly Chain[] = [
  { name: externalServicesChain, rules: [] },
  {
    name: forwardChain,
    rules: [
      rule({ target: 'DROP' }, [{ match: 'conntrack', states: ['INVALID'] }]),
      rule({ target: 'ACCEPT' }, [comment('kubernetes forwarding rules'), hasMark]),
      rule({ target: 'ACCEPT' }, [
        comment('kubernetes forwarding conntrack rule'),
        { match: 'conntrack', states: ['RELATED', 'ESTABLISHED'] },
      ]),
    ],
  },
  { name: nodePortsChain, rules: [] },
  { name: proxyFirewallChain, rules: [] },
  {
    name: kubeletFirewallChain,
    rules: [
      {
        source: { ...loopback, invert: true },
        destination: loopback,
        matches: [
          comment('block incoming localnet connections'),
          { match: 'conntrack', states: ['RELATED', 'ESTABLISHED', 'DNAT'], invert: true },
        ],
        target: { target: 'DROP' },
      },
    ],
  },
];

/** Top-level chains of nat that no Service adds to. */
export const natChains: readonly Chain[] = [
  { name: nodePortsChain, rules: [] },
  {
    name: postroutingChain,
    rules: [
      rule({ target: 'RETURN' }, [{ ...hasMark, invert: true }]),
      // The mark is cleared lest a packet that crosses the stack again be masqueraded again.
      rule({ target: 'MARK', operation: 'xor', value: masqueradeMark }),
      rule({ target: 'MASQUERADE', randomFully: true }, [comment('kubernetes service traffic requiring SNAT')]),
    ],
  },
  { name: markMasqueradeChain, rules: [rule({ target: 'MARK', operation: 'or', value: masqueradeMark })] },
];

/** Ends KUBE-SERVICES of nat: whatever is for this node itself may be for a node port. */
export const toNodePorts = rule(jump(nodePortsChain), [
  comment('kubernetes service nodeports; NOTE: this must be the last rule in this chain'),
  { match: 'addrtype', destinationType: 'LOCAL' },
]);
