/** Cordoned nodes take only pods that tolerate it. */
import type { Taint } from '../../../../src/api/objects.ts';
import { type ReferencePlugin, unresolvable } from '../plugin.ts';
import { isTolerated } from '../tolerations.ts';

const cordon: Taint = { key: 'node.kubernetes.io/unschedulable', value: '', effect: 'NoSchedule' };

export const nodeUnschedulable: ReferencePlugin = {
  name: 'NodeUnschedulable',
  filter({ pod }, { node }) {
    if (!node.spec.unschedulable || isTolerated(pod.spec.tolerations, cordon)) return undefined;
    return unresolvable('node(s) were unschedulable');
  },
};
