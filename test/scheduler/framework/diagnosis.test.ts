import assert from 'node:assert/strict';
import { filteredDiagnosis, nobodyLeft, refusedDiagnosis } from '../../../src/scheduler/framework/diagnosis.ts';
import { type Status, StatusTable } from '../../../src/scheduler/framework/status.ts';

const full: Status = { code: 'unschedulable', plugin: 'Fit', reasons: ['full'] };
const tainted: Status = { code: 'unresolvable', plugin: 'Taints', reasons: ['tainted'] };

describe('statuses as numbers', () => {
  it('are equal where code, plugin and reasons are, and never 0', () => {
    const table = new StatusTable();
    const first = table.intern(full);
    assert.ok(first > 0);
    assert.equal(table.intern({ ...full, reasons: ['full'] }), first);
    const others = [
      { ...full, code: 'error' as const },
      { ...full, plugin: 'X' },
      { ...full, reasons: ['full', ''] },
    ];
    const numbers = others.map((status) => table.intern(status));
    assert.equal(new Set([first, ...numbers]).size, 4);
    assert.deepEqual(
      numbers.map((id) => table.get(id)),
      others,
    );
  });

  it('that were not given out are no statuses', () => {
    const table = new StatusTable();
    table.intern(full);
    for (const id of [0, 2, -1]) assert.throws(() => table.get(id), /no status has the number/);
  });
});

describe('the diagnosis of a cycle without a node', () => {
  it('counts the statuses of nodes that were looked at; all others were left out by PreFilter', () => {
    const statuses = new StatusTable();
    const verdicts = new Int32Array(8);
    verdicts[3] = statuses.intern(full);
    verdicts[5] = statuses.intern(tainted);
    verdicts[6] = statuses.intern(full);
    verdicts[7] = statuses.intern(tainted);
    const order = Int32Array.of(6, 5, 3, 7);
    const diagnosis = filteredDiagnosis(order, Int32Array.of(6, 5, 3), verdicts, statuses, new Set(['NodeName', 'A']));
    const leftOut = { code: 'unresolvable', plugin: '', reasons: ["node(s) didn't satisfy plugin(s) [A NodeName]"] };
    assert.deepEqual(
      [...diagnosis.counts],
      [
        [full, 2],
        [tainted, 1],
        [leftOut, 1],
      ],
    );
    assert.deepEqual([...diagnosis.plugins].sort(), ['A', 'Fit', 'NodeName', 'Taints']);
    verdicts.fill(0);
    assert.deepEqual(
      Array.from(order, (slot) => diagnosis.statusOf(slot)),
      [full, tainted, full, leftOut],
      'of its own',
    );
  });

  it('has the status of PreFilter for every node where that refused the pod', () => {
    const order = Int32Array.of(1, 2);
    const diagnosis = refusedDiagnosis(order, { ...full, reasons: ['a', 'b'] }, new Set(['Fit']));
    assert.equal(diagnosis.preFilterMessage, 'a, b');
    assert.deepEqual([...diagnosis.counts.values()], [2]);
    assert.equal(diagnosis.statusOf(2).plugin, 'Fit');
  });

  it('names the plugins whose nodes have none in common', () => {
    assert.deepEqual(nobodyLeft(new Set(['B'])).reasons, ["node(s) didn't satisfy plugin B"]);
    assert.deepEqual(nobodyLeft(new Set(['B', 'A'])).reasons, [
      "node(s) didn't satisfy plugin(s) [A B] simultaneously",
    ]);
  });
});
