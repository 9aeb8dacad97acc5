/**
 * Which plugins run at which extension point, from the defaults and what a configuration enables and disables. Pure.
 * Sources: apis/config/v1/default_plugins.go (mergePlugins), framework/runtime/framework.go (expandMultiPointPlugins,
 * getScoreWeights).
 */
import { type ExtensionPoint, extensionPoints } from '../framework/profile.ts';
import type { PluginReference } from './default-plugins.ts';
import type { PluginSetConfig, ProfileConfig } from './scheduler-config.ts';

export interface PluginOrder {
  /** Names in the order in which they run. */
  readonly points: Readonly<Record<ExtensionPoint, readonly string[]>>;
  /** Of the plugins that score. */
  readonly weights: ReadonlyMap<string, number>;
  /** Of the plugins that score placements of groups. */
  readonly placementWeights: ReadonlyMap<string, number>;
  /** All that are to be made, each once. */
  readonly names: readonly string[];
}

/** Whether a plugin can run at a point: known once its factory has been asked. */
export type HasPoint = (plugin: string, point: ExtensionPoint) => boolean;

/** Custom plugins replace defaults of the same name where those stand; the others follow. */
export function mergeMultiPoint(defaults: readonly PluginReference[], custom: PluginSetConfig): PluginReference[] {
  const disabled = new Set(custom.disabled.map(({ name }) => name));
  const own = new Map(custom.enabled.map((plugin) => [plugin.name, plugin]));
  const kept = disabled.has('*') ? [] : defaults.filter(({ name }) => !disabled.has(name) || own.has(name));
  const replaced = kept.map((plugin) => own.get(plugin.name) ?? plugin);
  const names = new Set(replaced.map(({ name }) => name));
  return [...replaced, ...custom.enabled.filter(({ name }) => !names.has(name))] as PluginReference[];
}

export function namesToMake(multiPoint: readonly PluginReference[], plugins: ProfileConfig['plugins']): string[] {
  const specific = extensionPoints.flatMap((point) => plugins[point].enabled);
  return [...new Set([...multiPoint, ...specific].map(({ name }) => name))];
}

export function orderPlugins(
  multiPoint: readonly PluginReference[],
  plugins: ProfileConfig['plugins'],
  hasPoint: HasPoint,
): PluginOrder {
  const points = mapPoints((point) => orderOf(point, multiPoint, plugins[point], hasPoint));
  return {
    points,
    weights: weightsOf([...plugins.score.enabled, ...multiPoint]),
    placementWeights: weightsOf([...plugins.placementScore.enabled, ...multiPoint]),
    names: namesToMake(multiPoint, plugins),
  };
}

/** The first one that names a plugin counts. */
function weightsOf(references: readonly { readonly name: string; readonly weight?: number | undefined }[]) {
  const weights = new Map<string, number>();
  for (const { name, weight } of references) if (!weights.has(name)) weights.set(name, weight || 1);
  return weights;
}

function mapPoints<T>(make: (point: ExtensionPoint) => T): Record<ExtensionPoint, T> {
  const values: Partial<Record<ExtensionPoint, T>> = {};
  for (const point of extensionPoints) values[point] = make(point);
  return values as Record<ExtensionPoint, T>;
}

/** First those that the point itself names although multiPoint has them, then multiPoint's, then the point's others. */
function orderOf(
  point: ExtensionPoint,
  multiPoint: readonly PluginReference[],
  { enabled, disabled }: PluginSetConfig,
  hasPoint: HasPoint,
): string[] {
  const specific = enabled.map(({ name }) => name);
  const off = new Set(disabled.map(({ name }) => name));
  if (off.has('*')) return specific;
  const expanded = multiPoint.map(({ name }) => name).filter((name) => hasPoint(name, point) && !off.has(name));
  const overrides = specific.filter((name) => expanded.includes(name));
  return [
    ...overrides,
    ...expanded.filter((name) => !specific.includes(name)),
    ...specific.filter((name) => !overrides.includes(name)),
  ];
}
