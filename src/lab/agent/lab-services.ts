/** The Services that stand in a node at one Service count, and which of them are measured. Pure. */
import type { Endpoint, IpvsScheduler, ServicePort } from '../../proxy/types.ts';
import { createLabelledRandom } from '../../stats/random.ts';
import { type Position, padServices } from '../../workloads/services.ts';

/** The measured Service at one position: its ports differ in where their packets end. */
export interface MeasuredService {
  readonly position: Position;
  /** Answered by echo backends. */
  readonly tcp: ServicePort;
  readonly udp: ServicePort;
  /** Raw packets end silently at the entrance of the backends' namespace. */
  readonly raw: ServicePort;
}

export interface LabServices {
  /** In the order in which they are programmed. */
  readonly ports: readonly ServicePort[];
  readonly measured: readonly MeasuredService[];
  /** Programmed on top, for the cost of one Service more. */
  readonly oneMore: readonly ServicePort[];
}

/** Addresses of the raw port's endpoints; the lane gives them a link-layer address that nobody has. */
export function sinkEndpoints(count: number): Endpoint[] {
  return Array.from({ length: count }, (_, index) => ({ ip: `10.2.0.${100 + index}`, port: 9, weight: 1 }));
}

/** With fewer than three Services the positions fall together; the first of those that do is kept. */
function distinctPositions(positions: readonly Position[], services: number): Position[] {
  if (services >= 3) return [...positions];
  const wanted: Position[] = services === 1 ? ['first'] : ['first', 'last'];
  const kept = wanted.filter((position) => positions.includes(position));
  return kept.length > 0 ? kept : wanted.slice(0, 1);
}

const rawPort = 9;
/** 10.96.0.0/24 is the API server's static band: neither declared nor padding Services are given an address there. */
const measuredAddress: Readonly<Record<Position, string>> = {
  first: '10.96.0.101',
  middle: '10.96.0.102',
  last: '10.96.0.103',
};

function measuredService(target: ServicePort, position: Position): MeasuredService {
  const common = { ...target, name: `${target.name}-${position}`, clusterIP: measuredAddress[position] };
  return {
    position,
    tcp: { ...common, portName: 'tcp' },
    udp: { ...common, portName: 'udp', protocol: 'UDP' },
    raw: {
      ...common,
      portName: 'raw',
      protocol: 'UDP',
      port: target.port === rawPort ? rawPort + 1 : rawPort,
      endpoints: sinkEndpoints(Math.min(100, target.endpoints.length)),
    },
  };
}

export interface LabServicesOptions {
  readonly target: ServicePort;
  /** Services in all, the measured ones included. */
  readonly services: number;
  readonly positions: readonly Position[];
  readonly endpointsPerService: number;
  readonly seed: number;
}

/**
 * Copies of the target at the wanted positions among padding Services. A measured Service has three ports, a padding
 * Service one.
 */
export function labServices(options: LabServicesOptions): LabServices {
  const measured = distinctPositions(options.positions, options.services).map((position) =>
    measuredService(options.target, position),
  );
  const padding = padServices({
    measured: [],
    total: options.services - measured.length + 1,
    position: 'first',
    endpointsPerService: options.endpointsPerService,
    random: createLabelledRandom(options.seed, 'padding'),
  });
  const oneMore = padding.slice(-1);
  const filling = padding.slice(0, -1);
  const half = Math.floor(filling.length / 2);
  const at = (position: Position): ServicePort[] =>
    measured.filter((service) => service.position === position).flatMap(({ tcp, udp, raw }) => [tcp, udp, raw]);
  return {
    ports: [...at('first'), ...filling.slice(0, half), ...at('middle'), ...filling.slice(half), ...at('last')],
    measured,
    oneMore,
  };
}

/** The same Services, the measured ones balanced by `scheduler`; all others stay the same objects. */
export function withScheduler(services: LabServices, scheduler: IpvsScheduler): ServicePort[] {
  const measured = new Set(services.measured.flatMap(({ tcp, udp, raw }) => [tcp, udp, raw]));
  return services.ports.map((port) => (measured.has(port) ? { ...port, ipvsScheduler: scheduler } : port));
}
