/** What each measure of a run is called, in which figures it is told, and which of them it is judged by. */
import type { Measure } from '../lab/records.ts';
import type { Unit } from '../stats/figure.ts';

/** Figures of a table row. Those of a latency histogram are made here; the others are values of the slices. */
export const metrics = {
  nsPerPacket: { unit: 'ns/packet', label: 'cost per packet' },
  ratePerSec: { unit: '1/s', label: 'rate' },
  p50Ns: { unit: 'ns', label: 'p50' },
  p90Ns: { unit: 'ns', label: 'p90' },
  p99Ns: { unit: 'ns', label: 'p99' },
  p999Ns: { unit: 'ns', label: 'p99.9' },
  totalNs: { unit: 'ns', label: 'total' },
  encodeNs: { unit: 'ns', label: 'computing and encoding' },
  kernelNs: { unit: 'ns', label: 'in the kernel' },
  bytes: { unit: 'bytes', label: 'bytes handed over' },
  operations: { unit: 'operations', label: 'entries changed' },
} as const satisfies Record<string, { unit: Unit; label: string }>;
export type Metric = keyof typeof metrics;

/** Quantiles that are told of every latency histogram. */
export const latencyQuantiles = { p50Ns: 0.5, p90Ns: 0.9, p99Ns: 0.99, p999Ns: 0.999 } as const;
export const latencyMetrics = ['p50Ns', 'p90Ns', 'p99Ns', 'p999Ns'] as const satisfies readonly Metric[];

/** A percentile is told only when at least so many samples lie above it. */
export const samplesAboveMinimum = 10;

export interface MeasureInfo {
  readonly title: string;
  /** In the middle of a sentence. */
  readonly shortName: string;
  /** One sentence for readers who do not know the method. */
  readonly explanation: string;
  /** Values of the slices that are told; latency percentiles come on top where there is a histogram. */
  readonly values: readonly Metric[];
  /** The figure that ratios between arms are made of; of `pairedAlso` the noise floor is told too. */
  readonly primary: Metric;
  readonly pairedAlso: readonly Metric[];
}

const programming = {
  values: ['totalNs', 'encodeNs', 'kernelNs', 'bytes', 'operations'],
  primary: 'totalNs',
  pairedAlso: [],
} as const;
const exchange = { values: ['ratePerSec'], primary: 'p50Ns', pairedAlso: ['p99Ns', 'ratePerSec'] } as const;
const packetCost = { values: ['nsPerPacket'], primary: 'nsPerPacket', pairedAlso: [] } as const;

/** In the order of the report. */
export const measureInfo: Readonly<Record<Measure, MeasureInfo>> = {
  'new-flow': {
    ...packetCost,
    title: 'Cost of a new flow',
    shortName: 'new flow',
    explanation:
      'CPU time in the kernel for a packet that belongs to no known connection: this is where a Service data plane does its work.',
  },
  established: {
    ...packetCost,
    title: 'Cost of an established flow',
    shortName: 'established flow',
    explanation: 'The same for a packet of a connection that conntrack already knows.',
  },
  crr: {
    ...exchange,
    title: 'Connect, request, response, close (CRR)',
    shortName: 'CRR',
    explanation: 'A new TCP connection for every request.',
  },
  rr: {
    ...exchange,
    title: 'Request, response on kept connections (RR)',
    shortName: 'RR',
    explanation: 'TCP connections stay open, so only their first packet meets the rules.',
  },
  udp: { ...exchange, title: 'UDP request, response', shortName: 'UDP', explanation: 'One datagram each way.' },
  balance: {
    ...exchange,
    title: 'Balance over backends',
    shortName: 'balance',
    explanation:
      'New connections at a fixed rate over backends that take time to serve: who gets how many, and how long clients wait.',
  },
  'program-cold': {
    ...programming,
    title: 'Programming all Services into an empty node',
    shortName: 'cold programming',
    explanation: 'From the desired state until the kernel has acknowledged it.',
  },
  'program-add': {
    ...programming,
    title: 'Programming one Service more',
    shortName: 'adding a Service',
    explanation: 'The node already holds the others.',
  },
};

/** A figure of a measure in a few words; the figure goes without saying where there is only one. */
export function figureName(measure: Measure, metric: Metric): string {
  const { shortName, primary, pairedAlso } = measureInfo[measure];
  return pairedAlso.length === 0 && metric === primary ? shortName : `${shortName} ${metrics[metric].label}`;
}
