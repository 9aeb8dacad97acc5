/**
 * Prefers placements that hold more pods of the group. Source: kube-scheduler plugins/podgrouppodscount (alpha, feature
 * TopologyAwareWorkloadScheduling).
 */
import { pluginFactory } from '../framework/plugin-factory.ts';

const name = 'PodGroupPodsCount';

export const podGroupPodsCount = pluginFactory({
  name,
  create: () => ({
    name,

    /** Those that have a node count in every placement, so that one pod more is a small difference in a large group. */
    placementScore: ({ placed }, { assignments }) => placed.length + assignments.length,

    normalizePlacements(_group, scores) {
      const most = Math.max(...scores);
      if (most === 0) throw new Error('no pods from pod group are assigned to any of the candidate placements');
      for (const [place, score] of scores.entries()) scores[place] = Math.trunc((score * 100) / most);
    },
  }),
});
