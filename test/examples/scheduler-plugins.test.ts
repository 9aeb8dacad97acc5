/** The examples that a newcomer copies: they load as they stand, and do what they say. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../native/load.ts';
import type { Explanation } from '../../src/scheduler/explain/explanation.ts';
import { refuses, schedulerVerb, withFiles } from '../support/scheduler-verb.ts';

const examples = join(packageRoot(), 'examples');
const config = join(examples, 'scheduler-config.yaml');
const cluster = join(examples, 'cluster.yaml');

const modules = ['cheap-zones.mjs', 'few-per-rack.mjs'].map((name) => join(examples, 'plugins', name));
const profileWith = (plugins: string, pluginConfig = ''): string => `
apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
kubedyno: { plugins: ${JSON.stringify(modules)} }
profiles:
  - plugins: { multiPoint: { enabled: [${plugins}] }, score: { disabled: [{ name: "*" }], enabled: [{ name: CheapZones, weight: 1 }] } }
${pluginConfig}`;

describe('the example plugins', () => {
  it('load from the example configuration', async () => {
    const { out, err } = await schedulerVerb('run', '-f', cluster, '--config', config);
    assert.match(out, /^3 bound, 3 pending, 3 nodes$/m);
    assert.equal(err, '');
  });

  it('keep at most so many pods of an app in a rack, and say so', async () => {
    const { out } = await schedulerVerb('run', '-f', cluster, '--config', config, '--json');
    const { bindings, pending } = JSON.parse(out) as Record<
      'bindings' | 'pending',
      { name: string; message: string }[]
    >;
    assert.equal(bindings.filter(({ name }) => name.startsWith('web-')).length, 2);
    for (const { message } of pending) assert.match(message, /2 rack r1 has 2 pods of this app/);
  });

  it('score cheap nodes from 100 down to 0', () =>
    withFiles({ 'c.yaml': profileWith('{ name: CheapZones }') }, async (pathOf) => {
      const args = ['explain', '-f', cluster, '--config', pathOf('c.yaml'), '--pod', 'web-0', '--json'];
      const { explanation } = JSON.parse((await schedulerVerb(...args)).out) as { explanation: Explanation };
      const scores = explanation.nodes.flatMap((node) =>
        node.kind === 'feasible' ? [[node.node, node.scores[0]?.raw, node.scores[0]?.normalized]] : [],
      );
      assert.deepEqual(scores, [
        ['node-a', 4, 0],
        ['node-b', 1, 75],
      ]);
    }));

  it('have an argument whose mistakes are found with their line', () =>
    withFiles(
      {
        'c.yaml': profileWith('{ name: FewPerRack }', '    pluginConfig: [{ name: FewPerRack, args: { maxPods: 0 } }]'),
      },
      (pathOf) =>
        refuses(
          ['run', '-f', cluster, '--config', pathOf('c.yaml')],
          /^\S+c\.yaml:7:\d+: profiles\[0\]\.pluginConfig\[0\]\.args\.maxPods: .*\(got 0\)$/,
        ),
    ));

  it('work when they are copied somewhere else that has kubedyno installed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kubedyno-copied-'));
    try {
      mkdirSync(join(folder, 'node_modules'));
      mkdirSync(join(folder, 'plugins'));
      symlinkSync(packageRoot(), join(folder, 'node_modules', 'kubedyno'));
      copyFileSync(config, join(folder, 'scheduler-config.yaml'));
      for (const module of modules) copyFileSync(module, join(folder, module.slice(examples.length)));
      const copied = join(folder, 'scheduler-config.yaml');
      assert.match((await schedulerVerb('run', '-f', cluster, '--config', copied)).out, /^3 bound, 3 pending/m);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
