/** Features of the kubelet that the pod cannot do without. */
import { type Cycle, type ReferencePlugin, skip, success, unresolvable } from '../plugin.ts';

export const nodeDeclaredFeatures: ReferencePlugin = {
  name: 'NodeDeclaredFeatures',
  preFilter: (cycle) => (neededBy(cycle).length === 0 ? skip : success),
  filter(cycle, { node }) {
    const missing = neededBy(cycle).filter((name) => node.status.declaredFeatures?.includes(name) !== true);
    if (missing.length === 0) return undefined;
    return unresolvable(
      `node declared features check failed - unsatisfied requirements: ${[...missing].sort().join(', ')}`,
    );
  },
};

/** The plugin came after 1.34. */
function neededBy({ pod, options }: Cycle): readonly string[] {
  return options.compat === '1.34' ? [] : options.requiredFeatures(pod);
}
