/** An arm in a lane of its own: programmed, with backends behind it. */
import { writeFileSync } from 'node:fs';
import { withNetns } from '../../../native/netns/index.ts';
import { type EchoBackend, type EchoServer, startEcho } from '../../../native/traffic/index.ts';
import { createLane, type Lane } from '../../kernel/topology.ts';
import { createDataPlane } from '../../proxy/registry.ts';
import type { ApplyStats, DataPlane, IpvsScheduler, ServicePort } from '../../proxy/types.ts';
import type { Arm } from '../records.ts';
import type { LabContext } from './context.ts';
import { sinkEndpoints } from './lab-services.ts';

/** Request and reply are as small as a health check's: the lab measures the path, not the copying. */
export const framing = { kind: 'fixed', requestBytes: 64, replyBytes: 64 } as const;

/** More than any lab's clients; they exist in every lane, so that all lanes are alike. */
export const clientAddresses: readonly string[] = Array.from({ length: 250 }, (_, index) => `10.1.1.${index + 1}`);

export interface ArmLane {
  readonly arm: Arm;
  readonly lane: Lane;
  /** To be called before each slice of the arm: a lane may serve several arms in turn. */
  prepare(): Promise<void>;
  /** Starts what a node has running before it is given its first Service; optional, and not to be timed. */
  start(): Promise<void>;
  /** Brings the node from what it has to `services`. */
  program(services: readonly ServicePort[]): Promise<ApplyStats>;
  /** Where a client of this arm connects to reach `service`. */
  targetOf(service: ServicePort): { readonly ip: string; readonly port: number };
  close(): Promise<void>;
}

/** IPVS lanes stand side by side on one kernel here; their two-second estimator sweeps would hit each other's slices. */
function stopIpvsEstimation(lane: Lane): void {
  withNetns(lane.node, () => writeFileSync('/proc/sys/net/ipv4/vs/run_estimation', '0'));
}

/** @throws the data plane's or the kernel's error; nothing of the lane is left then. */
export function openArmLane(arm: Arm, target: ServicePort): ArmLane {
  const lane = createLane({
    clientAddresses,
    backendAddresses: [...new Set(target.endpoints.map(({ ip }) => ip))],
    sinkAddresses: sinkEndpoints(target.endpoints.length).map(({ ip }) => ip),
  });
  const plane: DataPlane = createDataPlane(arm.mode, arm.scheduler === undefined ? {} : { scheduler: arm.scheduler });
  let state: unknown;
  let isFirst = true;
  return {
    arm,
    lane,
    prepare: async () => undefined,
    async start() {
      await plane.start?.(lane.node);
    },
    async program(services) {
      const desired = plane.plan(services);
      const stats = await plane.apply(lane.node, state, desired);
      state = desired;
      if (isFirst && arm.mode === 'ipvs') stopIpvsEstimation(lane);
      isFirst = false;
      return stats;
    },
    targetOf(service) {
      if (arm.mode !== 'direct') return { ip: service.clusterIP, port: service.port };
      const [endpoint] = service.endpoints;
      if (endpoint === undefined) throw new Error(`Service ${service.name} has no endpoint to speak to directly`);
      return { ip: endpoint.ip, port: endpoint.port };
    },
    async close() {
      await plane.dispose?.(lane.node);
      lane.close();
    },
  };
}

/**
 * Several IPVS arms over one programmed lane. IPVS looks Services up in a table of 256 buckets that all namespaces of a
 * kernel share (IP_VS_SVC_TAB_SIZE), so a lane for each scheduler would slow down the others. Only the measured Services
 * change their scheduler, before each slice.
 */
export function shareIpvsLane(
  shared: ArmLane,
  arms: readonly Arm[],
  portsFor: (scheduler: IpvsScheduler) => readonly ServicePort[],
): ArmLane[] {
  let current: Arm | undefined;
  return arms.map((arm) => {
    const ports = portsFor(arm.scheduler ?? 'rr');
    return {
      ...shared,
      arm,
      async prepare() {
        if (current !== arm) await shared.program(ports);
        current = arm;
      },
    };
  });
}

/** Echo backends in the lane; the caller closes them before the lane. */
export function startBackends(
  context: LabContext,
  { lane }: ArmLane,
  protocol: 'tcp' | 'udp',
  backends: readonly EchoBackend[],
): EchoServer {
  return startEcho({
    netns: lane.backends,
    protocol,
    framing,
    backends,
    seed: context.job.seed,
    cpu: context.cpus.backends,
  });
}

const immediate = { kind: 'none', meanNs: 0, slowFactor: 1, concurrency: 0 } as const;

/** Backends for the endpoints of `service` that answer at once. */
export function immediateBackends(service: ServicePort): EchoBackend[] {
  return service.endpoints.map(({ ip, port }) => ({ ip, port, serviceTime: immediate }));
}
