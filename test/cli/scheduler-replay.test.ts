import assert from 'node:assert/strict';
import { gpuPolicies } from '../../src/scheduler/plugins/gpu-sharing/index.ts';
import { configYaml, refuses, schedulerVerb, withFiles } from '../support/scheduler-verb.ts';

const replay = (...args: readonly string[]) => schedulerVerb('replay', ...args);
const small = ['--nodes', '6', '--pods', '80'];

const nodesCsv = 'sn,cpu_milli,memory_mib,gpu,model\na,64000,262144,2,T4\nb,64000,262144,2,T4\nc,64000,262144,2,T4\n';
const podsHead =
  'name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,deletion_time,scheduled_time\n';
const podsCsv = `${podsHead}p1,1000,1024,1,1000,,LS,Running,0,100,0\np2,1000,1024,1,500,,BE,Running,10,100,10\n`;

interface ReplayJson {
  readonly nodes: number;
  readonly gpus: number;
  readonly arrivals: number;
  readonly policies: readonly {
    readonly policy: string;
    readonly bindings: number;
    readonly stillWaiting: number;
    readonly gaveUp: number;
    readonly preemptions: { readonly count: number };
    readonly atCapacity?: { readonly allocatedPercent: number };
    readonly curve?: readonly unknown[];
    readonly overTime: readonly unknown[];
  }[];
}

async function json(...args: readonly string[]): Promise<ReplayJson> {
  return JSON.parse((await replay(...args, '--json')).out) as ReplayJson;
}

describe('kubedyno scheduler replay', () => {
  it('without options fills a generated cluster under every policy', async () => {
    const { out, err, exitCode } = await replay(...small);
    const [head = '', , ...lines] = out.split('\n');
    assert.match(head, /^generated trace, seed 1: 6 nodes, \d+ GPUs; \d+ pods arrive and stay$/);
    assert.match(
      lines[0] ?? '',
      /^policy +allocated +fragmented +bound +waiting +wait p50 +p99 +GPU use +CPU use +preempted +took$/,
    );
    assert.deepEqual(
      lines.slice(1, 7).map((line) => line.split(' ')[0]),
      gpuPolicies,
    );
    assert.deepEqual([err, exitCode], ['', 0]);
  });

  it('loses no pod and gives figures for programs', async () => {
    const { nodes, arrivals, policies } = await json(...small);
    assert.equal(nodes, 6);
    for (const { bindings, stillWaiting, atCapacity, curve, overTime } of policies) {
      assert.equal(bindings + stillWaiting, arrivals);
      assert.ok((atCapacity?.allocatedPercent ?? 0) > 60 && (atCapacity?.allocatedPercent ?? 101) <= 100);
      assert.ok((curve?.length ?? 0) > 20);
      assert.equal(overTime.length, 50);
    }
  });

  it('is the same for the same seed but for the time that it takes', async () => {
    const run = async (seed: string) =>
      (await json(...small, '--seed', seed)).policies.map((policy) => ({ ...policy, wallMs: 0 }));
    assert.deepEqual(await run('3'), await run('3'));
    assert.notDeepEqual(await run('3'), await run('4'));
  });

  it('lets pods come and go at the trace’s times, some of them by preemption', async () => {
    const { policies } = await json(
      ...small,
      '--timed',
      '--speedup',
      '1000',
      '--departures',
      'after-running',
      '--priority',
      'LS=10',
      '--policy',
      'FGD',
      'BestFit',
    );
    assert.deepEqual(
      policies.map(({ policy }) => policy),
      ['FGD', 'BestFit'],
    );
    for (const { bindings, stillWaiting, gaveUp, preemptions, curve } of policies) {
      assert.equal(bindings + stillWaiting + gaveUp, 80 + preemptions.count);
      assert.ok(preemptions.count > 0);
      assert.equal(curve, undefined);
    }
  });

  it('reads a trace from a folder and draws nodes from it', () =>
    withFiles({ 'nodes.csv': nodesCsv, 'pods.csv': podsCsv }, async (pathOf) => {
      const all = await json('--trace', pathOf(''), '--timed', '--policy', 'FGD');
      assert.deepEqual([all.nodes, all.gpus, all.arrivals, all.policies[0]?.bindings], [3, 6, 2, 2]);
      const { out } = await replay('--trace', pathOf(''), '--nodes', '1', '--fill', '50', '--policy', 'FGD');
      assert.match(out, /: 1 nodes, 2 GPUs; \d+ pods arrive and stay$/m);
    }));

  it('puts a configuration of the user’s own beside the policies', () =>
    withFiles(
      { 'mine.yaml': configYaml('profiles: [{ plugins: { multiPoint: { enabled: [{ name: GpuSharing }] } } }]') },
      async (pathOf) => {
        const { policies, arrivals } = await json(...small, '--policy', 'FGD', '--config', pathOf('mine.yaml'));
        assert.deepEqual(
          policies.map(({ policy }) => policy),
          ['FGD', 'mine.yaml'],
        );
        assert.equal((policies[1]?.bindings ?? 0) + (policies[1]?.stillWaiting ?? 0), arrivals);
      },
    ));

  const refused: readonly (readonly [what: string, args: readonly string[], message: RegExp])[] = [
    ['an unknown policy', ['--policy', 'Best'], /^unknown policy 'Best'; allowed: Random, DotProd, /],
    ['nothing to fill', ['--fill', '0'], /^--fill '0' is out of range; allowed: more than 0, up to 1000$/],
    ['both ways at once', ['--fill', '100', '--timed'], /^only one of --fill and --timed can be given$/],
    ['a speed-up of nothing', ['--speedup', '2'], /^--speedup is of the trace’s times; add --timed$/],
    ['a speed that is none', ['--timed', '--speedup', '-1'], /^--speedup '-1' is out of range; allowed: more than 0$/],
    ['a cluster without nodes', ['--nodes', '0'], /^--nodes '0' is out of range/],
    [
      'a priority for a class that no pod is of',
      ['--priority', 'LX=5'],
      /^--priority 'LX=5': no pod of the trace is of class 'LX' \(allowed: BE, Burstable, Guaranteed, LS\)$/,
    ],
    ['a priority without a value', ['--priority', 'LS'], /^--priority 'LS' is not understood; allowed: NAME=VALUE$/],
    [
      'a folder that is not there',
      ['--trace', '/nowhere'],
      /^\/nowhere: cannot be read: no such file; give the folder/,
    ],
  ];
  for (const [what, args, message] of refused) {
    it(`refuses ${what}`, () => refuses(['replay', ...args], message));
  }

  const badCsv: readonly (readonly [what: string, pods: string, message: RegExp])[] = [
    [
      'a wrong column',
      podsCsv.replace('cpu_milli', 'cpus'),
      /^\S+pods\.csv:1:1: column 'cpu_milli' is missing \(got name, cpus, .*\n\S+pods\.csv:1:6: unknown column \(got 'cpus'; /,
    ],
    [
      'a negative number',
      podsCsv.replace('p2,1000', 'p2,-5'),
      /^\S+pods\.csv:3:4: cpu_milli: a negative number \(got '-5'; allowed /,
    ],
    ['no rows', podsHead, /^\S+pods\.csv:2:1: no rows/],
    ['nothing', '', /^\S+pods\.csv:1:1: no header/],
  ];
  for (const [what, pods, message] of badCsv) {
    it(`refuses a list of pods with ${what}`, () =>
      withFiles({ 'nodes.csv': nodesCsv, 'pods.csv': pods }, (pathOf) =>
        refuses(['replay', '--trace', pathOf('')], message),
      ));
  }

  it('refuses a configuration that does not keep count of GPUs', () =>
    withFiles({ 'mine.yaml': configYaml('profiles: [{}]') }, (pathOf) =>
      refuses(
        ['replay', ...small, '--config', pathOf('mine.yaml')],
        /does not enable GpuSharing, .*enable it under multiPoint$/,
      ),
    ));
});
