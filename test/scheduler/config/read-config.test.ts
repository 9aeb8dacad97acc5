import assert from 'node:assert/strict';
import { type FileAccess, InputError } from '../../../src/api/index.ts';
import { readSchedulerPlan, type SchedulerPlan } from '../../../src/scheduler/config/read-config.ts';
import { pluginRegistry } from '../../../src/scheduler/plugins/registry.ts';

const header = 'apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n';

const filesOf = (text: string): FileAccess => ({
  isFolder: async () => false,
  list: async () => [],
  read: async () => text,
  readStdin: async () => text,
});

function read(body: string, load?: (path: string) => Promise<unknown>, text = header + body): Promise<SchedulerPlan> {
  return readSchedulerPlan('conf/scheduler.yaml', {
    registry: pluginRegistry,
    files: filesOf(text),
    ...(load === undefined ? {} : { load }),
  });
}

async function problemOf(reading: Promise<unknown>): Promise<string> {
  try {
    await reading;
  } catch (error) {
    assert.ok(error instanceof InputError, String(error));
    assert.equal(error.exitCode, 64);
    return error.message;
  }
  return assert.fail('nothing was wrong');
}

const argsOf = (plan: SchedulerPlan, name: string, profile = 0): unknown =>
  plan.profiles[profile]?.factories.find(({ factory }) => factory.name === name)?.args;

describe('a scheduler configuration', () => {
  it('without a file, or with nothing in it, is the default one', async () => {
    const none = await readSchedulerPlan(undefined, { registry: pluginRegistry });
    const empty = await read('');
    for (const plan of [none, empty]) {
      assert.deepEqual(
        plan.profiles.map(({ schedulerName }) => schedulerName),
        ['default-scheduler'],
      );
      assert.equal(plan.profiles[0]?.percentageOfNodesToScore, 0);
      assert.equal(plan.config.podMaxBackoffSeconds, 10);
      assert.deepEqual(argsOf(plan, 'InterPodAffinity'), {
        hardPodAffinityWeight: 1,
        ignorePreferredTermsOfExistingPods: false,
      });
    }
  });

  it('gives each profile its own plugins, arguments and percentage', async () => {
    const plan = await read(`percentageOfNodesToScore: 30
profiles:
- schedulerName: near
  percentageOfNodesToScore: 70
  pluginConfig:
  - name: InterPodAffinity
    args:
      apiVersion: kubescheduler.config.k8s.io/v1
      kind: InterPodAffinityArgs
      hardPodAffinityWeight: 50
- schedulerName: plain
  plugins:
    multiPoint:
      disabled:
      - name: InterPodAffinity
`);
    const [near, plain] = plan.profiles;
    assert.deepEqual([near?.percentageOfNodesToScore, plain?.percentageOfNodesToScore], [70, 30]);
    assert.deepEqual(argsOf(plan, 'InterPodAffinity'), {
      hardPodAffinityWeight: 50,
      ignorePreferredTermsOfExistingPods: false,
    });
    assert.equal(argsOf(plan, 'InterPodAffinity', 1), undefined);
  });

  it('is read over where it speaks of what has no meaning here', async () => {
    const plan = await read('leaderElection:\n  leaderElect: true\nclientConnection:\n  kubeconfig: /etc/x\n');
    assert.equal(plan.profiles.length, 1);
  });

  it('may be JSON', async () => {
    const text = JSON.stringify({ apiVersion: 'kubescheduler.config.k8s.io/v1', kind: 'KubeSchedulerConfiguration' });
    assert.equal((await read('', undefined, text)).profiles.length, 1);
  });
});

describe('what is wrong with a scheduler configuration', () => {
  it('in its form is said with file, line, path and value', async () => {
    const message = await problemOf(read('profiles:\n- schedulerName: a\n  percentageOfNodesToScore: 101\n'));
    assert.match(message, /^conf\/scheduler\.yaml:5:\d+: profiles\[0\]\.percentageOfNodesToScore: .*got 101/);
  });

  it('is said of an unknown field', async () => {
    const message = await problemOf(read('profiles:\n- schedulerName: a\n  plugin: {}\n'));
    assert.match(message, /^conf\/scheduler\.yaml:5:\d+: .*plugin/);
  });

  it('in the arguments of a plugin is said with their line', async () => {
    const message = await problemOf(
      read(`profiles:
- pluginConfig:
  - name: NodeAffinity
  - name: InterPodAffinity
    args:
      hardPodAffinityWeight: 101
`),
    );
    assert.match(
      message,
      /^conf\/scheduler\.yaml:8:\d+: profiles\[0\]\.pluginConfig\[1\]\.args\.hardPodAffinityWeight/,
    );
  });

  it('is a scoring strategy that there is not', async () => {
    const message = await problemOf(
      read(`profiles:
- pluginConfig:
  - name: NodeResourcesFit
    args:
      scoringStrategy:
        type: Fullest
`),
    );
    assert.match(message, /^conf\/scheduler\.yaml:8:\d+: .*scoringStrategy\.type: .*Fullest/);
  });

  for (const [what, body, expected] of [
    [
      'a plugin that is not known',
      'plugins: { multiPoint: { enabled: [{ name: Nope }] } }',
      /^conf\/scheduler\.yaml:4:46: profiles\[0\]\.plugins\..*: unknown plugin \(got 'Nope'; allowed .*NodeAffinity/,
    ],
    [
      'arguments of a plugin that is not known',
      'pluginConfig: [{ name: Nope }]',
      /^conf\/scheduler\.yaml:4:26: profiles\[0\]\.pluginConfig\[0\]\.name: unknown plugin \(got 'Nope'/,
    ],
    [
      'arguments of a plugin that takes none',
      'pluginConfig: [{ name: NodeName, args: { a: 1 } }]',
      /plugin 'NodeName' takes no args/,
    ],
    [
      'a weight that is not allowed',
      'plugins: { score: { enabled: [{ name: ImageLocality, weight: 101 }] } }',
      /weight/,
    ],
  ] as const) {
    it(`is ${what}`, async () => {
      assert.match(await problemOf(read(`profiles:\n- ${body}\n`)), expected);
    });
  }

  it('are two profiles of one name', async () => {
    const message = await problemOf(read('profiles:\n- schedulerName: a\n- schedulerName: a\n'));
    assert.match(message, /two profiles have the schedulerName 'a'/);
  });

  it('is another kind or version, or another number of documents than one', async () => {
    const other = 'apiVersion: kubescheduler.config.k8s.io/v1beta3\nkind: KubeSchedulerConfiguration\n';
    assert.match(await problemOf(read('', undefined, other)), /^conf\/scheduler\.yaml:1:\d+: apiVersion/);
    assert.match(
      await problemOf(read(`---\n${header}`)),
      /one KubeSchedulerConfiguration is expected \(got 2 documents\)/,
    );
    assert.match(await problemOf(read('', undefined, '')), /got 0 documents/);
  });

  it('is text that cannot be read', async () => {
    assert.match(await problemOf(read('profiles: [')), /^conf\/scheduler\.yaml:\d+:\d+: /);
    const missing = readSchedulerPlan('/nowhere/conf.yaml', { registry: pluginRegistry });
    assert.match(await problemOf(missing), /\/nowhere\/conf\.yaml/);
  });

  it('is an extender without a URL, or with a timeout that is none', async () => {
    assert.match(await problemOf(read('extenders:\n- urlPrefix: nowhere\n')), /:4:\d+: extenders\[0\]\.urlPrefix/);
    assert.match(
      await problemOf(read('extenders:\n- urlPrefix: http://a\n  httpTimeout: soon\n')),
      /:5:\d+: extenders\[0\]\.httpTimeout: .*soon/,
    );
  });
});

describe('modules with plugins of one’s own', () => {
  const factory = { name: 'Mine', create: () => ({ name: 'Mine', filter: () => undefined }) };
  const body = `kubedyno: { plugins: [./mine.ts] }
profiles:
- plugins: { multiPoint: { enabled: [{ name: Mine }] } }
`;

  it('are loaded from where the file is, and their plugins can be enabled', async () => {
    const loaded: string[] = [];
    for (const exported of [factory, [factory]]) {
      const plan = await read(body, async (path) => {
        loaded.push(path);
        return exported;
      });
      assert.ok(plan.profiles[0]?.factories.some((made) => made.factory === factory));
    }
    assert.match(loaded[0] ?? '', /\/conf\/mine\.ts$/);
  });

  it('that cannot be loaded, or export no plugin, are named', async () => {
    const failing = async (): Promise<unknown> => {
      throw new Error('syntax');
    };
    assert.match(await problemOf(read(body, failing)), /plugin module .*\/conf\/mine\.ts: syntax; it must export/);
    for (const exported of [undefined, {}, { name: 'Mine' }, { name: 1, create: () => ({}) }, [factory, 'x']]) {
      assert.match(await problemOf(read(body, async () => exported)), /what it exports is no plugin factory/);
    }
  });

  it('that are not there are named when they are really looked for', async () => {
    assert.match(await problemOf(read('kubedyno: { plugins: [./not-there.ts] }\n')), /plugin module .*not-there\.ts/);
  });
});
