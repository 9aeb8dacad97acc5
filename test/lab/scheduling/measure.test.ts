import assert from 'node:assert/strict';
import { labSchema, quicken } from '../../../src/lab/lab-spec.ts';
import type { SchedulingRecord } from '../../../src/lab/records.ts';
import { measureScheduling, type SchedulingRun } from '../../../src/lab/scheduling/measure.ts';
import { profileNames } from '../../../src/lab/scheduling/profiles.ts';
import type { SchedulingTask } from '../../../src/lab/scheduling/slice.ts';
import { schedulingSlice } from '../../support/synthetic-scheduling.ts';

const labWith = (scheduling: object) =>
  labSchema.parse({
    apiVersion: 'kubedyno.dev/v1alpha1',
    kind: 'Lab',
    metadata: { name: 'test' },
    spec: { manifests: ['web.yaml'], arms: [{ mode: 'direct' }], scheduling },
  });
const specOf = (scheduling: object) => labWith(scheduling).spec.scheduling;

/** A thread whose every slice takes `sliceNs` of a clock of its own. */
async function measured(scheduling: object, changes: Partial<SchedulingRun> & { readonly sliceNs?: number } = {}) {
  const { sliceNs = 1e9, ...run } = changes;
  const tasks: SchedulingTask[] = [];
  const records: SchedulingRecord[] = [];
  const fractions: number[] = [];
  let nowNs = 0;
  await measureScheduling({
    spec: specOf(scheduling),
    seed: 3,
    signal: new AbortController().signal,
    thread: {
      run: async (task) => {
        tasks.push(task);
        nowNs += sliceNs;
        return schedulingSlice;
      },
      close: async () => undefined,
    },
    record: (slice) => records.push(slice),
    progress: (fraction) => fractions.push(fraction),
    nowNs: () => nowNs,
    done: [],
    ...run,
  });
  return { tasks, records, fractions };
}

/** Slices of three profiles that are made before the first one counts. */
const rehearsed = 9;
const three = ['default', 'no-scoring', 'gpu-fgd'];

describe('measuring scheduler profiles', () => {
  it('visits every profile once a round, in an order that the seed draws', async () => {
    const { records } = await measured({ profiles: three, minRounds: 20, maxRounds: 20 });
    const orders = new Set<string>();
    for (let round = 0; round < 20; round += 1) {
      const names = records.filter((record) => record.round === round).map(({ profile }) => profile);
      assert.deepEqual([...names].sort(), [...three].sort());
      orders.add(names.join());
    }
    assert.ok(orders.size > 3, [...orders].join(' | '));
    const again = await measured({ profiles: three, minRounds: 20, maxRounds: 20 });
    assert.deepEqual(again.records, records);
  });

  it('gives all profiles of a round the same cluster, and each round another', async () => {
    const { tasks } = await measured({ profiles: three, minRounds: 6, maxRounds: 6 });
    const timed = tasks.slice(rehearsed);
    const seeds = Array.from(
      { length: 6 },
      (_, round) => new Set(timed.slice(round * 3, round * 3 + 3).map((task) => task.seed)),
    );
    assert.ok(seeds.every(({ size }) => size === 1));
    assert.equal(new Set(seeds.flatMap((set) => [...set])).size, 6);
  });

  it('rehearses every profile equally often, untold', async () => {
    const { tasks, records } = await measured({ profiles: three, minRounds: 1, maxRounds: 1 });
    assert.deepEqual(
      tasks.slice(0, rehearsed).map(({ profile }) => profile),
      [...three, ...three, ...three],
    );
    assert.equal(records.length, tasks.length - rehearsed);
  });

  it('makes at least minRounds, at most maxRounds, and between them what fits into the seconds', async () => {
    const rounds = async (scheduling: object): Promise<number> =>
      (await measured({ profiles: ['default', 'no-scoring'], ...scheduling })).records.length / 2;
    assert.equal(await rounds({ seconds: 1, minRounds: 6, maxRounds: 30 }), 6);
    assert.equal(await rounds({ seconds: 1000, minRounds: 6, maxRounds: 30 }), 30);
    // Two seconds a round, and six for the rehearsal.
    assert.equal(await rounds({ seconds: 30, minRounds: 6, maxRounds: 30 }), 11);
  });

  it('takes a profile that is listed twice once', async () => {
    const { records } = await measured({ profiles: ['default', 'default'], minRounds: 1, maxRounds: 1 });
    assert.equal(records.length, 1);
  });

  it('says how far it has come, up to the whole', async () => {
    const { fractions } = await measured({ profiles: three, minRounds: 4, maxRounds: 4 }, { sliceNs: 1e6 });
    assert.deepEqual(
      fractions,
      [...fractions].sort((a, b) => a - b),
    );
    assert.equal(fractions.at(-1), 1);
    assert.ok((fractions[0] ?? 1) < 1);
  });

  it('goes on where it was cut short, with the orders and clusters it would have had', async () => {
    const whole = await measured({ profiles: three, minRounds: 5, maxRounds: 5 });
    for (const cut of [0, 1, 3, 7, 14]) {
      const done = whole.records.slice(0, cut);
      const rest = await measured({ profiles: three, minRounds: 5, maxRounds: 5 }, { done });
      assert.deepEqual(rest.records, whole.records.slice(cut));
      assert.deepEqual(rest.tasks.slice(rehearsed), whole.tasks.slice(rehearsed + cut));
    }
    assert.deepEqual(
      (await measured({ profiles: three, minRounds: 5, maxRounds: 5 }, { done: whole.records })).tasks,
      [],
    );
  });
});

describe('the scheduling part of a lab', () => {
  it('has every profile by default, fits the time, and is smaller when quick', () => {
    const lab = labWith({});
    assert.deepEqual(lab.spec.scheduling.profiles, profileNames);
    const quick = quicken(lab).spec.scheduling;
    assert.ok(quick.seconds <= 3 && quick.nodes < 500 && quick.pods < 2750);
    assert.equal(quick.minRounds, 6, 'enough for an interval');
    assert.deepEqual(specOf(quick), quick);
  });

  it('refuses a profile that it does not know', () => {
    assert.throws(() => specOf({ profiles: ['fastest'] }), /resources-only/);
  });
});
