/** Containers: what they ask for, their ports and images. */
import fc from 'fast-check';
import type { Container, ContainerPort, ResourceList } from '../../../src/api/objects.ts';
import { gpu, image } from './pools.ts';
import { chance, compact, few, maybe, optional, sometimes } from './some.ts';

export const requests: fc.Arbitrary<ResourceList> = fc
  .record({
    cpu: maybe(75, fc.constantFrom('100m', '500m', '0', '300m', '1', '1700m')),
    memory: maybe(70, fc.constantFrom('100Mi', '512Mi', '0', '1Gi', '1.5Gi')),
    'ephemeral-storage': maybe(10, fc.constantFrom('500Mi', '2Gi')),
    [gpu]: maybe(12, fc.constantFrom('1', '0', '2')),
    'hugepages-2Mi': maybe(6, fc.constant('4Mi')),
  })
  .map(compact);

const port: fc.Arbitrary<ContainerPort> = fc.record({
  containerPort: fc.constant(80),
  hostPort: fc.constantFrom(80, 80, 443, 0),
  hostIP: fc.constantFrom('', '', '10.0.0.1', '10.0.0.2', '0.0.0.0'),
  protocol: sometimes(25, fc.constant('UDP' as const), 'TCP' as 'TCP' | 'UDP'),
});

/** How often a container has ports, or needs a feature of the kubelet, in percent. */
export interface ContainerRates {
  readonly ports: number;
  readonly features: number;
}

const shape = (rates: ContainerRates) =>
  fc.record({
    image,
    requests,
    ports: few(rates.ports, port),
    restartsAll: chance(rates.features),
    isSidecar: fc.boolean(),
  });

type Shape = ReturnType<typeof shape> extends fc.Arbitrary<infer T> ? T : never;

function build(name: string, { image: reference, requests: asked, ports, restartsAll }: Shape): Container {
  const rules = restartsAll ? [{ action: 'RestartAllContainers' }] : undefined;
  return {
    name,
    image: reference,
    ports,
    resources: { requests: asked, limits: {} },
    ...optional('restartPolicyRules', rules),
  };
}

export const containers = (rates: ContainerRates): fc.Arbitrary<Container[]> =>
  fc
    .array(shape(rates), { minLength: 1, maxLength: 2 })
    .map((shapes) => shapes.map((one, index) => build(`c${index}`, one)));

export const initContainers = (rates: ContainerRates): fc.Arbitrary<Container[]> =>
  few(20, shape(rates), 3).map((shapes) =>
    shapes.map((one, index) => ({
      ...build(`i${index}`, one),
      ...optional('restartPolicy', one.isSidecar ? ('Always' as const) : undefined),
    })),
  );
