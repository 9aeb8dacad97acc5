import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { readSchedulerPlan } from '../../../src/scheduler/config/read-config.ts';
import { pluginRegistry } from '../../../src/scheduler/plugins/registry.ts';
import { SchedulingSession } from '../../../src/scheduler/session.ts';
import { testNode, testPod } from '../support/objects.ts';

const config = fileURLToPath(new URL('./fixtures/own-plugin.yaml', import.meta.url));

describe('a plugin from a module beside the configuration', () => {
  it('decides together with the others, and its reasons are told with theirs', async () => {
    const plan = await readSchedulerPlan(config, { registry: pluginRegistry });
    const session = new SchedulingSession({ plan });
    session.put(testNode({ name: 'a' }), testNode({ name: 'listed', cpu: '1' }), testNode({ name: 'b' }));
    session.put(
      testPod({ name: 'first', requests: { cpu: '1' } }),
      testPod({ name: 'second', requests: { cpu: '1' } }),
    );
    const attempts: string[] = [];
    session.drain((attempt) =>
      attempts.push(attempt.kind === 'unschedulable' ? attempt.message : `${attempt.info.key} ${attempt.kind}`),
    );
    assert.equal(attempts[0], 'default/first scheduled');
    assert.equal(session.api.get('Pod', 'default', 'first')?.spec.nodeName, 'listed');
    assert.match(attempts[1] ?? '', /^0\/3 nodes are available: 1 Insufficient cpu, 2 node\(s\) were not listed\./);
  });
});
