import assert from 'node:assert/strict';
import { InputError } from '../../../src/api/index.ts';
import { resolveServices } from '../../../src/proxy/endpoints/index.ts';
import { deployment, load, type Manifest, pod, service } from './objects.ts';

const addresses = async (...items: Manifest[]): Promise<string[]> => {
  const { services } = resolveServices(await load(...items));
  return services.flatMap(({ endpoints }) => endpoints.map(({ ip, port }) => `${ip}:${port}`));
};

describe('endpoints of a Service come from', () => {
  it('the replicas of a Deployment, with addresses in order and the named port', async () => {
    const found = await addresses(service('web', {}), deployment('web', 3, { app: 'web' }));
    assert.deepEqual(found, ['10.2.1.0:8080', '10.2.1.1:8080', '10.2.1.2:8080']);
  });

  it('pods, with the address they report', async () => {
    const found = await addresses(
      service('web', { ports: [{ port: 80, targetPort: 9 }] }),
      pod('a', { app: 'web' }, { status: { podIP: '10.2.1.0' } }),
      pod('b', { app: 'web' }),
      pod('c', { app: 'other' }),
    );
    assert.deepEqual(found, ['10.2.1.0:9', '10.2.1.1:9']);
  });

  it('pods of the same namespace only', async () => {
    const found = await addresses(service('web', {}), pod('a', { app: 'web' }, { metadata: { namespace: 'other' } }));
    assert.deepEqual(found, []);
  });

  it('given pods instead of the replicas of the Deployment that made them', async () => {
    const loaded = await load(service('web', {}), deployment('web', 5, { app: 'web' }), pod('web-1', { app: 'web' }));
    const { services, notes } = resolveServices(loaded);
    assert.equal(services[0]?.endpoints.length, 1);
    assert.deepEqual(notes, ['Deployment default/web: pods of its own are given (1), so none are made from it']);
  });

  it('no more replicas than a lane has addresses for', async () => {
    const loaded = await load(service('web', {}), deployment('web', 30_001, { app: 'web' }));
    assert.throws(
      () => resolveServices(loaded),
      /^InputError: objects\.json:1:\d+: spec\.replicas: is out of range \(got 30001; allowed a whole number from 0 to 30000\)$/,
    );
  });

  it('two Deployments whose selectors overlap', async () => {
    const found = await addresses(
      service('web', {}),
      deployment('large', 1, { app: 'web', size: 'l' }),
      deployment('all', 1, { app: 'web' }),
    );
    assert.equal(found.length, 2);
  });
});

describe('a pod is left out', () => {
  const ready = (status: string) => ({ conditions: [{ type: 'Ready', status }] });

  it('when it is not ready, unless the Service publishes it all the same', async () => {
    const pods = [
      pod('a', { app: 'web' }, { status: ready('False') }),
      pod('b', { app: 'web' }, { status: ready('True') }),
    ];
    assert.equal((await addresses(service('web', {}), ...pods)).length, 1);
    assert.equal((await addresses(service('web', { publishNotReadyAddresses: true }), ...pods)).length, 2);
  });

  it('when it has finished', async () => {
    assert.deepEqual(
      await addresses(service('web', {}), pod('a', { app: 'web' }, { status: { phase: 'Succeeded' } })),
      [],
    );
  });

  it('when it terminates, unless no other serves', async () => {
    const leaving = pod(
      'a',
      { app: 'web' },
      { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' }, status: { podIP: '10.2.3.3' } },
    );
    const staying = pod('b', { app: 'web' }, { status: { podIP: '10.2.3.4' } });
    assert.deepEqual(await addresses(service('web', {}), leaving, staying), ['10.2.3.4:8080']);
    assert.deepEqual(await addresses(service('web', {}), leaving), ['10.2.3.3:8080']);
  });

  it('when it has no port of the wanted name and protocol, with a note', async () => {
    const loaded = await load(
      service('web', { ports: [{ port: 80, protocol: 'UDP', targetPort: 'http' }] }),
      pod('a', { app: 'web' }),
    );
    assert.deepEqual(resolveServices(loaded).notes, [
      "Service default/web: pods without a UDP port named 'http' are left out: 1",
      'Service default/web has no endpoint: connections to it are refused',
    ]);
  });
});

describe('the weight annotation', () => {
  it('of a pod or a template becomes the weight of its endpoints', async () => {
    const loaded = await load(
      service('web', {}),
      deployment('web', 1, { app: 'web', v: '1' }, { 'kubedyno.dev/weight': '3' }),
      pod('p', { app: 'web' }, { metadata: { annotations: { 'kubedyno.dev/weight': '0' } } }),
      pod('q', { app: 'web' }),
    );
    const weights = resolveServices(loaded).services[0]?.endpoints.map(({ weight }) => weight);
    assert.deepEqual(weights, [0, 1, 3]);
  });

  it('is refused when it is no weight, with its place', async () => {
    const loaded = await load(
      service('web', {}),
      deployment('web', 1, { app: 'web' }, { 'kubedyno.dev/weight': 'heavy' }),
    );
    assert.throws(
      () => resolveServices(loaded),
      (error) => {
        assert.ok(error instanceof InputError);
        assert.match(
          error.message,
          /^objects\.json:1:\d+: spec\.template\.metadata\.annotations\["kubedyno\.dev\/weight"\]: is not a weight \(got "heavy"; allowed a whole number from 0 to 65535\)$/,
        );
        return true;
      },
    );
  });
});
