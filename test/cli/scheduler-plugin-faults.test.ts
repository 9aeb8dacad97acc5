import assert from 'node:assert/strict';
import { configYaml, nodeYaml, podYaml, refuses, schedulerVerb, withFiles } from '../support/scheduler-verb.ts';

const manifests = nodeYaml('n1') + nodeYaml('n2') + podYaml('p') + podYaml('q');
const enabled = 'profiles: [{ plugins: { multiPoint: { enabled: [{ name: P }] } } }]';

/** The verb over two nodes and two pods, with a plugin module of this text. */
const withModule = <T>(module: string, body: (args: readonly string[]) => Promise<T>): Promise<T> =>
  withFiles(
    {
      'm.yaml': manifests,
      'p.mjs': module,
      'q.mjs': 'import { p } from "./p.mjs"; export const q = p;',
      'c.yaml': configYaml(`kubedyno: { plugins: [p.mjs] }\n${enabled}`),
    },
    (pathOf) => body(['-f', pathOf('m.yaml'), '--config', pathOf('c.yaml')]),
  );

const plugin = (methods: string): string => `export default { name: 'P', create: () => ({ name: 'P', ${methods} }) };`;

describe('a configuration that is wrong', () => {
  const wrong: readonly (readonly [what: string, lines: string, message: RegExp])[] = [
    [
      'by an unknown plugin',
      enabled,
      /^\S+c\.yaml:3:\d+: profiles\[0\]\.plugins\.multiPoint\.enabled\[0\]\.name: unknown plugin \(got 'P'; allowed .*ImageLocality, .*; or a module of your own under kubedyno\.plugins\)$/,
    ],
    [
      'by arguments for an unknown plugin',
      'profiles: [{ pluginConfig: [{ name: P, args: {} }] }]',
      /^\S+c\.yaml:3:\d+: profiles\[0\]\.pluginConfig\[0\]\.name: unknown plugin \(got 'P'; /,
    ],
    [
      'by an unknown argument',
      'profiles: [{ pluginConfig: [{ name: NodeResourcesFit, args: { nonsense: 1 } }] }]',
      /^\S+c\.yaml:3:\d+: profiles\[0\]\.pluginConfig\[0\]\.args\.nonsense: unknown field$/,
    ],
    [
      'by an argument with a wrong value',
      'profiles: [{ pluginConfig: [{ name: NodeResourcesFit, args: { scoringStrategy: { type: Best } } }] }]',
      /args\.scoringStrategy\.type: is not a known value \(got "Best"; allowed LeastAllocated, /,
    ],
    ['by an unknown field', 'foo: 1', /^\S+c\.yaml:3:1: foo: unknown field$/],
    [
      'by a negative weight',
      'profiles: [{ plugins: { score: { enabled: [{ name: ImageLocality, weight: -1 }] } } }]',
      /score\.enabled\[0\]\.weight: .*\(got -1\)$/,
    ],
    [
      'by having no binder',
      'profiles: [{ plugins: { multiPoint: { disabled: [{ name: DefaultBinder }] } } }]',
      /no plugin binds pods; enable DefaultBinder/,
    ],
    [
      'by a module that is not there',
      'kubedyno: { plugins: [gone.mjs] }',
      /^plugin module \S+gone\.mjs: Cannot find module '\S+gone\.mjs'; /,
    ],
  ];
  for (const [what, lines, message] of wrong) {
    it(`is refused ${what}`, () =>
      withFiles({ 'm.yaml': manifests, 'c.yaml': configYaml(lines) }, (pathOf) =>
        refuses(['run', '-f', pathOf('m.yaml'), '--config', pathOf('c.yaml')], message),
      ));
  }
});

describe('a plugin module that is broken', () => {
  const broken: readonly (readonly [what: string, module: string, message: RegExp])[] = [
    [
      'by a syntax error',
      'export default {\n  name: %\n};',
      /^plugin module \S+p\.mjs: .*; it must export, as default, a plugin factory/,
    ],
    ['by exporting something else', 'export const x = 1;', /p\.mjs: what it exports is no plugin factory; /],
    [
      'by a cycle of imports',
      'import { q } from "./q.mjs"; export const p = q; export default { name: "P", create: () => ({}) };',
      /p\.mjs: Cannot access 'p' before initialization; /,
    ],
    [
      'by throwing when it is made',
      'export default { name: "P", create() { throw new Error("no licence"); } };',
      /^profile default-scheduler: plugin 'P' could not be made: no licence$/,
    ],
    [
      'by making a plugin of another name',
      "export default { name: 'P', create: () => ({ name: 'Q', filter() {} }) };",
      /plugin 'P' could not be made: create returned a plugin called 'Q'; both must have the same name$/,
    ],
    [
      'by making nothing',
      'export default { name: "P", create: () => undefined };',
      /plugin 'P' could not be made: create returned undefined instead of a plugin$/,
    ],
  ];
  for (const [what, module, message] of broken) {
    it(`is refused ${what}`, () => withModule(module, (args) => refuses(['run', ...args], message)));
  }
});

describe('a plugin that fails at work', () => {
  const failing: readonly (readonly [what: string, module: string, message: string])[] = [
    ['throws in filter', plugin('filter() { throw new Error("boom"); }'), 'plugin P: filter threw: boom'],
    ['throws in preFilter', plugin('preFilter() { throw new Error("boom"); }'), 'plugin P: preFilter threw: boom'],
    ['throws in score', plugin('score() { throw new Error("boom"); }'), 'plugin P: score threw: boom'],
    [
      'scores above 100',
      plugin('score: (_, nodes, scores) => { scores.fill(101, 0, nodes.count); }'),
      'plugin P: gave node n1 the score 101; allowed after its normalize: whole numbers from 0 to 100',
    ],
    [
      'scores below 0',
      plugin('score: (_, nodes, scores) => { scores.fill(-1, 0, nodes.count); }'),
      'plugin P: gave node n1 the score -1; allowed after its normalize: whole numbers from 0 to 100',
    ],
    [
      'scores with no number',
      plugin('score: (_, nodes, scores) => { scores.fill(NaN, 0, nodes.count); }'),
      'plugin P: gave node n1 the score NaN; allowed after its normalize: whole numbers from 0 to 100',
    ],
  ];
  for (const [what, module, message] of failing) {
    it(`and ${what} loses no pod: each waits, and says why`, () =>
      withModule(module, async (args) => {
        const { out, exitCode } = await schedulerVerb('run', ...args, '--json');
        const { bindings, pending } = JSON.parse(out) as { bindings: unknown[]; pending: { message: string }[] };
        assert.deepEqual(bindings, []);
        assert.deepEqual(
          pending.map((pod) => pod.message),
          [message, message],
        );
        assert.equal(exitCode, 1);
      }));

    it(`and ${what} ends an explanation with its message and exit code 1`, () =>
      withModule(module, (args) =>
        assert.rejects(schedulerVerb('explain', ...args, '--pod', 'p'), { message, exitCode: 1 }),
      ));
  }

  it('is named by a comparison', () =>
    withModule(plugin('filter() { throw new Error("boom"); }'), async ([, file = '', , config = '']) => {
      const { out } = await schedulerVerb('compare', '-f', file, '--with', config, '--seeds', '1');
      assert.match(out, /^head: default\/p waits: plugin P: filter threw: boom$/m);
    }));

  describe('in PostBind', () => {
    const module = plugin('postBind() { throw new Error("boom"); }');
    const warning = (pod: string): string =>
      `warning: plugin P: postBind threw: boom; pod default/${pod} is bound all the same\n`;

    it('changes nothing, but is said, a line for each pod', () =>
      withModule(module, async (args) => {
        const { out, err, exitCode } = await schedulerVerb('run', ...args);
        assert.match(out, /^2 bound, 0 pending, 2 nodes$/m);
        assert.deepEqual([err, exitCode], [warning('p') + warning('q'), 0]);
      }));

    it('is said once of each pod, however many seeds are compared', () =>
      withModule(module, async ([, file = '', , config = '']) => {
        const { err } = await schedulerVerb('compare', '-f', file, '--with', config, '--seeds', '3');
        assert.equal(err, warning('p') + warning('q'));
      }));

    it('is said of the pods that are bound before one is explained', () =>
      withModule(module, async (args) => {
        const { err, exitCode } = await schedulerVerb('explain', ...args, '--pod', 'q', '--what-if', 'label:n1:a=b');
        assert.deepEqual([err, exitCode], [warning('p'), 0]);
      }));

    it('is said of the first ten pods, and how many more there are', () => {
      const many = Array.from({ length: 13 }, (_, place) => podYaml(`p${place}`, '100m')).join('');
      const config = configYaml(`kubedyno: { plugins: [p.mjs] }\n${enabled}`);
      const nodes = nodeYaml('n1') + nodeYaml('n2');
      return withFiles({ 'm.yaml': nodes + many, 'p.mjs': module, 'c.yaml': config }, async (pathOf) => {
        const { err } = await schedulerVerb('run', '-f', pathOf('m.yaml'), '--config', pathOf('c.yaml'));
        assert.equal(err.split('\n').length, 12);
        assert.match(err, /^warning: and 3 more of this kind$/m);
      });
    });
  });

  describe('in putting the queue in order', () => {
    const sorted =
      'profiles: [{ plugins: { multiPoint: { enabled: [{ name: P }], disabled: [{ name: PrioritySort }] } } }]';
    const faults: readonly (readonly [what: string, compare: string, message: string])[] = [
      ['throws', 'compare() { throw new Error("boom"); }', 'plugin P: compare threw: boom'],
      [
        'gives no order',
        'compare: () => undefined',
        'plugin P: compare gave undefined; allowed: a number, negative when the first pod goes first',
      ],
    ];
    for (const [what, compare, message] of faults) {
      it(`ends the verb with one message where it ${what}`, () => {
        const config = configYaml(`kubedyno: { plugins: [p.mjs] }\n${sorted}`);
        return withFiles({ 'm.yaml': manifests, 'p.mjs': plugin(compare), 'c.yaml': config }, async (pathOf) => {
          const args = ['-f', pathOf('m.yaml'), '--config', pathOf('c.yaml')];
          await assert.rejects(schedulerVerb('run', ...args), { message, exitCode: 1 });
          await assert.rejects(schedulerVerb('compare', '-f', pathOf('m.yaml'), '--with', pathOf('c.yaml')), {
            message,
            exitCode: 1,
          });
        });
      });
    }
  });

  describe('after a pod has its node', () => {
    const one = nodeYaml('n1') + podYaml('p');
    const config = configYaml(`kubedyno: { plugins: [p.mjs] }\n${enabled}`);
    const waiting: readonly (readonly [what: string, methods: string, said: RegExp])[] = [
      [
        'refuses it in Reserve',
        "reserve: () => ({ code: 'unschedulable', plugin: 'P', reasons: ['not here'] })",
        /^default\/p {2}0\/1 nodes are available: 1 not here\.$/m,
      ],
      [
        'holds it in Permit until time is up',
        "permit: () => ({ kind: 'wait', timeoutMs: 5000 })",
        /^default\/p {2}0\/1 nodes are available: 1 rejected due to timeout after waiting 5s at plugin P\.$/m,
      ],
      [
        'answers with a promise, which nobody waits for on virtual time',
        'async preBind() {}',
        /^default\/p {2}reserved on n1, but not bound: a plugin holds it in Permit, or answers later in PreBind or Bind$/m,
      ],
      [
        'takes nodes out without a verdict',
        'filter: (_, block) => { block.count = 0; }',
        /^default\/p {2}a filter took a node out of the block without a verdict; it must write one to cycle\.verdicts$/m,
      ],
    ];
    for (const [what, methods, said] of waiting) {
      it(`and ${what}, leaves a pod waiting that says so`, () =>
        withFiles({ 'm.yaml': one, 'p.mjs': plugin(methods), 'c.yaml': config }, async (pathOf) => {
          const { out, exitCode } = await schedulerVerb('run', '-f', pathOf('m.yaml'), '--config', pathOf('c.yaml'));
          assert.match(out, said);
          assert.equal(exitCode, 1);
        }));
    }
  });

  it('and keeps a pod out of the queue is named beside an explanation', () =>
    withModule(plugin('preEnqueue() { throw new Error("boom"); }'), async (args) => {
      const { err } = await schedulerVerb('explain', ...args, '--pod', 'p');
      assert.equal(err, 'note: as it stands, p is not tried: plugin P: preEnqueue threw: boom\n');
    }));

  it('is named by a replay, with the number of attempts', () => {
    const gpu = configYaml(
      'kubedyno: { plugins: [p.mjs] }\nprofiles: [{ plugins: { multiPoint: { enabled: [{ name: GpuSharing }, { name: P }] } } }]',
    );
    const module = plugin('filter() { throw new Error("boom"); }');
    return withFiles({ 'p.mjs': module, 'c.yaml': gpu }, async (pathOf) => {
      const { err } = await schedulerVerb(
        'replay',
        '--nodes',
        '3',
        '--policy',
        'BestFit',
        '--config',
        pathOf('c.yaml'),
      );
      assert.match(err, /^warning: c\.yaml: plugin P: filter threw: boom \(\d+ attempts\)$/m);
    });
  });
});
