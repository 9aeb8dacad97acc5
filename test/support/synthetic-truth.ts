/** The world that a synthetic run is drawn from: true costs that a summary must find again. Times in ns. */
import type { KernelName } from '../../src/kernel/types.ts';
import type { Arm, Measure, Point } from '../../src/lab/records.ts';

const ipvsSchedulers = ['rr', 'wrr', 'lc', 'wlc', 'dh', 'sh', 'sed', 'nq', 'mh'] as const;
const direct: readonly Arm[] = [
  { id: 'direct', mode: 'direct' },
  { id: 'direct-control', mode: 'direct', control: true },
  { id: 'userspace', mode: 'userspace' },
  { id: 'iptables-legacy', mode: 'iptables-legacy' },
];

export const armsOf: Readonly<Record<KernelName, readonly Arm[]>> = {
  host: [...direct, { id: 'iptables-nft', mode: 'iptables-nft' }, { id: 'nftables', mode: 'nftables' }],
  uml: [
    ...direct,
    ...ipvsSchedulers.map((scheduler) => ({ id: `ipvs-${scheduler}`, mode: 'ipvs', scheduler }) as const),
  ],
};

/** Cost of the first packet: a base, and what each Service in front of the addressed one adds. */
interface PathCost {
  readonly baseNs: number;
  readonly perRuleNs: number;
}

const firstPacket: Readonly<Record<KernelName, Readonly<Partial<Record<Arm['mode'], PathCost>>>>> = {
  host: {
    direct: { baseNs: 1100, perRuleNs: 0 },
    'iptables-legacy': { baseNs: 1500, perRuleNs: 2.6 },
    'iptables-nft': { baseNs: 1700, perRuleNs: 6 },
    nftables: { baseNs: 2100, perRuleNs: 0 },
  },
  uml: {
    direct: { baseNs: 5000, perRuleNs: 0 },
    'iptables-legacy': { baseNs: 5200, perRuleNs: 5 },
    ipvs: { baseNs: 6000, perRuleNs: 0 },
  },
};

/** Services whose rules a packet passes before its own. */
function rulesInFront(point: Point): number {
  switch (point.position) {
    case 'last':
      return point.services - 1;
    case 'middle':
      return (point.services - 1) / 2;
    default:
      return 0;
  }
}

/** True cost of a new flow, ns per packet; undefined when the arm has no such figure. */
export function newFlowNs(kernel: KernelName, arm: Arm, point: Point): number | undefined {
  const cost = firstPacket[kernel][arm.mode];
  return cost === undefined ? undefined : cost.baseNs + cost.perRuleNs * rulesInFront(point);
}

/**
 * Services from which the flat arm is cheaper than iptables-legacy, by position: where base + perRule * rules in
 * front reaches the flat cost.
 */
export const trueCrossover = {
  host: { challenger: 'nftables', middle: 1 + (2 * 600) / 2.6, last: 1 + 600 / 2.6 },
  uml: { challenger: 'ipvs-rr', middle: 1 + (2 * 800) / 5, last: 1 + 800 / 5 },
} as const;

/** Median of a request, ns. In the guest every system call is slow. */
export function requestNs(kernel: KernelName, arm: Arm, measure: Measure, point: Point): number {
  const base = { crr: 90_000, rr: 25_000, udp: 22_000 }[measure as 'crr' | 'rr' | 'udp'] * (kernel === 'uml' ? 25 : 1);
  const relay = arm.mode === 'userspace' ? base * 1.6 : 0;
  const first = measure === 'crr' ? 2 * (newFlowNs(kernel, arm, point) ?? firstPacket[kernel].direct?.baseNs ?? 0) : 0;
  return base + relay + first;
}

/** Programming time, ns: cold grows with the number of Services; one more is O(n) where the table is rewritten. */
export function programmingNs(arm: Arm, measure: Measure, services: number): number {
  const perService = { 'iptables-legacy': 9000, 'iptables-nft': 52_000, nftables: 31_000, ipvs: 5200 };
  const perAdd = { 'iptables-legacy': 2100, 'iptables-nft': 9000, nftables: 2, ipvs: 0.5 };
  const floor = { 'iptables-legacy': 400_000, 'iptables-nft': 6_000_000, nftables: 4_000_000, ipvs: 60_000 };
  if (arm.mode === 'direct' || arm.mode === 'userspace') return 0;
  return floor[arm.mode] + services * (measure === 'program-cold' ? perService : perAdd)[arm.mode];
}

/** What a balancer does with four backends, the last of them four times slower when they are uneven. */
export interface BalanceTruth {
  readonly shares: readonly number[];
  /** Whether counts scatter like independent draws; otherwise they follow the shares exactly. */
  readonly random: boolean;
  readonly p50Ns: number;
  /** How much longer the 99th percentile is than the median. */
  readonly tail: number;
}

const even = [0.25, 0.25, 0.25, 0.25];
const hashed = [0.36, 0.28, 0.22, 0.14];
const sparing = [0.31, 0.31, 0.3, 0.08];

export function balanceTruth(arm: Arm, backends: 'even' | 'uneven'): BalanceTruth {
  const name = arm.scheduler ?? arm.mode;
  const slow = backends === 'uneven';
  switch (name) {
    case 'dh':
    case 'sh':
      return { shares: hashed, random: true, p50Ns: slow ? 21e6 : 16e6, tail: slow ? 7 : 5 };
    case 'lc':
    case 'wlc':
    case 'sed':
      return { shares: slow ? sparing : even, random: false, p50Ns: slow ? 14e6 : 12e6, tail: 3.4 };
    case 'nq':
      return { shares: slow ? sparing : even, random: false, p50Ns: slow ? 13e6 : 11.8e6, tail: slow ? 2.6 : 3.3 };
    case 'wrr':
      return { shares: slow ? [0.3, 0.3, 0.3, 0.1] : even, random: false, p50Ns: slow ? 15e6 : 14e6, tail: 4 };
    case 'rr':
    case 'userspace':
      return { shares: even, random: false, p50Ns: slow ? 19e6 : 14e6, tail: slow ? 8 : 4 };
    default:
      return { shares: even, random: true, p50Ns: slow ? 20e6 : 15.5e6, tail: slow ? 8.5 : 4.8 };
  }
}
