import assert from 'node:assert/strict';
import {
  achieved,
  attemptDuration,
  checkThreshold,
  type DataItem,
  dataItems,
  gnuplotSeries,
  MetricRegistry,
  type MetricSelector,
  perfdashFileName,
  perfdashJson,
  thresholdFor,
  throughputSamples,
} from '../../../src/workloads/perf/index.ts';

const name = 'BenchmarkPerfScheduling/SchedulingBasic/5Nodes/namespace-2';

describe('Throughput without sampling', () => {
  it('is all bound pods over the whole time, and offered pods over the time that offering took', () => {
    const figures = achieved({
      startMs: 1_000,
      endMs: 1_500,
      createdMs: [1_000, 1_050, 1_100],
      latenciesMs: [100, 300],
    });
    assert.equal(figures.achievedPodsPerSec, 4);
    assert.equal(figures.offeredPodsPerSec, 30);
    assert.deepEqual([figures.offeredPods, figures.boundPods, figures.elapsedMs], [3, 2, 500]);
    assert.deepEqual(figures.latencyMs, { Average: 200, Perc50: 100, Perc90: 300, Perc95: 300, Perc99: 300, Max: 300 });
  });

  it('is no number where no time has passed, or nothing was bound', () => {
    const atOnce = achieved({ startMs: 5, endMs: 5, createdMs: [5, 5], latenciesMs: [0, 0] });
    assert.deepEqual([atOnce.achievedPodsPerSec, atOnce.offeredPodsPerSec], [undefined, undefined]);
    const nothing = achieved({ startMs: 5, endMs: 10, createdMs: [], latenciesMs: [] });
    assert.deepEqual([nothing.achievedPodsPerSec, nothing.latencyMs], [0, undefined]);
  });
});

function itemsOf(seconds: readonly number[], observations: readonly (readonly [number, number])[] = []): DataItem[] {
  const registry = new MetricRegistry();
  for (const value of seconds) registry.series(attemptDuration, { result: 'scheduled' }).observe(value);
  const samples = throughputSamples(observations.map(([timeMs, scheduled]) => ({ timeMs, scheduled })));
  const times = { startMs: 0, endMs: 4_000, createdMs: [0, 1_000], latenciesMs: [10, 20] };
  const heap = [0, 60_000].map((timeMs, place) => ({ timeMs, bytes: (place + 1) * 2 ** 20 }));
  return dataItems({ name, samples, achieved: achieved(times), registry, heap }, undefined);
}

const find = (items: readonly DataItem[], metric: string): DataItem | undefined =>
  items.find(({ labels }) => labels.Metric === metric);

describe('Data items', () => {
  const sampled = itemsOf(
    [0.0005, 0.0015],
    [
      [1_000, 1],
      [2_000, 101],
      [3_000, 401],
    ],
  );

  it('hold the sampled throughput only where there are samples', () => {
    assert.deepEqual(find(sampled, 'SchedulingThroughput')?.data, {
      Average: 200,
      Perc50: 100,
      Perc90: 300,
      Perc95: 300,
      Perc99: 300,
    });
    assert.equal(find(itemsOf([]), 'SchedulingThroughput'), undefined);
  });

  it('say who computes each figure so', () => {
    const sources = new Map(sampled.map(({ labels }) => [labels.Metric, labels.Source]));
    assert.deepEqual(Object.fromEntries(sources), {
      SchedulingThroughput: 'scheduler_perf',
      AchievedThroughput: 'kubedyno',
      OfferedThroughput: 'kubedyno',
      PodSchedulingLatency: 'kubedyno',
      scheduler_scheduling_attempt_duration_seconds: 'scheduler_perf',
      AttemptDuration: 'kubedyno',
      heap_memory_usage: 'scheduler_perf',
      memory_growth_rate: 'scheduler_perf',
      SchedulingDuration: 'scheduler_perf',
    });
  });

  it('give durations in milliseconds, once from wide buckets and once from narrow ones', () => {
    const wide = find(sampled, attemptDuration);
    assert.equal(wide?.unit, 'ms');
    assert.equal(wide?.data.Perc50, 1);
    assert.equal(wide?.data.Average, 1);
    const narrow = find(sampled, 'AttemptDuration');
    assert(Math.abs((narrow?.data.Perc50 ?? 0) - 0.5) < 0.005);
    assert.equal(narrow?.labels.result, 'scheduled');
  });

  it('hold the heap as scheduler_perf reads it', () => {
    assert.deepEqual(find(sampled, 'heap_memory_usage')?.data, {
      Average: 1.5,
      Perc50: 1,
      Perc90: 2,
      Perc95: 2,
      Perc99: 2,
      Max: 2,
    });
    assert.deepEqual(find(sampled, 'memory_growth_rate')?.data, { GrowthRate: 1 });
    assert.deepEqual(find(sampled, 'SchedulingDuration')?.data, { Duration: 4 });
  });

  it('have only the combinations of labels that are asked for, series merged', () => {
    const registry = new MetricRegistry();
    const metric = 'scheduler_plugin_execution_duration_seconds';
    for (const plugin of ['NodeName', 'NodePorts']) {
      for (const extension_point of ['Filter', 'PreFilter'])
        registry.series(metric, { plugin, extension_point }).observe(1e-5);
    }
    const times = { startMs: 0, endMs: 0, createdMs: [], latenciesMs: [] };
    const measured = { name, samples: [], achieved: achieved(times), registry, heap: [] };
    const labelsOf = (config: Parameters<typeof dataItems>[1]) =>
      dataItems(measured, config)
        .filter(({ labels }) => labels.Metric === metric)
        .map(({ labels }) => [labels.plugin, labels.extension_point]);
    assert.equal(labelsOf(undefined).length, 4);
    const config = { [metric]: [{ label: 'plugin', values: ['NodeName', 'Missing'] }] };
    assert.deepEqual(labelsOf(config), [['NodeName', undefined]]);
    assert.deepEqual(labelsOf({ [metric]: [] }), [[undefined, undefined]]);
    assert.deepEqual(labelsOf({}), []);
  });
});

const selector: MetricSelector = {
  name: 'SchedulingThroughput',
  labels: {},
  dataBucket: 'Average',
  expectLower: false,
};

describe('A threshold', () => {
  const throughput: DataItem = {
    data: { Average: 256.1234 },
    unit: 'pods/s',
    labels: { Metric: 'SchedulingThroughput', Name: name },
  };

  it('is missed in the words of scheduler_perf', () => {
    const verdict = checkThreshold([throughput], 270, selector);
    assert.equal(verdict.state, 'failed');
    assert.equal(
      verdict.state === 'failed' && verdict.message,
      `${name}: expected SchedulingThroughput Average to be higher: got 256.12, want 270`,
    );
  });

  it('is met only above it, or below it where less is better', () => {
    assert.equal(checkThreshold([throughput], 256, selector).state, 'passed');
    assert.equal(checkThreshold([throughput], 256.1234, selector).state, 'failed');
    assert.equal(checkThreshold([throughput], 300, { ...selector, expectLower: true }).state, 'passed');
    const verdict = checkThreshold([throughput], 200, { ...selector, expectLower: true });
    assert.match('message' in verdict ? verdict.message : '', /to be lower: got 256\.12, want 200$/);
  });

  it('of 0 is none', () => assert.deepEqual(checkThreshold([], 0, selector), { state: 'none' }));

  it('holds for the pods that were bound over the whole time where the run was too short to sample', () => {
    const verdict = checkThreshold(itemsOf([]), 270, selector);
    assert.equal(verdict.state === 'failed' && verdict.metric, 'AchievedThroughput');
    assert.match(
      'message' in verdict ? verdict.message : '',
      /AchievedThroughput Average \(the run was too short for SchedulingThroughput\) to be higher: got 0\.5, want 270$/,
    );
  });

  it('is void without data, and looks at the worst of several series', () => {
    assert.equal(checkThreshold([], 270, { ...selector, name: 'Other' }).state, 'void');
    const slower = { ...throughput, data: { Average: 100 } };
    const verdict = checkThreshold([throughput, slower], 90, selector);
    assert.equal(verdict.state === 'passed' && verdict.got, 100);
    const labelled = { ...selector, labels: { result: 'scheduled' } };
    assert.equal(
      checkThreshold([{ ...throughput, labels: { ...throughput.labels, result: 'error' } }], 1, labelled).state,
      'void',
    );
  });

  it('may differ by topic', () => {
    assert.equal(thresholdFor(5, 'misc'), 5);
    assert.deepEqual(
      ['misc', 'other'].map((topic) => thresholdFor({ misc: 7 }, topic)),
      [7, 0],
    );
  });
});

describe("perf-dash's JSON", () => {
  it('gives every item every label', () => {
    const items = [
      { data: { Average: 1 }, unit: 'ms', labels: { Metric: 'a', result: 'scheduled' } },
      { data: { Average: 2 }, unit: 'ms', labels: { Metric: 'b', plugin: 'NodeName' } },
    ];
    assert.deepEqual(JSON.parse(perfdashJson(items)), {
      version: 'v1',
      dataItems: [
        { data: { Average: 1 }, unit: 'ms', labels: { Metric: 'a', plugin: 'not applicable', result: 'scheduled' } },
        { data: { Average: 2 }, unit: 'ms', labels: { Metric: 'b', plugin: 'NodeName', result: 'not applicable' } },
      ],
    });
  });

  it('is kept in the file that perf-dash looks for', () => {
    const name = perfdashFileName('misc', new Date(Date.UTC(2026, 4, 7, 8, 9, 10, 11)));
    assert.equal(name, 'BenchmarkPerfScheduling_benchmark_misc_2026-05-07T08:09:10Z.json');
  });
});

describe('The series for gnuplot', () => {
  it('has seconds, completed, attempts, observed pods and rate', () => {
    const point = { timeMs: 3_500, scheduled: 40, podsPerSec: 12.5, intervals: 1, attempts: 45, completed: 41 };
    assert.equal(gnuplotSeries([point], 1_000), '2.5s 41 45 40 12.500000\n');
  });
});
