import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import type { BenchResult } from '../../src/scheduler/bench.ts';
import { nodeYaml, refuses, schedulerVerb, withFiles } from '../support/scheduler-verb.ts';

const bench = (...args: readonly string[]) => schedulerVerb('bench', ...args);

const ownCase = (threshold: number): string => `
- name: Own
  workloadTemplate:
  - { opcode: createNodes, countParam: $nodes }
  - { opcode: createPods, countParam: $pods, collectMetrics: true }
  workloads:
  - name: Small
    threshold: ${threshold}
    params: { nodes: 5, pods: 40 }
`;

describe('kubedyno scheduler bench', () => {
  it('lists what there is and runs nothing', async () => {
    const { out } = await bench('--list', '--short', '--case', 'SchedulingBasic/*');
    assert.match(out, /^SchedulingBasic\/\S+ {2}\S*examples\/scheduler-perf\/misc\/performance-config\.yaml$/m);
  });

  it('runs the short workloads of cases, and no pod of them is lost', async () => {
    const { out, err, exitCode } = await bench('--short', '--case', 'SchedulingBasic/*', '--json');
    const { out: affine } = await bench('--case', 'SchedulingPodAntiAffinity/fast', '--json');
    const results = [...(JSON.parse(out) as BenchResult[]), ...(JSON.parse(affine) as BenchResult[])];
    assert.ok(results.length >= 2);
    for (const { name, pods, boundPods, podsPerSec = 0, attemptP50Us = 0, attemptP99Us = 0, failure } of results) {
      assert.equal(failure, undefined, name);
      assert.equal(pods.created, pods.bound + pods.pending + pods.deleted);
      assert.ok(boundPods > 0 && podsPerSec > 0 && attemptP50Us > 0 && attemptP99Us >= attemptP50Us, name);
    }
    assert.deepEqual([err, exitCode], ['', 0]);
  }).timeout(60_000);

  it('runs a case of the user’s own, writes perf-dash’s file, and fails below a threshold', () =>
    withFiles(
      { 'own/performance-config.yaml': ownCase(1), 'fast/performance-config.yaml': ownCase(1e12) },
      async (pathOf) => {
        const { out, exitCode } = await bench('-f', pathOf('own'), '--perfdash', pathOf('dash'));
        assert.match(out, /^Own\/Small +5 +40 +[\d,]+ /m);
        assert.equal(exitCode, 0);
        const written = pathOf('dash/BenchmarkPerfScheduling_own.json');
        assert.ok(existsSync(written));
        const { version, dataItems } = JSON.parse(readFileSync(written, 'utf8')) as Record<string, unknown>;
        assert.ok(version !== undefined && Array.isArray(dataItems) && dataItems.length > 0);
        const below = await bench('-f', pathOf('fast/performance-config.yaml'));
        assert.equal(below.exitCode, 1);
        assert.match(below.out, /^Own\/Small: .*1000000000000/m);
      },
    )).timeout(60_000);

  it('goes on with the others when one workload comes to no end, and fails', () =>
    withFiles(
      {
        'a/performance-config.yaml': ownCase(0).replace('nodes: 5', 'nodes: 0').replace('Small', 'Stuck'),
        'b/performance-config.yaml': ownCase(0),
      },
      async (pathOf) => {
        const { out, exitCode } = await bench('-f', pathOf('a'), pathOf('b'));
        assert.match(out, /^Own\/Small +5 +40 /m);
        assert.match(out, /^Own\/Stuck: .*40 pods are not scheduled, .*no nodes available to schedule pods/m);
        assert.equal(exitCode, 1);
      },
    )).timeout(60_000);

  it('refuses a case that there is not, and files that hold none', async () => {
    await refuses(['bench', '--case', 'none'], /^--case 'none' matches no workload \(allowed: .*; --list shows all\)$/);
    await refuses(['bench', '-f', '/nowhere'], /^\/nowhere: cannot be read: no such file; /);
    await withFiles({ 'sub/x.yaml': nodeYaml('n'), 'empty.yaml': '' }, async (pathOf) => {
      await refuses(['bench', '-f', pathOf('sub')], /: no performance-config\.yaml in this folder or below; give /);
      await refuses(['bench', '-f', pathOf('empty.yaml')], /: one list of test cases is expected \(got 0 documents\)$/);
    });
  });
});
