/** The second half of a scheduling cycle's decision: PreScore, Score, NormalizeScore and the weighted sum of it all. */
import type { ClusterState } from '../cluster/cluster-state.ts';
import { scoreWithExtenders } from '../extenders/apply.ts';
import type { Extender } from '../extenders/extender.ts';
import type { Cycle } from './cycle.ts';
import { called, pluginErrors } from './errors.ts';
import type { NodeBlock } from './node-block.ts';
import type { Profile, WeightedPlugin } from './profile.ts';
import { ScoreCache } from './score-cache.ts';

/** The scores of one plugin, for those who want to know why. */
export interface ScoreTrace {
  scored(plugin: string, weight: number, nodes: NodeBlock, raw: Float64Array, normalized: Float64Array): void;
}

export class Scoring {
  readonly #profile: Profile;
  readonly #cluster: ClusterState;
  readonly #extenders: readonly Extender[];
  /** Scorers that look at nothing but the node, and the others. */
  readonly #localScorers: readonly WeightedPlugin[];
  readonly #otherScorers: readonly WeightedPlugin[];
  readonly #scoreCache: ScoreCache;
  #totals = new Float64Array(0);
  #scores = new Float64Array(0);

  constructor(profile: Profile, cluster: ClusterState, extenders: readonly Extender[]) {
    this.#profile = profile;
    this.#cluster = cluster;
    this.#extenders = extenders;
    this.#localScorers = profile.score.filter(({ plugin }) => plugin.nodeLocalScore === true);
    this.#otherScorers = profile.score.filter(({ plugin }) => plugin.nodeLocalScore !== true);
    this.#scoreCache = new ScoreCache(cluster, (cycle, nodes, sums) => {
      for (const scorer of this.#localScorers) this.#addScores(scorer, cycle, nodes, sums);
    });
  }

  /**
   * Σ weight × score of each node, in the order of the block. The array is reused by the next call.
   * @throws PluginError
   */
  score(cycle: Cycle, nodes: NodeBlock, trace?: ScoreTrace): Float64Array {
    this.#fitArrays();
    const totals = this.#totals;
    totals.fill(0, 0, nodes.count);
    const skipped = this.#preScore(cycle, nodes);
    const isLocalRemembered =
      trace === undefined &&
      (skipped === undefined || !this.#localScorers.some(({ plugin }) => skipped.has(plugin.name)));
    if (isLocalRemembered) this.#scoreCache.addTo(totals, cycle, nodes);
    const scorers = isLocalRemembered ? this.#otherScorers : this.#profile.score;
    for (const scorer of scorers) {
      if (!skipped?.has(scorer.plugin.name)) this.#addScores(scorer, cycle, nodes, totals, trace);
    }
    scoreWithExtenders(this.#extenders, cycle, nodes, totals);
    return totals;
  }

  #addScores(
    { plugin, weight }: WeightedPlugin,
    cycle: Cycle,
    nodes: NodeBlock,
    totals: Float64Array,
    trace?: ScoreTrace,
  ): void {
    const scores = this.#scores;
    const { count } = nodes;
    let raw: Float64Array | undefined;
    try {
      plugin.score(cycle, nodes, scores);
      if (trace !== undefined) raw = scores.slice(0, count);
      plugin.normalize?.(cycle, nodes, scores);
    } catch (error) {
      throw pluginErrors.threw(plugin.name, 'score', error);
    }
    for (let place = 0; place < count; place += 1) {
      const score = scores[place] as number;
      if (!(score >= 0 && score <= 100)) {
        throw pluginErrors.scoreOutOfRange(plugin.name, this.#cluster.nodeName(nodes.slots[place] as number), score);
      }
      totals[place] = (totals[place] as number) + weight * score;
    }
    if (raw !== undefined) trace?.scored(plugin.name, weight, nodes, raw, scores.slice(0, count));
  }

  #preScore(cycle: Cycle, nodes: NodeBlock): Set<string> | undefined {
    let skipped: Set<string> | undefined;
    for (const plugin of this.#profile.preScore) {
      const verdict = called(plugin.name, 'preScore', () => plugin.preScore(cycle, nodes));
      if (verdict === 'skip') {
        skipped ??= new Set();
        skipped.add(plugin.name);
      } else if (verdict !== undefined) {
        throw pluginErrors.threw(plugin.name, 'preScore', new Error(verdict.reasons.join(', ')));
      }
    }
    return skipped;
  }

  #fitArrays(): void {
    const { capacity } = this.#cluster;
    if (capacity === this.#totals.length) return;
    this.#totals = new Float64Array(capacity);
    this.#scores = new Float64Array(capacity);
  }
}
