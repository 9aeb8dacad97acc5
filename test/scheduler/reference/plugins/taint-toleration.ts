/** Taints keep pods away (NoSchedule, NoExecute) or count against a node (PreferNoSchedule). */
import { defaultNormalize, type ReferencePlugin, unresolvable } from '../plugin.ts';
import { firstUntoleratedTaint, isTolerated } from '../tolerations.ts';

export const taintToleration: ReferencePlugin = {
  name: 'TaintToleration',

  filter({ pod, options }, { node }) {
    const taint = firstUntoleratedTaint(pod, node);
    if (taint === undefined) return undefined;
    // Since 1.34.2 users are not told which taint; the vendored 1.34.1 still says so.
    if (options.compat === '1.36') return unresolvable('node(s) had untolerated taint(s)');
    return unresolvable(`node(s) had untolerated taint {${taint.key}: ${taint.value}}`);
  },

  score({ pod }, node) {
    const soft = pod.spec.tolerations.filter(({ effect }) => effect === '' || effect === 'PreferNoSchedule');
    return node.spec.taints.filter(({ effect }) => effect === 'PreferNoSchedule').filter((t) => !isTolerated(soft, t))
      .length;
  },

  normalize: (_cycle, _feasible, raw) => defaultNormalize(raw, true),
};
