/** Short spellings of Service ports. */
import type { ServicePort } from '../../../src/proxy/types.ts';

/** A TCP Service port 80 at 10.96.0.`number` with endpoints 10.2.0.`endpoints`:8080. */
export function servicePort(
  number: number,
  endpoints: readonly number[],
  changes: Partial<ServicePort> = {},
): ServicePort {
  return {
    namespace: 'default',
    name: `service-${number}`,
    portName: '',
    protocol: 'TCP',
    clusterIP: `10.96.0.${number}`,
    port: 80,
    sessionAffinity: { kind: 'None' },
    endpoints: endpoints.map((host) => ({ ip: `10.2.0.${host}`, port: 8080, weight: 1 })),
    ...changes,
  };
}
