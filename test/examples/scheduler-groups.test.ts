/** examples/racks.yaml with examples/racks-config.yaml: a job that must fit into one rack. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../native/load.ts';
import type { GroupExplanation } from '../../src/scheduler/explain/group-explanation.ts';
import { schedulerVerb, withFiles } from '../support/scheduler-verb.ts';

const examples = join(packageRoot(), 'examples');
const racks = join(examples, 'racks.yaml');
const config = join(examples, 'racks-config.yaml');

interface Report {
  readonly bindings: readonly { readonly nodeName: string }[];
  readonly pending: readonly { readonly name: string; readonly message: string }[];
}

async function report(...args: readonly string[]): Promise<Report> {
  return JSON.parse((await schedulerVerb('run', '--json', ...args)).out) as Report;
}

const racksOf = ({ bindings }: Report): string[] => [...new Set(bindings.map(({ nodeName }) => nodeName.slice(0, 2)))];

describe('the example of racks', () => {
  it('puts the whole job into the rack that it fills best', async () => {
    const placed = await report('-f', racks, '--config', config);
    assert.equal(placed.bindings.length, 4);
    assert.deepEqual(racksOf(placed), ['r2']);
  });

  it('does the same with the feature gates alone, and otherwise without them', async () => {
    const gates = ['--gate', 'GangScheduling=true', 'TopologyAwareWorkloadScheduling=true'];
    assert.deepEqual(racksOf(await report('-f', racks, ...gates)), ['r2']);
    assert.notDeepEqual(racksOf(await report('-f', racks)), ['r2']);
  });

  it('explains the placements, and which change would make a rack large enough, or too small', async () => {
    const args = [
      '--config',
      config,
      '--pod',
      'train-3',
      '--json',
      '--what-if',
      'request:cpu=4',
      'label:r2-b:example.com/rack=r1',
    ];
    const { out, exitCode } = await schedulerVerb('explain', '-f', racks, ...args);
    const { group, whatIf } = JSON.parse(out) as { group: GroupExplanation; whatIf: { group: GroupExplanation }[] };
    assert.equal(exitCode, 0);
    const inShort = ({ placements, chosen }: GroupExplanation): unknown => [
      chosen,
      placements.map(({ placement, pods, fits, total }) => `${placement} ${pods} ${fits} ${total}`),
    ];
    assert.deepEqual(inShort(group), ['r2', ['r1 3 false 0', 'r2 4 true 250', 'r3 4 true 174']]);
    assert.deepEqual(
      whatIf.map((each) => inShort(each.group)),
      [
        // Two pods on one node, the third on the other: nothing is left for the fourth.
        ['r3', ['r1 3 false 0', 'r2 3 false 0', 'r3 4 true 0']],
        ['r1', ['r1 4 true 210', 'r2 2 false 0', 'r3 4 true 174']],
      ],
    );
  });

  it('has all of a job wait that fits into no rack, and says why', () =>
    withFiles({ 'large.yaml': readFileSync(racks, 'utf8').replace('cpu: "2"', 'cpu: "5"') }, async (pathOf) => {
      const { bindings, pending } = await report('-f', pathOf('large.yaml'), '--config', config);
      assert.deepEqual(bindings, []);
      assert.equal(pending.length, 4);
      const said =
        '0/3 placements are available: r3 takes most, 3 of 4 pods, and minCount is 4; train-3: 0/1 nodes are available: 1 Insufficient cpu.';
      for (const { message } of pending) assert.equal(message, said);
      const explained = await schedulerVerb(
        'explain',
        '-f',
        pathOf('large.yaml'),
        '--config',
        config,
        '--pod',
        'train-0',
      );
      assert.equal(explained.exitCode, 1);
      assert.ok(explained.out.includes(`train-0 waits with its group default/train: ${said}`), explained.out);
    }));
});
