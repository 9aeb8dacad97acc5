import assert from 'node:assert/strict';
import type { AgentExit, Kernel, KernelName } from '../../src/kernel/types.ts';
import { labSchema } from '../../src/lab/lab-spec.ts';
import type { Arm, ResultRecord, SchedulingRecord } from '../../src/lab/records.ts';
import { type KernelChoice, runLab } from '../../src/lab/run-lab.ts';
import type { SchedulingThread } from '../../src/lab/scheduling/thread.ts';
import { schedulingSlice } from '../support/synthetic-scheduling.ts';

const labWith = (scheduling: object) =>
  labSchema.parse({
    apiVersion: 'kubedyno.dev/v1alpha1',
    kind: 'Lab',
    metadata: { name: 'test' },
    spec: { manifests: ['web.yaml'], arms: [{ mode: 'nftables' }, { mode: 'ipvs', schedulers: ['rr'] }], scheduling },
  });
const nftables: Arm = { id: 'nftables', mode: 'nftables' };
const ipvs: Arm = { id: 'ipvs-rr', mode: 'ipvs', scheduler: 'rr' };

function fakeKernel(
  name: KernelName,
  arms: readonly Arm[] | undefined,
  exit: AgentExit,
  started: KernelName[],
): Kernel {
  return {
    name,
    run: async (_, { onRecord }) => {
      started.push(name);
      if (arms !== undefined)
        onRecord({ type: 'kernel', kernel: name, report: { kernel: name, capabilities: [] }, fingerprint: {}, arms });
      return exit;
    },
  };
}

interface Setting {
  readonly kernel?: KernelChoice;
  readonly host?: readonly [arms: readonly Arm[] | undefined, exit: AgentExit];
  readonly uml?: readonly [arms: readonly Arm[] | undefined, exit: AgentExit];
  readonly signal?: AbortSignal;
  readonly append?: () => void;
  readonly scheduling?: object;
  readonly schedule?: SchedulingThread['run'];
  readonly made?: readonly SchedulingRecord[];
}
const done: AgentExit = { state: 'done' };

async function run(setting: Setting) {
  const { kernel = 'auto', host = [[nftables], done], uml = [[ipvs], done], signal, append } = setting;
  const { scheduling = { profiles: [] }, schedule = async () => schedulingSlice, made } = setting;
  const started: KernelName[] = [];
  const records: ResultRecord[] = [];
  const threads: string[] = [];
  const end = await runLab({
    lab: labWith(scheduling),
    target: {
      namespace: 'default',
      name: 'web',
      portName: '',
      protocol: 'TCP',
      clusterIP: '10.96.1.0',
      port: 80,
      sessionAffinity: { kind: 'None' },
      endpoints: [],
    },
    seed: 1,
    kernel,
    kernels: { host: fakeKernel('host', ...host, started), uml: fakeKernel('uml', ...uml, started) },
    writer: { append: append ?? ((record) => records.push(record)), close: () => undefined },
    signal: signal ?? new AbortController().signal,
    openSchedulingThread: () => {
      threads.push('opened');
      return { run: schedule, close: async () => void threads.push('closed') };
    },
    onProgress: () => undefined,
    ...(made === undefined ? {} : { scheduled: made }),
  });
  return { started, records, end, threads };
}

describe('a lab run', () => {
  it('ends with the error of a disk that is full', async () => {
    const full = new Error('the disk is full');
    const append = () => {
      throw full;
    };
    await assert.rejects(run({ append }), full);
  });

  it('boots the guest for the arms that the host lacks', async () => {
    const { started, end } = await run({});
    assert.deepEqual(started, ['host', 'uml']);
    assert.equal(end.status, 'complete');
  });

  it('stays on the host when it has every arm', async () => {
    assert.deepEqual((await run({ host: [[nftables, ipvs], done] })).started, ['host']);
  });

  it('keeps to the kernel that was asked for', async () => {
    assert.deepEqual((await run({ kernel: 'uml' })).started, ['uml']);
    assert.deepEqual((await run({ kernel: 'host' })).started, ['host']);
  });

  it('is complete without a guest that cannot start, and says that it is left out', async () => {
    const failed: AgentExit = { state: 'failed', message: 'linux.uml is not installed', console: '' };
    const { records, end } = await run({ uml: [undefined, failed] });
    assert.equal(end.status, 'complete');
    const omission = records.find(({ type }) => type === 'omitted');
    assert.deepEqual(omission, {
      type: 'omitted',
      kernel: 'uml',
      what: 'this kernel',
      reason: 'linux.uml is not installed',
    });
  });

  it('fails when a kernel breaks off in the middle, with the last lines of its console', async () => {
    const broken: AgentExit = { state: 'failed', message: 'the guest stopped', console: 'Kernel panic' };
    const { end } = await run({ uml: [[ipvs], broken] });
    assert.equal(end.status, 'failed');
    assert.match(end.message ?? '', /the guest stopped.*Kernel panic/s);
  });

  it('fails when no kernel can run any arm', async () => {
    const { end } = await run({ host: [[], done], uml: [undefined, { state: 'failed', message: 'no', console: '' }] });
    assert.equal(end.status, 'failed');
    assert.match(end.message ?? '', /kubedyno doctor/);
  });

  it('ends as interrupted, without going on to the guest', async () => {
    const { started, records, end } = await run({
      signal: AbortSignal.abort(),
      host: [[nftables], { state: 'aborted' }],
    });
    assert.deepEqual(started, ['host']);
    assert.equal(end.status, 'interrupted');
    assert.equal(records.at(-1), end);
  });
});

describe('the scheduler in a lab run', () => {
  const scheduling = { profiles: ['default', 'no-scoring'], minRounds: 2, maxRounds: 2 };
  const slices = (records: readonly ResultRecord[]) => records.filter((record) => record.type === 'scheduling');

  it('is measured after the kernels, and its records stand before the end', async () => {
    const { records, end, threads } = await run({ kernel: 'host', scheduling });
    assert.deepEqual(
      records.map(({ type }) => type),
      ['kernel', 'scheduling', 'scheduling', 'scheduling', 'scheduling', 'end'],
    );
    assert.equal(end.status, 'complete');
    assert.deepEqual(threads, ['opened', 'closed']);
  });

  it('needs no thread when the lab lists no profiles, nor after Ctrl-C', async () => {
    assert.deepEqual((await run({})).threads, []);
    assert.deepEqual((await run({ scheduling, signal: AbortSignal.abort() })).threads, []);
  });

  it('goes on after the slices that an interrupted run has', async () => {
    const all = (await run({ kernel: 'host', scheduling })).records.filter((record) => record.type === 'scheduling');
    const { records } = await run({ kernel: 'host', scheduling, made: all.slice(0, 3) });
    assert.deepEqual(slices(records), all.slice(3));
    assert.deepEqual(slices((await run({ kernel: 'host', scheduling, made: all })).records), []);
  });

  it('fails the run when a slice breaks, names the profile and keeps what there is', async () => {
    let calls = 0;
    const schedule = async () => {
      calls += 1;
      if (calls > 7) throw new Error('out of memory');
      return schedulingSlice;
    };
    const { records, end, threads } = await run({ kernel: 'host', scheduling, schedule });
    assert.equal(end.status, 'failed');
    assert.match(end.message ?? '', /^scheduler profile (default|no-scoring): out of memory$/);
    assert.equal(slices(records).length, 1);
    assert.deepEqual(threads, ['opened', 'closed']);
  });

  it('ends with the run when it is interrupted in the middle of a slice', async () => {
    const controller = new AbortController();
    const schedule: SchedulingThread['run'] = async (_, signal) => {
      controller.abort();
      signal.throwIfAborted();
      return schedulingSlice;
    };
    const { records, end, threads } = await run({ kernel: 'host', scheduling, schedule, signal: controller.signal });
    assert.equal(end.status, 'interrupted');
    assert.deepEqual(slices(records), []);
    assert.deepEqual(threads, ['opened', 'closed']);
  });
});
