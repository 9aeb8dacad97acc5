/** One scheduler of possibly several: which plugins run where, in which order, and with which weights. */
import type { Plugin } from './plugin.ts';

export const extensionPoints = [
  'preEnqueue',
  'queueSort',
  'preFilter',
  'filter',
  'postFilter',
  'preScore',
  'score',
  'reserve',
  'permit',
  'preBind',
  'bind',
  'postBind',
  'placementGenerate',
  'placementScore',
] as const;
export type ExtensionPoint = (typeof extensionPoints)[number];

/** The method of a plugin that an extension point calls. */
export const methodOf = {
  preEnqueue: 'preEnqueue',
  queueSort: 'compare',
  preFilter: 'preFilter',
  filter: 'filter',
  postFilter: 'postFilter',
  preScore: 'preScore',
  score: 'score',
  reserve: 'reserve',
  permit: 'permit',
  preBind: 'preBind',
  bind: 'bind',
  postBind: 'postBind',
  placementGenerate: 'placementGenerate',
  placementScore: 'placementScore',
} as const satisfies Record<ExtensionPoint, keyof Plugin>;

/** A plugin that has the method of an extension point. */
export type PluginFor<Point extends ExtensionPoint> = Plugin & Required<Pick<Plugin, (typeof methodOf)[Point]>>;

export interface WeightedPlugin {
  readonly plugin: PluginFor<'score'>;
  readonly weight: number;
}

export interface WeightedPlacementPlugin {
  readonly plugin: PluginFor<'placementScore'>;
  readonly weight: number;
}

export interface Profile {
  readonly schedulerName: string;
  /** 0: adaptive. */
  readonly percentageOfNodesToScore: number;
  readonly preEnqueue: readonly PluginFor<'preEnqueue'>[];
  readonly queueSort: PluginFor<'queueSort'>;
  readonly preFilter: readonly PluginFor<'preFilter'>[];
  readonly filter: readonly PluginFor<'filter'>[];
  readonly postFilter: readonly PluginFor<'postFilter'>[];
  readonly preScore: readonly PluginFor<'preScore'>[];
  readonly score: readonly WeightedPlugin[];
  readonly reserve: readonly PluginFor<'reserve'>[];
  readonly permit: readonly PluginFor<'permit'>[];
  readonly preBind: readonly PluginFor<'preBind'>[];
  readonly bind: readonly PluginFor<'bind'>[];
  readonly postBind: readonly PluginFor<'postBind'>[];
  /** Any: pods of PodGroups are decided on together. */
  readonly placementGenerate: readonly PluginFor<'placementGenerate'>[];
  readonly placementScore: readonly WeightedPlacementPlugin[];
}

/** All plugins of a profile, each once. */
export function pluginsOf(profile: Profile): Plugin[] {
  const { queueSort, score, placementScore, ...points } = profile;
  const lists = [points.preEnqueue, points.preFilter, points.filter, points.postFilter, points.preScore];
  const later = [points.reserve, points.permit, points.preBind, points.bind, points.postBind, points.placementGenerate];
  const weighted = [...score, ...placementScore].map(({ plugin }): Plugin => plugin);
  return [...new Set<Plugin>([queueSort, ...weighted, ...lists.flat(), ...later.flat()])];
}
