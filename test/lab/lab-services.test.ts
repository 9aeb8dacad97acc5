import assert from 'node:assert/strict';
import fc from 'fast-check';
import { labServices, withScheduler } from '../../src/lab/agent/lab-services.ts';
import type { ServicePort } from '../../src/proxy/types.ts';

const target: ServicePort = {
  namespace: 'default',
  name: 'web',
  portName: 'http',
  protocol: 'TCP',
  clusterIP: '10.96.1.0',
  port: 80,
  sessionAffinity: { kind: 'None' },
  endpoints: [1, 2].map((last) => ({ ip: `10.2.1.${last}`, port: 8080, weight: 1 })),
};
const positions = ['first', 'middle', 'last'] as const;
const nameOf = ({ namespace, name }: ServicePort): string => `${namespace}/${name}`;

function servicesAt(services: number) {
  return labServices({ target, services, positions, endpointsPerService: 1, seed: 1 });
}

describe('the Services of a lab', () => {
  it('are as many as asked for, whatever the count', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), (services) => {
        assert.equal(new Set(servicesAt(services).ports.map(nameOf)).size, services);
      }),
    );
  });

  it('have the measured ones first, in the middle and last', () => {
    const names = [...new Set(servicesAt(101).ports.map(nameOf))];
    assert.deepEqual(
      [names[0], names[50], names[100]],
      ['default/web-first', 'default/web-middle', 'default/web-last'],
    );
  });

  it('measure one position where there is one Service', () => {
    assert.deepEqual(
      servicesAt(1).measured.map(({ position }) => position),
      ['first'],
    );
  });

  it('never share an address, protocol and port', () => {
    const keys = servicesAt(2000).ports.map(({ protocol, clusterIP, port }) => `${protocol} ${clusterIP}:${port}`);
    assert.equal(new Set(keys).size, keys.length);
  });

  it('have one more to add that is not there yet', () => {
    const { ports, oneMore } = servicesAt(50);
    assert.equal(oneMore.length, 1);
    assert.ok(!ports.some((port) => nameOf(port) === nameOf(oneMore[0] as ServicePort)));
  });

  it('change only the scheduler of the measured ones', () => {
    const services = servicesAt(20);
    const changed = withScheduler(services, 'mh');
    const different = changed.filter((port, index) => port !== services.ports[index]);
    assert.equal(different.length, 9);
    for (const port of different) assert.equal(port.ipvsScheduler, 'mh');
  });
});
