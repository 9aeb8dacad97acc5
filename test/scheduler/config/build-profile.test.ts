import assert from 'node:assert/strict';
import { InputError } from '../../../src/api/index.ts';
import { defaultPlugins } from '../../../src/scheduler/config/default-plugins.ts';
import { planScheduler } from '../../../src/scheduler/config/read-config.ts';
import { schedulerConfigSchema } from '../../../src/scheduler/config/scheduler-config.ts';
import type { PluginFactory } from '../../../src/scheduler/framework/plugin-factory.ts';
import type { Profile } from '../../../src/scheduler/framework/profile.ts';
import { pluginsOf } from '../../../src/scheduler/framework/profile.ts';
import { pluginRegistry } from '../../../src/scheduler/plugins/registry.ts';
import { SchedulingSession } from '../../../src/scheduler/session.ts';
import { testNode, testPod } from '../support/objects.ts';

const factoryOf = (name: string, words: object): PluginFactory => ({ name, create: () => ({ name, ...words }) });

function sessionOf(profiles: readonly unknown[], own: readonly PluginFactory[] = []): SchedulingSession {
  const config = schedulerConfigSchema.parse({
    apiVersion: 'kubescheduler.config.k8s.io/v1',
    kind: 'KubeSchedulerConfiguration',
    profiles,
  });
  const registry = new Map([...pluginRegistry, ...own.map((factory) => [factory.name, factory] as const)]);
  return new SchedulingSession({ plan: planScheduler(config, {}, registry), tieBreak: 'first' });
}

function profileOf(session: SchedulingSession, name = 'default-scheduler'): Profile {
  const framework = session.scheduler.frameworks.get(name);
  assert.ok(framework !== undefined);
  return framework.profile;
}

const names = (plugins: readonly { readonly name: string }[]): string[] => plugins.map(({ name }) => name);

function problemOf(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    assert.ok(error instanceof InputError, String(error));
    return error.message;
  }
  return assert.fail('nothing was wrong');
}

describe('a profile', () => {
  it('has kube-scheduler’s plugins, in its order and with its weights', () => {
    const profile = profileOf(sessionOf([{}]));
    assert.deepEqual(names(profile.filter), [
      'NodeUnschedulable',
      'NodeName',
      'TaintToleration',
      'NodeAffinity',
      'NodePorts',
      'NodeResourcesFit',
      'VolumeRestrictions',
      'NodeVolumeLimits',
      'VolumeBinding',
      'VolumeZone',
      'PodTopologySpread',
      'InterPodAffinity',
      'DynamicResources',
      'NodeDeclaredFeatures',
    ]);
    const weights = Object.fromEntries(profile.score.map(({ plugin, weight }) => [plugin.name, weight]));
    assert.deepEqual(
      { ...weights, VolumeBinding: undefined, DynamicResources: undefined },
      {
        TaintToleration: 3,
        NodeAffinity: 2,
        NodeResourcesFit: 1,
        PodTopologySpread: 2,
        InterPodAffinity: 2,
        NodeResourcesBalancedAllocation: 1,
        ImageLocality: 1,
        VolumeBinding: undefined,
        DynamicResources: undefined,
      },
    );
    assert.equal(profile.queueSort.name, 'PrioritySort');
    assert.deepEqual(names(profile.bind), ['DefaultBinder']);
  });

  it('leaves out at one point what is disabled there, and keeps it elsewhere', () => {
    const profile = profileOf(sessionOf([{ plugins: { score: { disabled: [{ name: 'NodeAffinity' }] } } }]));
    assert.ok(names(profile.filter).includes('NodeAffinity'));
    assert.ok(!profile.score.some(({ plugin }) => plugin.name === 'NodeAffinity'));
  });

  it('makes each plugin once, however many points it has', () => {
    let made = 0;
    const counted: PluginFactory = {
      name: 'Counted',
      create: () => {
        made += 1;
        return { name: 'Counted', filter: () => undefined, reserve: () => undefined };
      },
    };
    const profile = profileOf(sessionOf([{ plugins: { multiPoint: { enabled: [{ name: 'Counted' }] } } }], [counted]));
    assert.equal(made, 1);
    assert.equal(names(pluginsOf(profile)).filter((name) => name === 'Counted').length, 1);
  });
});

describe('a profile that cannot be', () => {
  const disabled = (point: string, name: string) => ({ plugins: { [point]: { disabled: [{ name }] } } });

  it('asks for a point that the plugin does not have', () => {
    const message = problemOf(() => sessionOf([{ plugins: { filter: { enabled: [{ name: 'ImageLocality' }] } } }]));
    assert.match(message, /profile default-scheduler: plugin 'ImageLocality' has no extension point filter/);
  });

  it('has nobody to bind pods', () => {
    assert.match(
      problemOf(() => sessionOf([disabled('bind', 'DefaultBinder')])),
      /no plugin binds pods/,
    );
  });

  it('has not exactly one plugin that sorts the queue', () => {
    assert.match(
      problemOf(() => sessionOf([disabled('queueSort', '*')])),
      /sort the queue \(got none\)/,
    );
    const other = factoryOf('Fifo', { compare: () => 0 });
    const both = { plugins: { queueSort: { enabled: [{ name: 'Fifo' }] } } };
    assert.match(
      problemOf(() => sessionOf([both], [other])),
      /sort the queue \(got .*Fifo/,
    );
  });

  it('has a plugin that throws when it is made', () => {
    const broken: PluginFactory = {
      name: 'Broken',
      create: () => {
        throw new Error('no luck');
      },
    };
    const message = problemOf(() =>
      sessionOf([{ plugins: { multiPoint: { enabled: [{ name: 'Broken' }] } } }], [broken]),
    );
    assert.equal(message, "profile default-scheduler: plugin 'Broken' could not be made: no luck");
  });
});

describe('several profiles', () => {
  const picky = factoryOf('OnlyB', {
    filter: (cycle: { cluster: { nodeName(slot: number): string } }, block: { slots: Int32Array; count: number }) => {
      const kept = block.slots.subarray(0, block.count).filter((slot) => cycle.cluster.nodeName(slot) === 'b');
      block.slots.set(kept);
      block.count = kept.length;
    },
  });

  it('schedule the pods that name them, and leave those of others alone', () => {
    const session = sessionOf(
      [{}, { schedulerName: 'picky', plugins: { filter: { enabled: [{ name: 'OnlyB' }] } } }],
      [picky],
    );
    session.put(testNode({ name: 'a' }), testNode({ name: 'b' }));
    for (const schedulerName of ['default-scheduler', 'picky', 'stranger']) {
      session.put(testPod({ name: schedulerName, spec: { schedulerName } }));
    }
    session.settle();
    const placed = [...session.api.list('Pod')].map(({ metadata, spec }) => [metadata.name, spec.nodeName]);
    assert.deepEqual(placed, [
      ['default-scheduler', 'a'],
      ['picky', 'b'],
      ['stranger', ''],
    ]);
  });

  it('must sort the one queue in the same way', () => {
    const fifo = factoryOf('Fifo', { compare: () => 0 });
    const other = {
      schedulerName: 'other',
      plugins: { queueSort: { enabled: [{ name: 'Fifo' }], disabled: [{ name: '*' }] } },
    };
    const message = problemOf(() => sessionOf([{}, other], [fifo]));
    assert.equal(
      message,
      'profiles sort the queue differently (PrioritySort, Fifo); there is one queue, so they must agree',
    );
  });

  it('look at as many nodes as their percentage says', () => {
    const session = sessionOf([
      { percentageOfNodesToScore: 50 },
      { schedulerName: 'all', percentageOfNodesToScore: 100 },
    ]);
    for (let place = 0; place < 400; place += 1) session.put(testNode({ name: `node-${place}` }));
    session.put(testPod({ name: 'half' }), testPod({ name: 'whole', spec: { schedulerName: 'all' } }));
    const feasible: unknown[] = [];
    session.drain((attempt) => feasible.push(attempt.kind === 'scheduled' ? attempt.feasible : attempt.kind));
    assert.deepEqual(feasible, [200, 400]);
  });
});

describe('the points of groups', () => {
  const withPlacements = {
    plugins: {
      multiPoint: { enabled: [{ name: 'TopologyPlacementGenerator' }, { name: 'PodGroupPodsCount', weight: 7 }] },
    },
  };

  it('have nobody who makes placements unless a configuration says so, or the feature gate', () => {
    assert.deepEqual(profileOf(sessionOf([{}])).placementGenerate, []);
    const gated = defaultPlugins('1.36', { TopologyAwareWorkloadScheduling: true }).slice(-2);
    assert.deepEqual(gated, [{ name: 'TopologyPlacementGenerator' }, { name: 'PodGroupPodsCount', weight: 1 }]);
  });

  it('weigh the scores of placements by what stands at their own point, or else everywhere', () => {
    const own = {
      plugins: { ...withPlacements.plugins, placementScore: { enabled: [{ name: 'NodeResourcesFit', weight: 3 }] } },
    };
    const profile = profileOf(sessionOf([own]));
    assert.deepEqual(names(profile.placementGenerate), ['TopologyPlacementGenerator']);
    const weights = profile.placementScore.map(({ plugin, weight }) => [plugin.name, weight]);
    assert.deepEqual(weights, [
      ['NodeResourcesFit', 3],
      ['PodGroupPodsCount', 7],
    ]);
    const fit = profile.score.find(({ plugin }) => plugin.name === 'NodeResourcesFit');
    assert.equal(fit?.weight, 1);
  });

  it('can be left to others', () => {
    const disabled = {
      plugins: { ...withPlacements.plugins, placementScore: { disabled: [{ name: 'NodeResourcesFit' }] } },
    };
    const profile = profileOf(sessionOf([disabled]));
    assert.deepEqual(
      profile.placementScore.map(({ plugin }) => plugin.name),
      ['PodGroupPodsCount'],
    );
  });
});
