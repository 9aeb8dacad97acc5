/** Holds one decision of the scheduler against the reference's. */
import assert from 'node:assert/strict';
import type { Pod } from '../../../src/api/objects.ts';
import { fitErrorMessage } from '../../../src/scheduler/framework/fit-error.ts';
import type { Status } from '../../../src/scheduler/framework/status.ts';
import {
  type NodeRejection,
  type ReferenceCluster,
  type ReferenceOptions,
  fitErrorMessage as referenceFitErrorMessage,
  referenceSchedule,
  type Scores,
} from '../reference/index.ts';
import type { FastScheduler } from './fast-scheduler.ts';

interface Verdict {
  readonly code: string;
  readonly plugin: string;
  readonly reasons: readonly string[];
}

const verdictOf = ({ code, plugin, reasons }: Status | NodeRejection): Verdict => ({
  code,
  plugin,
  // kube-scheduler goes through extended resources in the order of a Go map, which is none.
  reasons: [...reasons].sort(),
});

/** Filter verdicts of all nodes, the feasible set, the next start index, every plugin's scores, and the message. */
export function assertSameDecision(
  fast: FastScheduler,
  cluster: ReferenceCluster,
  pod: Pod,
  options: ReferenceOptions,
): void {
  const expected = referenceSchedule(cluster, pod, options);
  if (cluster.nodes.length === 0 || expected.error !== undefined) return;
  const { framework, scheduler } = fast;
  const state = scheduler.cluster;
  const info = state.info(pod);

  const cycle = framework.begin(info);
  const all = framework.find(cycle, true);
  const verdicts = new Map<string, Verdict | undefined>();
  for (const slot of state.order) {
    const name = state.nodeName(slot);
    if (all.kind === 'none') verdicts.set(name, verdictOf(all.diagnosis.statusOf(slot)));
    else {
      const id = cycle.verdicts[slot] as number;
      const leftOut = expected.verdicts.get(name);
      // A node that PreFilter left out has no verdict of its own.
      verdicts.set(
        name,
        id === 0
          ? leftOut && leftOut.plugin === ''
            ? verdictOf(leftOut)
            : undefined
          : verdictOf(cycle.statuses.get(id)),
      );
    }
  }
  const wanted = new Map([...expected.verdicts].map(([name, verdict]) => [name, verdict && verdictOf(verdict)]));
  assert.deepEqual(verdicts, wanted, 'verdicts of all nodes');

  scheduler.rotation.start = options.startIndex % Math.max(1, cluster.nodes.length);
  const second = framework.begin(info);
  const found = framework.find(second);
  if (found.kind === 'none') {
    assert.deepEqual([], expected.feasible, 'feasible nodes');
    const message = fitErrorMessage(state.nodeCount, found.diagnosis);
    assert.equal(message, referenceFitErrorMessage(expected.diagnosis), 'message');
    return;
  }
  const names = Array.from(found.nodes.slots.subarray(0, found.nodes.count), (slot) => state.nodeName(slot));
  assert.deepEqual(names, expected.feasible, 'feasible nodes, in order');
  assert.equal(scheduler.rotation.start, expected.nextStartIndex % state.nodeCount, 'next start index');
  assertSameScores(fast, second, found.nodes, expected.scores);
}

type Cycle = Parameters<FastScheduler['framework']['score']>[0];
type Nodes = Parameters<FastScheduler['framework']['score']>[1];

function assertSameScores(fast: FastScheduler, cycle: Cycle, nodes: Nodes, expected: Scores | undefined): void {
  assert.ok(expected !== undefined);
  const byPlugin = new Map<string, { readonly raw: readonly number[]; readonly normalized: readonly number[] }>();
  const totals = fast.framework.score(cycle, nodes, {
    scored: (plugin, _weight, _nodes, raw, normalized) =>
      byPlugin.set(plugin, { raw: Array.from(raw), normalized: Array.from(normalized) }),
  });
  for (const [plugin, { raw, normalized }] of expected.byPlugin) {
    const own = byPlugin.get(plugin);
    if (own === undefined) {
      // Skipping is right where the scores would be 0 all the same.
      assert.ok(
        normalized.every((score) => score === 0),
        `${plugin} must not skip: ${normalized}`,
      );
      continue;
    }
    assert.deepEqual(own.normalized.map(plus), normalized.map(plus), `normalized scores of ${plugin}`);
    assert.deepEqual(own.raw.map(plus), raw.map(plus), `raw scores of ${plugin}`);
  }
  for (const [plugin, { normalized }] of byPlugin) {
    if (expected.byPlugin.has(plugin as never)) continue;
    assert.ok(
      normalized.every((score) => score === 0),
      `${plugin} should skip, but scored ${normalized}`,
    );
  }
  assert.deepEqual(Array.from(totals.subarray(0, nodes.count), plus), expected.totals.map(plus), 'totals');
}

/** Without the sign of a zero, which no comparison of scores sees. */
function plus(value: number): number {
  return value + 0;
}
