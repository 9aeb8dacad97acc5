import assert from 'node:assert/strict';
import fc from 'fast-check';
import { InputError } from '../../src/api/index.ts';
import type { ServicePort } from '../../src/proxy/types.ts';
import { createRandom } from '../../src/stats/random.ts';
import { type Position, padServices } from '../../src/workloads/services.ts';

const measured: ServicePort[] = ['a', 'b'].map((name, index) => ({
  namespace: 'default',
  name,
  portName: '',
  protocol: 'UDP',
  clusterIP: `10.104.0.${index}`,
  port: 7,
  sessionAffinity: { kind: 'None' },
  endpoints: [{ ip: '10.2.1.0', port: 7, weight: 1 }],
}));

const pad = (total: number, position: Position, seed = 1): ServicePort[] =>
  padServices({ measured, total, position, endpointsPerService: 3, random: createRandom(seed) });

describe('padServices', () => {
  it('reaches the total with the measured Services together at their position', () => {
    const place = (position: Position) => pad(100, position).findIndex(({ name }) => name === 'a');
    assert.deepEqual([place('first'), place('middle'), place('last')], [0, 49, 98]);
    for (const position of ['first', 'middle', 'last'] as const) {
      const services = pad(100, position);
      assert.equal(services.length, 100);
      assert.equal(services[place(position) + 1]?.name, 'b');
    }
  });

  it('gives every cluster IP and every endpoint once, whatever the seed and the total', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 400 }), fc.integer(), (total, seed) => {
        const services = pad(total, 'middle', seed);
        assert.equal(new Set(services.map(({ clusterIP }) => clusterIP)).size, total);
        const padding = services.filter(({ namespace }) => namespace === 'padding');
        const endpoints = padding.flatMap((service) => service.endpoints.map(({ ip, port }) => `${ip}:${port}`));
        assert.equal(new Set(endpoints).size, (total - 2) * 3);
      }),
      { numRuns: 40 },
    );
  });

  it('goes on with further ports when the endpoint addresses are used up', () => {
    const services = padServices({
      measured: [],
      total: 12_000,
      position: 'first',
      endpointsPerService: 3,
      random: createRandom(5),
    });
    const endpoints = services.flatMap((service) => service.endpoints.map(({ ip, port }) => `${ip}:${port}`));
    assert.equal(new Set(endpoints).size, 36_000);
  });

  it('is the same for the same seed, and a smaller total is the beginning of a larger', () => {
    assert.deepEqual(pad(50, 'first'), pad(50, 'first'));
    assert.deepEqual(pad(50, 'first'), pad(80, 'first').slice(0, 50));
    assert.notDeepEqual(pad(50, 'first', 1), pad(50, 'first', 2));
  });

  it('refuses a total below what is measured', () => {
    assert.throws(
      () => pad(1, 'first'),
      (error) => error instanceof InputError && /total of 1 .* less than the 2/.test(error.message),
    );
  });
});
