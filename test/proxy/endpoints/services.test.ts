import assert from 'node:assert/strict';
import { InputError } from '../../../src/api/index.ts';
import { relocate, resolveServices } from '../../../src/proxy/endpoints/index.ts';
import { load, pod, service } from './objects.ts';

describe('a Service', () => {
  it('without a cluster IP gets one, always the same, never one that another states', async () => {
    const loaded = await load(service('a', {}), service('b', { clusterIP: '10.96.1.0' }), service('c', {}));
    const clusterIps = () => resolveServices(loaded).services.map(({ clusterIP }) => clusterIP);
    assert.deepEqual(clusterIps(), ['10.96.1.1', '10.96.1.0', '10.96.1.2']);
    assert.deepEqual(clusterIps(), clusterIps());
  });

  it('that claims the cluster IP of another is refused, naming both', async () => {
    const loaded = await load(service('a', { clusterIP: '10.96.0.9' }), service('b', { clusterIP: '10.96.0.9' }));
    assert.throws(
      () => resolveServices(loaded),
      (error) => {
        assert.ok(error instanceof InputError);
        assert.match(
          error.message,
          /spec\.clusterIP: 10\.96\.0\.9 is already the address of default\/a at objects\.json:1$/,
        );
        return true;
      },
    );
  });

  it('gives one Service port per port, with its affinity', async () => {
    const ports = [
      { name: 'a', port: 1 },
      { name: 'b', port: 2, protocol: 'UDP' },
    ];
    const { services } = resolveServices(await load(service('web', { ports, sessionAffinity: 'ClientIP' })));
    assert.deepEqual(
      services.map(({ portName, protocol, port, sessionAffinity }) => ({ portName, protocol, port, sessionAffinity })),
      [
        { portName: 'a', protocol: 'TCP', port: 1, sessionAffinity: { kind: 'ClientIP', timeoutSeconds: 10_800 } },
        { portName: 'b', protocol: 'UDP', port: 2, sessionAffinity: { kind: 'ClientIP', timeoutSeconds: 10_800 } },
      ],
    );
  });
});

describe('a Service is left out, with a note,', () => {
  const cases: readonly (readonly [
    what: string,
    spec: Record<string, unknown>,
    metadata: Record<string, unknown>,
    note: RegExp,
  ])[] = [
    ['when it is headless', { clusterIP: 'None' }, {}, /headless/],
    ['when it is of type ExternalName', { type: 'ExternalName', externalName: 'x.test' }, {}, /ExternalName/],
    ['when its label says headless', {}, { labels: { 'service.kubernetes.io/headless': '' } }, /marks it headless/],
    ['when another proxy has it', {}, { labels: { 'service.kubernetes.io/service-proxy-name': 'p' } }, /the proxy 'p'/],
    ['when its address is IPv6', { clusterIP: 'fd00::1' }, {}, /IPv6/],
  ];
  for (const [what, spec, metadata, note] of cases) {
    it(what, async () => {
      const { services, notes } = resolveServices(await load(service('web', spec, metadata)));
      assert.deepEqual(services, []);
      assert.match(notes.join(), note);
    });
  }
});

describe('parts of a Service that are not programmed are noted:', () => {
  const cases: readonly (readonly [spec: Record<string, unknown>, note: string])[] = [
    [{ type: 'NodePort' }, 'its node ports are left out'],
    [{ type: 'LoadBalancer' }, 'its node ports and load-balancer addresses are left out'],
    [{ internalTrafficPolicy: 'Local' }, 'internalTrafficPolicy: Local (a lane has one node) are left out'],
  ];
  for (const [spec, note] of cases) {
    it(note, async () => {
      const { services, notes } = resolveServices(await load(service('web', spec), pod('p', { app: 'web' })));
      assert.equal(services.length, 1);
      assert.deepEqual(notes, [`Service default/web: ${note}`]);
    });
  }
});

it('addresses outside a lane are replaced, equal ones alike, those that fit stay', async () => {
  const status = (podIP: string) => ({ status: { podIP } });
  const loaded = await load(
    service('web', { clusterIP: '172.20.0.5' }),
    service('api', { clusterIP: '10.96.1.0', selector: { app: 'web' } }),
    pod('a', { app: 'web' }, status('192.168.7.7')),
    pod('b', { app: 'web' }, status('10.2.1.0')),
  );
  const { services, notes } = relocate(resolveServices(loaded));
  assert.deepEqual(
    services.map(({ clusterIP }) => clusterIP),
    ['10.96.1.1', '10.96.1.0'],
  );
  assert.deepEqual(
    services.map(({ endpoints }) => endpoints.map(({ ip }) => ip)),
    [
      ['10.2.1.0', '10.2.1.1'],
      ['10.2.1.0', '10.2.1.1'],
    ],
  );
  assert.deepEqual(notes, [
    "cluster IPs outside the lab's networks are replaced by addresses within: 1",
    "endpoint addresses outside the lab's networks are replaced by addresses within: 1",
  ]);
});
