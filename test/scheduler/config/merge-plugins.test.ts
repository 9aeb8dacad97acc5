import assert from 'node:assert/strict';
import { mergeMultiPoint, orderPlugins } from '../../../src/scheduler/config/merge-plugins.ts';
import { schedulerConfigSchema } from '../../../src/scheduler/config/scheduler-config.ts';

function pluginsOf(plugins: unknown) {
  const config = schedulerConfigSchema.parse({
    apiVersion: 'kubescheduler.config.k8s.io/v1',
    kind: 'KubeSchedulerConfiguration',
    profiles: [{ plugins }],
  });
  const [profile] = config.profiles;
  assert.ok(profile !== undefined);
  return profile.plugins;
}

const defaults = [{ name: 'A', weight: 3 }, { name: 'B' }, { name: 'C', weight: 2 }];
const names = (plugins: readonly { readonly name: string }[]): string[] => plugins.map(({ name }) => name);

describe('plugins enabled at all points', () => {
  it('replace defaults of the same name where those stand, and follow otherwise', () => {
    const { multiPoint } = pluginsOf({ multiPoint: { enabled: [{ name: 'Mine' }, { name: 'B', weight: 7 }] } });
    assert.deepEqual(mergeMultiPoint(defaults, multiPoint), [
      { name: 'A', weight: 3 },
      { name: 'B', weight: 7 },
      { name: 'C', weight: 2 },
      { name: 'Mine' },
    ]);
  });

  it('lose what is disabled, all of it with *', () => {
    const one = pluginsOf({ multiPoint: { disabled: [{ name: 'B' }] } }).multiPoint;
    assert.deepEqual(names(mergeMultiPoint(defaults, one)), ['A', 'C']);
    const all = pluginsOf({ multiPoint: { disabled: [{ name: '*' }], enabled: [{ name: 'C' }] } }).multiPoint;
    assert.deepEqual(names(mergeMultiPoint(defaults, all)), ['C']);
  });
});

describe('plugins at one point', () => {
  const hasPoint = (name: string, point: string): boolean => point === 'score' || (point === 'filter' && name !== 'C');

  it('are those of all points that have it', () => {
    const { points } = orderPlugins(defaults, pluginsOf({}), hasPoint);
    assert.deepEqual(points.score, ['A', 'B', 'C']);
    assert.deepEqual(points.filter, ['A', 'B']);
    assert.deepEqual(points.bind, []);
  });

  it('come first when the point itself names them, last when only the point knows them', () => {
    const plugins = pluginsOf({ score: { enabled: [{ name: 'Only' }, { name: 'C' }, { name: 'A' }] } });
    assert.deepEqual(orderPlugins(defaults, plugins, hasPoint).points.score, ['C', 'A', 'B', 'Only']);
  });

  it('leave out what the point disables', () => {
    const one = pluginsOf({ score: { disabled: [{ name: 'B' }] } });
    assert.deepEqual(orderPlugins(defaults, one, hasPoint).points.score, ['A', 'C']);
    const all = pluginsOf({ score: { disabled: [{ name: '*' }], enabled: [{ name: 'B' }] } });
    assert.deepEqual(orderPlugins(defaults, all, hasPoint).points.score, ['B']);
  });

  it('weigh what the point says, then what all points say, then 1', () => {
    const plugins = pluginsOf({ score: { enabled: [{ name: 'A', weight: 10 }] } });
    const { weights } = orderPlugins(defaults, plugins, hasPoint);
    assert.deepEqual([...weights].sort(), [
      ['A', 10],
      ['B', 1],
      ['C', 2],
    ]);
  });
});
