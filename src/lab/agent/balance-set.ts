/** Backends that take time to answer, even and uneven, and the rate that loads them as the lab asks. Pure. */
import type { EchoBackend } from '../../../native/traffic/index.ts';
import type { Endpoint, ServicePort } from '../../proxy/types.ts';
import type { LabSpec } from '../lab-spec.ts';

export interface BalanceSet {
  readonly kind: 'even' | 'uneven';
  readonly service: ServicePort;
  readonly backends: readonly EchoBackend[];
  /** Arrivals that load all backends together to `load` of what they can serve. */
  readonly ratePerSec: number;
}

/** Weights follow speed: a backend that is four times slower gets a quarter of the others' weight. */
function weightOf(slowFactor: number, maxSlowFactor: number): number {
  return Math.max(1, Math.round(maxSlowFactor / slowFactor));
}

export function balanceSet(target: ServicePort, kind: 'even' | 'uneven', spec: LabSpec['balance']): BalanceSet {
  const slowFactors = target.endpoints.map((_, index) =>
    kind === 'uneven' && index === target.endpoints.length - 1 ? spec.slowFactor : 1,
  );
  const slowest = Math.max(...slowFactors);
  const endpoints: Endpoint[] = target.endpoints.map((endpoint, index) => ({
    ...endpoint,
    weight: weightOf(slowFactors[index] ?? 1, slowest),
  }));
  const meanNs = spec.serviceTimeMs * 1e6;
  const capacityPerSec = slowFactors.reduce((sum, factor) => sum + (spec.concurrency * 1e9) / (meanNs * factor), 0);
  return {
    kind,
    service: { ...target, endpoints },
    backends: endpoints.map(({ ip, port }, index) => ({
      ip,
      port,
      serviceTime: {
        kind: spec.serviceTime,
        meanNs,
        slowFactor: slowFactors[index] ?? 1,
        concurrency: spec.concurrency,
      },
    })),
    ratePerSec: Math.max(1, Math.round(capacityPerSec * spec.load)),
  };
}
