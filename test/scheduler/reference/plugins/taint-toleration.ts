/** Taints keep pods away (NoSchedule, NoExecute) or count against a node (PreferNoSchedule). */
import { defaultNormalize, type ReferencePlugin, unresolvable } from '../plugin.ts';
import { firstUntoleratedTaint, isTolerated } from '../tolerations.ts';

export const taintToleration: ReferencePlugin = {
  name: 'TaintToleration',

  filter({ pod }, { node }) {
    // Which one is not said: 1.34.0 and 1.34.1 still did (kubernetes#134740, brought to 1.34.2 by #135023).
    return firstUntoleratedTaint(pod, node) === undefined
      ? undefined
      : unresolvable('node(s) had untolerated taint(s)');
  },

  score({ pod }, node) {
    const soft = pod.spec.tolerations.filter(({ effect }) => effect === '' || effect === 'PreferNoSchedule');
    return node.spec.taints.filter(({ effect }) => effect === 'PreferNoSchedule').filter((t) => !isTolerated(soft, t))
      .length;
  },

  normalize: (_cycle, _feasible, raw) => defaultNormalize(raw, true),
};
