/** Scores of the feasible nodes, plugin by plugin. */
import type { Node } from '../../../src/api/objects.ts';
import type { ScoringPluginName } from './options.ts';
import type { Cycle } from './plugin.ts';
import { plugins } from './plugins/index.ts';

/** In the order of the feasible nodes. */
export interface PluginScores {
  readonly raw: readonly number[];
  readonly normalized: readonly number[];
  readonly weighted: readonly number[];
}

export interface Scores {
  /** Plugins that skipped are not in it. */
  readonly byPlugin: ReadonlyMap<ScoringPluginName, PluginScores>;
  /** In the order of the feasible nodes. */
  readonly totals: readonly number[];
  /** Names of the nodes with the highest total, in the order of the feasible nodes. */
  readonly best: readonly string[];
}

export function scoreNodes(cycle: Cycle, feasible: readonly Node[]): Scores {
  const byPlugin = new Map<ScoringPluginName, PluginScores>();
  for (const plugin of plugins) {
    if (plugin.score === undefined || plugin.skipsScore?.(cycle, feasible) === true) continue;
    const name = plugin.name as ScoringPluginName;
    const raw = feasible.map((node) => plugin.score?.(cycle, node, feasible) ?? 0);
    const normalized = plugin.normalize?.(cycle, feasible, raw) ?? raw;
    byPlugin.set(name, { raw, normalized, weighted: normalized.map((score) => score * cycle.options.weights[name]) });
  }
  const totals = feasible.map((_, index) =>
    [...byPlugin.values()].reduce((sum, { weighted }) => sum + (weighted[index] ?? 0), 0),
  );
  const highest = Math.max(...totals);
  const best = feasible.filter((_, index) => totals[index] === highest).map(({ metadata }) => metadata.name);
  return { byPlugin, totals, best };
}
