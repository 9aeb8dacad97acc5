/** Random lists of Service ports that share names, addresses and endpoints, for property tests of changes. */
import fc from 'fast-check';
import type { ServicePort } from '../../src/proxy/types.ts';
import { service } from './sample-services.ts';

const endpoint = fc
  .tuple(fc.boolean(), fc.integer({ min: 1, max: 6 }), fc.constantFrom(80, 8080), fc.integer({ min: 0, max: 3 }))
  .map(([remote, host, port, weight]) => ({
    key: `${host}:${port}`,
    text: `${remote ? '@' : ''}10.2.1.${host}:${port}*${weight}`,
  }));

const port: fc.Arbitrary<ServicePort> = fc
  .record({
    name: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    portName: fc.constantFrom('p', 'q'),
    endpoints: fc.uniqueArray(endpoint, { selector: ({ key }) => key, maxLength: 4 }),
    affinity: fc.constantFrom(undefined, 10, 600),
  })
  .map(({ name, portName, endpoints, affinity }) =>
    service({
      name,
      portName,
      // Ports of one Service share its address, and two Services never have the same address and port.
      ip: `10.96.0.${name.charCodeAt(0)}`,
      port: portName.charCodeAt(0),
      endpoints: endpoints.map(({ text }) => text),
      ...(affinity === undefined ? {} : { affinitySeconds: affinity }),
    }),
  );

export const services = fc.uniqueArray(port, { selector: ({ name, portName }) => `${name}/${portName}`, maxLength: 8 });

/** States one after the other; most ports of a state are the very objects of the state before. */
export const histories = fc.array(services, { minLength: 1, maxLength: 4 }).map((lists) => {
  const states: ServicePort[][] = [];
  for (const list of lists) {
    const last = states.at(-1) ?? [];
    const kept = last.filter((_, index) => index % 2 === 0);
    const isKept = ({ name, portName }: ServicePort): boolean =>
      kept.some((other) => other.name === name && other.portName === portName);
    states.push([...kept, ...list.filter((candidate) => !isKept(candidate))]);
  }
  return states;
});
