/** Features of the kubelet that the pod cannot do without. */
import type { Pod } from '../../../../src/api/objects.ts';
import { type Cycle, type ReferencePlugin, skip, success, unresolvable } from '../plugin.ts';

export const nodeDeclaredFeatures: ReferencePlugin = {
  name: 'NodeDeclaredFeatures',
  preFilter: (cycle) => (neededBy(cycle).length === 0 ? skip : success),
  filter(cycle, { node }) {
    const missing = neededBy(cycle).filter((name) => node.status.declaredFeatures?.includes(name) !== true);
    if (missing.length === 0) return undefined;
    return unresolvable(`node declared features check failed - unsatisfied requirements: ${missing.join(', ')}`);
  },
};

/** By name. The plugin came after 1.34. */
function neededBy({ pod, options }: Cycle): string[] {
  if (options.compat === '1.34') return [];
  return [
    ...(restartsAllContainers(pod) ? ['RestartAllContainersOnContainerExits'] : []),
    ...(pod.spec.hostNetwork && pod.spec.hostUsers === false ? ['UserNamespacesHostNetworkSupport'] : []),
  ];
}

function restartsAllContainers({ spec }: Pod): boolean {
  return [...spec.containers, ...spec.initContainers].some(({ restartPolicyRules }) =>
    restartPolicyRules?.some(({ action }) => action === 'RestartAllContainers'),
  );
}
