import assert from 'node:assert/strict';
import fc from 'fast-check';
import { InputError, loadObjects } from '../../src/api/index.ts';
import { memoryFiles } from './memory-files.ts';

async function problemsOf(text: string): Promise<string[]> {
  try {
    await loadObjects(['f.yaml'], memoryFiles({ 'f.yaml': text }));
    return [];
  } catch (error) {
    assert.ok(error instanceof InputError, String(error));
    return error.message.split('\n');
  }
}

const service = (spec: string): string => `apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: ${spec}\n`;

/** What is written, and the one line it must give. */
const cases: readonly (readonly [what: string, text: string, expected: string])[] = [
  [
    'a port out of range',
    service('{ports: [{port: 70000}]}'),
    'f.yaml:4:23: spec.ports[0].port: is not a port number (got 70000; allowed a whole number from 1 to 65535)',
  ],
  [
    'a port that is missing',
    service('{ports: [{name: http}]}'),
    'f.yaml:4:16: spec.ports[0].port: is required (allowed a whole number from 1 to 65535)',
  ],
  [
    'an unknown protocol',
    service('{ports: [{port: 1, protocol: tcp}]}'),
    'f.yaml:4:36: spec.ports[0].protocol: is not a known value (got "tcp"; allowed TCP, UDP, SCTP)',
  ],
  [
    'a misspelt field',
    service('{sessionAffinty: None, ports: [{port: 1}]}'),
    'f.yaml:4:8: spec.sessionAffinty: unknown field',
  ],
  [
    'a Service without ports',
    service('{selector: {a: b}}'),
    'f.yaml:4:7: spec.ports: has no port (allowed at least one port)',
  ],
  [
    'two ports of one name',
    service('{ports: [{port: 1, name: a}, {port: 2, name: a}]}'),
    'f.yaml:4:52: spec.ports[1].name: repeats the name a of ports[0] (got "a")',
  ],
  [
    'two equal ports',
    service('{ports: [{port: 1, name: a}, {port: 1, name: b}]}'),
    'f.yaml:4:43: spec.ports[1].port: repeats the port 1/TCP of ports[0] (got 1)',
  ],
  [
    'an unnamed port among several',
    service('{ports: [{port: 1, name: a}, {port: 2}]}'),
    'f.yaml:4:36: spec.ports[1].name: is required where a Service has several ports',
  ],
  [
    'a cluster IP that is none',
    service('{clusterIP: 10.0.0.300, ports: [{port: 1}]}'),
    'f.yaml:4:19: spec.clusterIP: is not a cluster IP (got "10.0.0.300"; allowed an IP address, None, or left out)',
  ],
  [
    'affinity settings without affinity',
    service('{sessionAffinityConfig: {clientIP: {timeoutSeconds: 5}}, ports: [{port: 1}]}'),
    'f.yaml:4:31: spec.sessionAffinityConfig: has no effect (got {"clientIP":{"timeoutSeconds":5}}; allowed only with sessionAffinity: ClientIP)',
  ],
  [
    'a number where a label value is a text',
    'apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n  labels:\n    version: 1\nspec: {ports: [{port: 1}]}\n',
    'f.yaml:6:14: metadata.labels.version: has the wrong type (got 1; allowed a string (quote numbers and true/false))',
  ],
  [
    'an old API version',
    'apiVersion: extensions/v1beta1\nkind: Deployment\nmetadata: {name: a}\n',
    'f.yaml:1:13: apiVersion: is not a version of Deployment that is read (got "extensions/v1beta1"; allowed apps/v1)',
  ],
];

describe('a mistake in a manifest is named with file, line, column, path, value and remedy:', () => {
  for (const [what, text, expected] of cases) {
    it(what, async () => assert.deepEqual(await problemsOf(text), [expected]));
  }

  it('a Deployment whose selector misses its own pods', async () => {
    const text = `apiVersion: apps/v1
kind: Deployment
metadata: {name: y}
spec:
  selector: {matchLabels: {a: b}}
  template: {metadata: {labels: {a: c}}, spec: {containers: []}}
`;
    assert.deepEqual(await problemsOf(text), [
      'f.yaml:5:13: spec.selector: does not match the labels of the template (got {"matchLabels":{"a":"b"}}; allowed a selector for {"a":"c"})',
    ]);
  });

  it('an IPv6 address in an IPv4 slice', async () => {
    const text = `apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: s}
addressType: IPv4
endpoints:
  - addresses: ["fd00::1"]
`;
    const expected =
      'f.yaml:6:17: endpoints[0].addresses[0]: is not an IPv4 address (got "fd00::1"; allowed IPv4 addresses, as addressType says)';
    assert.deepEqual(await problemsOf(text), [expected]);
  });

  it('the same object twice, naming both places', async () => {
    const text = `${service('{ports: [{port: 1}]}')}---\n${service('{ports: [{port: 2}]}')}`;
    assert.deepEqual(await problemsOf(text), [
      'f.yaml:8:18: metadata.name: Service default/a is already defined at f.yaml:3; rename one of them, or leave it out',
    ]);
  });

  it('an item of a List, with the whole path', async () => {
    const text =
      'apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: Service\n    metadata: {name: a}\n    spec:\n      ports: [{port: x}]\n';
    const [line] = await problemsOf(text);
    assert.ok(line?.startsWith('f.yaml:8:22: items[0].spec.ports[0].port: '), line);
  });
});

describe('all mistakes of a file are shown', () => {
  it('in order of place', async () => {
    const lines = await problemsOf(`${service('{ports: [{port: 0}], typo: 1}')}---\na: [1\n`);
    assert.deepEqual(
      lines.map((line) => line.split(':')[1]),
      ['4', '4', '7'],
    );
  });

  it('up to twenty, then how many more', async () => {
    const ports = Array.from({ length: 25 }, (_, index) => `{name: p${index}, port: 0}`);
    const lines = await problemsOf(service(`{ports: [${ports.join(', ')}]}`));
    assert.equal(lines.length, 21);
    assert.equal(lines[20], 'f.yaml: and 5 more problems');
  });

  it('wherever the bad entry stands', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 30 }), fc.nat(), async (count, pick) => {
        const bad = pick % count;
        const ports = Array.from(
          { length: count },
          (_, index) => `    - {name: p${index}, port: ${index === bad ? -1 : index + 1}}`,
        );
        const text = `apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  ports:\n${ports.join('\n')}\n`;
        const lines = await problemsOf(text);
        assert.equal(lines.length, 1);
        assert.ok(
          lines[0]?.startsWith(`f.yaml:${6 + bad}:`) && lines[0].includes(`spec.ports[${bad}].port: `),
          lines[0],
        );
      }),
      { numRuns: 50 },
    );
  });
});

it('whatever the text, the answer is objects or an InputError', async () => {
  const headed = fc.json().map((json) => `{"apiVersion":"v1","kind":"Service","metadata":{"name":"a"},"spec":${json}}`);
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), headed), async (text) => void (await problemsOf(text))),
    { numRuns: 300 },
  );
});
