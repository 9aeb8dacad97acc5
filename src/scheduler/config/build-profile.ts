/** From a profile as it is configured to plugins that run. */
import type { Plugin } from '../framework/plugin.ts';
import type { PluginContext, PluginFactory } from '../framework/plugin-factory.ts';
import { type ExtensionPoint, extensionPoints, methodOf, type PluginFor, type Profile } from '../framework/profile.ts';
import type { PluginReference } from './default-plugins.ts';
import { configErrors } from './errors.ts';
import { mergeMultiPoint, namesToMake, orderPlugins } from './merge-plugins.ts';
import type { ProfileConfig, SchedulerConfig } from './scheduler-config.ts';

export type PluginRegistry = ReadonlyMap<string, PluginFactory>;

/** A profile of which everything is known to be right, ready to be made as often as one likes. */
export interface ProfilePlan {
  readonly schedulerName: string;
  readonly percentageOfNodesToScore: number;
  readonly multiPoint: readonly PluginReference[];
  readonly plugins: ProfileConfig['plugins'];
  /** Made in this order, each with its checked args. */
  readonly factories: readonly { readonly factory: PluginFactory; readonly args: unknown }[];
}

/** Checks the args of a plugin as they are written; says where they are wrong. */
export type ReadArgs = (factory: PluginFactory, args: unknown, place: number | undefined) => unknown;

/** @throws InputError for what a profile asks for and cannot have. */
export function planProfile(
  config: SchedulerConfig,
  profile: ProfileConfig,
  defaults: readonly PluginReference[],
  registry: PluginRegistry,
  readArgs: ReadArgs,
): ProfilePlan {
  const where = `profile ${profile.schedulerName}`;
  const multiPoint = mergeMultiPoint(defaults, profile.plugins.multiPoint);
  const names = namesToMake(multiPoint, profile.plugins);
  const known = (name: string): PluginFactory => {
    const factory = registry.get(name);
    if (factory === undefined) throw configErrors.unknownPlugin(where, name, [...registry.keys()].sort());
    return factory;
  };
  const factories = names.map(known);
  for (const { name } of profile.pluginConfig) known(name);
  return {
    schedulerName: profile.schedulerName,
    percentageOfNodesToScore: profile.percentageOfNodesToScore ?? config.percentageOfNodesToScore,
    multiPoint,
    plugins: profile.plugins,
    factories: factories.map((factory) => {
      const place = profile.pluginConfig.findIndex(({ name }) => name === factory.name);
      const args = profile.pluginConfig[place]?.args;
      if (factory.args === undefined && args !== undefined && Object.keys(args).length > 0) {
        throw configErrors.takesNoArgs(where, factory.name);
      }
      return { factory, args: readArgs(factory, args ?? {}, place < 0 ? undefined : place) };
    }),
  };
}

/** @throws InputError when a plugin cannot be made, or the points do not come together as kube-scheduler demands. */
export function makeProfile(plan: ProfilePlan, context: PluginContext): Profile {
  const where = `profile ${plan.schedulerName}`;
  const made = new Map<string, Plugin>();
  for (const { factory, args } of plan.factories) {
    let plugin: unknown;
    try {
      plugin = factory.create(args, context);
    } catch (error) {
      throw configErrors.brokenPlugin(where, factory.name, error instanceof Error ? error.message : String(error));
    }
    // Modules of the user's own need not be typed.
    if (typeof plugin !== 'object' || plugin === null) {
      throw configErrors.brokenPlugin(where, factory.name, `create returned ${String(plugin)} instead of a plugin`);
    }
    const { name } = plugin as Plugin;
    if (name !== factory.name) {
      const reason = `create returned a plugin called '${String(name)}'; both must have the same name`;
      throw configErrors.brokenPlugin(where, factory.name, reason);
    }
    made.set(factory.name, plugin as Plugin);
  }
  const hasPoint = (name: string, point: ExtensionPoint): boolean => made.get(name)?.[methodOf[point]] !== undefined;
  for (const point of extensionPoints) {
    for (const { name } of plan.plugins[point].enabled) {
      if (!hasPoint(name, point)) throw configErrors.lacksPoint(where, name, point);
    }
  }
  const { points, weights, placementWeights } = orderPlugins(plan.multiPoint, plan.plugins, hasPoint);
  const at = <Point extends ExtensionPoint>(point: Point): PluginFor<Point>[] =>
    points[point].map((name) => made.get(name) as PluginFor<Point>);
  const [queueSort, ...others] = at('queueSort');
  if (queueSort === undefined || others.length > 0) throw configErrors.oneQueueSort(where, points.queueSort);
  if (points.bind.length === 0) throw configErrors.noBinder(where);
  return {
    schedulerName: plan.schedulerName,
    percentageOfNodesToScore: plan.percentageOfNodesToScore,
    queueSort,
    preEnqueue: at('preEnqueue'),
    preFilter: at('preFilter'),
    filter: at('filter'),
    postFilter: at('postFilter'),
    preScore: at('preScore'),
    score: at('score').map((plugin) => ({ plugin, weight: weights.get(plugin.name) ?? 1 })),
    reserve: at('reserve'),
    permit: at('permit'),
    preBind: at('preBind'),
    bind: at('bind'),
    postBind: at('postBind'),
    placementGenerate: at('placementGenerate'),
    placementScore: at('placementScore').map((plugin) => ({
      plugin,
      weight: placementWeights.get(plugin.name) ?? 1,
    })),
  };
}
