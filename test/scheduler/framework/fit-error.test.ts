import assert from 'node:assert/strict';
import { filteredDiagnosis, refusedDiagnosis } from '../../../src/scheduler/framework/diagnosis.ts';
import { fitErrorMessage } from '../../../src/scheduler/framework/fit-error.ts';
import { StatusTable } from '../../../src/scheduler/framework/status.ts';

const order = Int32Array.of(0, 1, 2, 3, 4);

describe('the message of a pod that fits nowhere', () => {
  it('counts nodes by reason, in the order of the words, and adds what preemption said', () => {
    const statuses = new StatusTable();
    const poor = statuses.intern({
      code: 'unschedulable',
      plugin: 'NodeResourcesFit',
      reasons: ['Insufficient cpu', 'Insufficient memory'],
    });
    const tainted = statuses.intern({
      code: 'unresolvable',
      plugin: 'TaintToleration',
      reasons: ['node(s) had taints'],
    });
    const verdicts = Int32Array.of(poor, tainted, poor, poor, tainted);
    const diagnosis = filteredDiagnosis(order, order, verdicts, statuses, new Set());
    assert.equal(
      fitErrorMessage(5, diagnosis, 'preemption: 0/5 nodes are available.'),
      '0/5 nodes are available: 2 node(s) had taints, 3 Insufficient cpu, 3 Insufficient memory. preemption: 0/5 nodes are available.',
    );
    assert.deepEqual([...diagnosis.plugins].sort(), ['NodeResourcesFit', 'TaintToleration']);
  });

  it('counts nodes that PreFilter left out', () => {
    const statuses = new StatusTable();
    const id = statuses.intern({ code: 'unschedulable', plugin: 'NodePorts', reasons: ['no free ports'] });
    const diagnosis = filteredDiagnosis(
      order,
      Int32Array.of(2),
      Int32Array.of(9, 9, id, 9, 9),
      statuses,
      new Set(['NodeAffinity']),
    );
    assert.equal(
      fitErrorMessage(5, diagnosis),
      "0/5 nodes are available: 1 no free ports, 4 node(s) didn't satisfy plugin(s) [NodeAffinity].",
    );
    assert.equal(diagnosis.statusOf(0).code, 'unresolvable');
    assert.equal(diagnosis.statusOf(2).plugin, 'NodePorts');
  });

  it('is that of PreFilter where it refused the pod', () => {
    const status = { code: 'unresolvable', plugin: 'VolumeBinding', reasons: ['claim not found'] } as const;
    assert.equal(
      fitErrorMessage(5, refusedDiagnosis(order, status, new Set(['VolumeBinding']))),
      '0/5 nodes are available: claim not found.',
    );
  });

  it('is another where there are no nodes', () => {
    const none = new Int32Array(0);
    const diagnosis = filteredDiagnosis(none, none, none, new StatusTable(), new Set());
    assert.equal(fitErrorMessage(0, diagnosis), 'no nodes available to schedule pods');
  });
});
