/** Short spellings of Kubernetes objects for tests. */
import { type LoadedObjects, loadObjects } from '../../../src/api/index.ts';
import { memoryFiles } from '../../api/memory-files.ts';

export type Manifest = Readonly<Record<string, unknown>>;

export const service = (name: string, spec: Manifest, metadata: Manifest = {}): Manifest => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, ...metadata },
  spec: { ports: [{ name: 'http', port: 80, targetPort: 'http' }], selector: { app: name }, ...spec },
});

const container = { name: 'c', ports: [{ name: 'http', containerPort: 8080 }] };

export const pod = (
  name: string,
  labels: Manifest,
  rest: { metadata?: Manifest; status?: Manifest; spec?: Manifest } = {},
): Manifest => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels, ...rest.metadata },
  spec: { containers: [container], ...rest.spec },
  ...(rest.status === undefined ? {} : { status: rest.status }),
});

export const deployment = (name: string, replicas: number, labels: Manifest, annotations: Manifest = {}): Manifest => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    replicas,
    selector: { matchLabels: labels },
    template: { metadata: { labels, annotations }, spec: { containers: [container] } },
  },
});

export const slice = (
  name: string,
  ofService: string,
  endpoints: readonly Manifest[],
  rest: Manifest = {},
): Manifest => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name, labels: { 'kubernetes.io/service-name': ofService } },
  addressType: 'IPv4',
  ports: [{ name: 'http', port: 8080 }],
  endpoints,
  ...rest,
});

export const load = (...items: readonly Manifest[]): Promise<LoadedObjects> => {
  const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  return loadObjects(['objects.json'], memoryFiles({ 'objects.json': text }));
};
