import assert from 'node:assert/strict';
import { resolveServices } from '../../../src/proxy/endpoints/index.ts';
import { deployment, load, type Manifest, pod, service, slice } from './objects.ts';

const endpoint = (ip: string, conditions: Record<string, boolean> = {}, rest = {}) => ({
  addresses: [ip],
  conditions,
  ...rest,
});

const resolve = async (...items: Manifest[]) => resolveServices(await load(service('web', {}), ...items));
const addresses = async (...items: Manifest[]): Promise<string[]> =>
  (await resolve(...items)).services.flatMap(({ endpoints }) => endpoints.map(({ ip, port }) => `${ip}:${port}`));

describe('EndpointSlices', () => {
  it('win over pods and Deployments', async () => {
    assert.deepEqual(await addresses(slice('s', 'web', [endpoint('10.2.9.1')]), deployment('web', 3, { app: 'web' })), [
      '10.2.9.1:8080',
    ]);
  });

  it('of one Service add up, repeated endpoints once, in the order of their text', async () => {
    const found = await addresses(
      slice('s1', 'web', [endpoint('10.2.9.2'), endpoint('10.2.9.10')]),
      slice('s2', 'web', [endpoint('10.2.9.2'), endpoint('10.2.9.1')]),
    );
    assert.deepEqual(found, ['10.2.9.10:8080', '10.2.9.1:8080', '10.2.9.2:8080']);
  });

  it('give a Service port only their port of the same name and protocol', async () => {
    const other = {
      ports: [
        { name: 'admin', port: 1 },
        { name: 'http', protocol: 'UDP', port: 2 },
      ],
    };
    assert.deepEqual(await addresses(slice('s', 'web', [endpoint('10.2.9.1')], other)), []);
  });

  it('of another address type or without a Service are noted', async () => {
    const stray = { ...slice('s2', 'web', []), metadata: { name: 's2' } };
    const { notes } = await resolve(slice('s1', 'web', [endpoint('fd00::1')], { addressType: 'IPv6' }), stray);
    assert.deepEqual(notes.slice(0, 2), [
      'EndpointSlice default/s1 is not used: its addresses are IPv6, not IPv4',
      'EndpointSlice default/s2 is not used: it has no label kubernetes.io/service-name',
    ]);
  });

  it('take the weight of the pod that an endpoint refers to', async () => {
    const annotated = pod('p', { app: 'x' }, { metadata: { annotations: { 'kubedyno.dev/weight': '7' } } });
    const referring = endpoint('10.2.9.1', {}, { targetRef: { kind: 'Pod', name: 'p' } });
    const { services } = await resolve(slice('s', 'web', [referring]), annotated);
    assert.equal(services[0]?.endpoints[0]?.weight, 7);
  });
});

describe('of the endpoints in slices are used', () => {
  const ready = endpoint('10.2.9.1', { ready: true });
  const unknown = endpoint('10.2.9.2');
  const draining = endpoint('10.2.9.3', { ready: false, serving: true, terminating: true });
  const gone = endpoint('10.2.9.4', { ready: false, serving: false, terminating: true });
  const starting = endpoint('10.2.9.5', { ready: false, serving: false });

  const cases: readonly (readonly [what: string, given: ReturnType<typeof endpoint>[], used: string[]])[] = [
    [
      'those that are ready or do not say',
      [ready, unknown, draining, gone, starting],
      ['10.2.9.1:8080', '10.2.9.2:8080'],
    ],
    ['those that serve while they terminate, when none is ready', [draining, gone, starting], ['10.2.9.3:8080']],
    ['none, when none serves', [gone, starting], []],
  ];
  for (const [what, given, used] of cases) {
    it(what, async () => assert.deepEqual(await addresses(slice('s', 'web', given)), used));
  }
});
