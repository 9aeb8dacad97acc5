/** Short spellings of Service ports for tests of the data planes. */
import type { Endpoint, Protocol, ServicePort } from '../../src/proxy/types.ts';

export interface Sample {
  readonly name: string;
  readonly namespace?: string;
  readonly portName?: string;
  readonly ip: string;
  readonly port?: number;
  readonly protocol?: Protocol;
  /** `10.2.1.1:80`, optionally with a weight: `10.2.1.1:80*3`; a leading `@` puts it on another node. */
  readonly endpoints?: readonly string[];
  readonly affinitySeconds?: number;
}

function endpoint(text: string): Endpoint {
  const [, remote, ip = '', port, weight] = /^(@?)([\d.]+):(\d+)(?:\*(\d+))?$/.exec(text) ?? [];
  return { ip, port: Number(port), weight: Number(weight ?? 1), ...(remote === '@' ? { remote: true } : {}) };
}

export function service(sample: Sample): ServicePort {
  const { affinitySeconds } = sample;
  return {
    namespace: sample.namespace ?? 'ns1',
    name: sample.name,
    portName: sample.portName ?? 'p80',
    protocol: sample.protocol ?? 'TCP',
    clusterIP: sample.ip,
    port: sample.port ?? 80,
    sessionAffinity:
      affinitySeconds === undefined ? { kind: 'None' } : { kind: 'ClientIP', timeoutSeconds: affinitySeconds },
    endpoints: (sample.endpoints ?? []).map(endpoint),
  };
}

/** One of each kind: several endpoints, one, none, UDP, an unnamed port, affinity, weights, endpoints elsewhere. */
export const oneOfEach: readonly ServicePort[] = [
  service({ name: 'svc1', ip: '10.96.0.41', endpoints: ['10.2.1.1:80'] }),
  service({
    namespace: 'ns4',
    name: 'svc4',
    ip: '10.96.0.44',
    endpoints: ['10.2.1.4:80*3', '10.2.1.5:80', '10.2.1.6:8080*0'],
  }),
  service({
    namespace: 'kube-system',
    name: 'kube-dns',
    portName: 'dns',
    ip: '10.96.0.10',
    port: 53,
    protocol: 'UDP',
    endpoints: ['10.2.1.7:53', '10.2.1.8:53'],
  }),
  service({
    namespace: 'kube-system',
    name: 'kube-dns',
    portName: 'dns-tcp',
    ip: '10.96.0.10',
    port: 53,
    endpoints: ['10.2.1.7:53', '10.2.1.8:53'],
  }),
  service({
    name: 'sticky',
    portName: '',
    ip: '10.96.0.45',
    port: 8443,
    endpoints: ['10.2.1.1:443', '@10.3.1.2:443'],
    affinitySeconds: 600,
  }),
  service({ namespace: 'ns6', name: 'svc6', ip: '10.96.0.46' }),
];

/** States one after the other, with every kind of change between them. */
export const history: readonly (readonly ServicePort[])[] = [
  oneOfEach.slice(2),
  oneOfEach,
  oneOfEach.map((each) => (each.name === 'svc4' ? { ...each, endpoints: each.endpoints.slice(1) } : each)),
  oneOfEach.map((each) => (each.name === 'svc1' ? { ...each, endpoints: [] } : each)),
  oneOfEach.map((each) =>
    each.name === 'sticky' ? { ...each, sessionAffinity: { kind: 'ClientIP', timeoutSeconds: 7 } } : each,
  ),
  oneOfEach.map((each) => (each.name === 'sticky' ? { ...each, sessionAffinity: { kind: 'None' } } : each)),
  [service({ name: 'other', ip: '10.96.0.41', endpoints: ['10.2.1.9:80'] }), ...oneOfEach.slice(1)],
];
