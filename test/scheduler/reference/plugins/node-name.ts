/** A pod that names its node goes there or nowhere. */
import { type ReferencePlugin, unresolvable } from '../plugin.ts';

export const nodeName: ReferencePlugin = {
  name: 'NodeName',
  filter({ pod }, { node }) {
    if (pod.spec.nodeName === '' || pod.spec.nodeName === node.metadata.name) return undefined;
    return unresolvable("node(s) didn't match the requested node name");
  },
};
