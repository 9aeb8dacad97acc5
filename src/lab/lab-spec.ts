/** The experiment as its author writes it: `kind: Lab` in YAML. Everything that is optional has its default here. */
import { z } from 'zod';
import { dataPlaneModes, ipvsSchedulers } from '../proxy/types.ts';
import { profileNames } from './scheduling/profiles.ts';

/**
 * How long one kind of measurement may take on one kernel, per stage. Rounds go on until `seconds` are spent;
 * a round is never cut, so that every arm has equally many slices. At least `minRounds` are made even when the
 * machine is slow, and never more than `maxRounds`.
 */
const timeBox = (defaults: { seconds: number; minRounds: number; maxRounds: number }) => ({
  seconds: z.number().positive().max(3600).default(defaults.seconds),
  minRounds: z.int().min(1).max(1000).default(defaults.minRounds),
  maxRounds: z.int().min(1).max(10_000).default(defaults.maxRounds),
});

const milliseconds = (fallback: number) => z.number().positive().max(60_000).default(fallback);

const armSchema = z.discriminatedUnion('mode', [
  z.strictObject({ mode: z.literal('ipvs'), schedulers: z.array(z.enum(ipvsSchedulers)).min(1) }),
  ...dataPlaneModes.filter((mode) => mode !== 'ipvs').map((mode) => z.strictObject({ mode: z.literal(mode) })),
]);

const balanceSchema = z
  .strictObject({
    ...timeBox({ seconds: 22, minRounds: 6, maxRounds: 30 }),
    sliceMs: milliseconds(200),
    /** Arrivals offered as a share of what the backends together can serve. */
    load: z.number().positive().max(0.95).default(0.6),
    serviceTimeMs: z.number().positive().max(1000).default(10),
    serviceTime: z.enum(['fixed', 'exponential']).default('exponential'),
    concurrency: z.int().min(1).max(1000).default(1),
    /** The uneven set: the last backend is so many times slower and has the smallest weight. */
    slowFactor: z.number().min(1).max(100).default(4),
    /** Client addresses: what the hashing algorithms have to tell clients apart by. */
    clients: z.int().min(1).max(250).default(64),
  })
  .prefault({});

/** The scheduler, on this machine's CPU: each slice places all pods of a generated trace on a fresh cluster. */
const schedulingSchema = z
  .strictObject({
    /** Empty: the section is left out. */
    profiles: z.array(z.enum(profileNames)).default([...profileNames]),
    nodes: z.int().min(1).max(20_000).default(500),
    /** Not quite as many as fit: whether the last large ones still find room is then up to the profile. */
    pods: z.int().min(1).max(200_000).default(2750),
    /** For all profiles together. */
    ...timeBox({ seconds: 12, minRounds: 6, maxRounds: 30 }),
  })
  .prefault({});

export const labSchema = z.strictObject({
  apiVersion: z.literal('kubedyno.dev/v1alpha1'),
  kind: z.literal('Lab'),
  metadata: z.strictObject({ name: z.string().regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/) }),
  spec: z.strictObject({
    /** Files or folders of Kubernetes objects, relative to this file. */
    manifests: z.array(z.string().min(1)).min(1),
    /** The Service whose first TCP port is measured; the default is the first one in the manifests. */
    target: z.strictObject({ namespace: z.string().default('default'), service: z.string() }).optional(),
    arms: z.array(armSchema).min(1),
    /** Service ports in the node, the measured ones included. */
    services: z.array(z.int().min(1).max(50_000)).min(1).default([1, 1000, 5000, 10_000]),
    endpointsPerService: z.int().min(1).max(1000).default(1),
    /**
     * Where every IPVS scheduler is measured; elsewhere one of them (rr when it is listed) stands for all, because they
     * share one path through the kernel. `balance`: only in how they balance. `largest`: at the largest Service count
     * too, in what packets and exchanges cost. `everywhere`: at every count, and in what programming costs.
     */
    schedulersAt: z.enum(['balance', 'largest', 'everywhere']).default('largest'),
    positions: z
      .array(z.enum(['first', 'middle', 'last']))
      .min(1)
      .default(['first', 'middle', 'last']),
    /**
     * Programming the node, cold and for one Service more; `seconds` is for each Service count, shared equally by
     * the arms. A mode that takes longer than its share is programmed `minRounds` times.
     */
    programming: z.strictObject(timeBox({ seconds: 6, minRounds: 1, maxRounds: 8 })).prefault({}),
    /** Cost in the kernel per packet of new and of known flows; `seconds` is for each Service count. */
    packetCost: z
      .strictObject({
        ...timeBox({ seconds: 2.5, minRounds: 6, maxRounds: 60 }),
        packetsPerSlice: z.int().min(64).max(100_000).default(512),
      })
      .prefault({}),
    /** TCP and UDP exchanges; `seconds` is for each Service count at which they are made. */
    latency: z
      .strictObject({
        ...timeBox({ seconds: 10, minRounds: 6, maxRounds: 60 }),
        /** `ends`: at the smallest and at the largest Service count. */
        at: z.enum(['ends', 'largest']).default('ends'),
        /** An open-loop slice is up to 2.5 times as long where that lets `minRounds` tell a p99. */
        sliceMs: milliseconds(40),
        /** Of the closed loop; the open loop takes as many as it needs. */
        connections: z.int().min(1).max(10_000).default(32),
        /** Open-loop arrivals as a share of what the slowest of the arms of like speed reaches in a closed loop. */
        load: z.number().positive().max(0.95).default(0.4),
      })
      .prefault({}),
    balance: balanceSchema,
    scheduling: schedulingSchema,
  }),
});

export type Lab = z.output<typeof labSchema>;
export type LabSpec = Lab['spec'];
export type TimeBox = LabSpec['programming'];
export type SchedulingSpec = LabSpec['scheduling'];

/** Programming more of them with nft alone would outlast a quick run. */
const quickServices = 2000;
/** Of the scheduler's cluster, so that enough rounds for an interval fit into a few seconds. */
const quickNodes = 40;
const quickPods = 220;

/** A fraction of the time, two Service counts, one scheduler in the sweep: the shape of it, and no close calls. */
export function quicken(lab: Lab): Lab {
  const { spec } = lab;
  const shorten = <Box extends TimeBox>(box: Box, minRounds: number): Box => ({
    ...box,
    seconds: box.seconds / 6,
    minRounds: Math.min(box.minRounds, minRounds),
  });
  return {
    ...lab,
    spec: {
      ...spec,
      services: [...new Set([Math.min(...spec.services), Math.min(quickServices, Math.max(...spec.services))])],
      schedulersAt: 'balance',
      programming: { ...shorten(spec.programming, 1), maxRounds: Math.min(4, spec.programming.maxRounds) },
      packetCost: shorten(spec.packetCost, 6),
      latency: { ...shorten(spec.latency, 2), at: 'largest', sliceMs: spec.latency.sliceMs / 2 },
      balance: { ...shorten(spec.balance, 1), seconds: spec.balance.seconds / 12 },
      scheduling: {
        ...shorten(spec.scheduling, 6),
        nodes: Math.min(quickNodes, spec.scheduling.nodes),
        pods: Math.min(quickPods, spec.scheduling.pods),
      },
    },
  };
}
