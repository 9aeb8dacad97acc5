/** Leaves a pod that names its node no other one. Source: kube-scheduler plugins/nodename. */
import type { Plugin } from '../framework/plugin.ts';
import { type PluginContext, pluginFactory } from '../framework/plugin-factory.ts';

const name = 'NodeName';
const reason = "node(s) didn't match the requested node name";

function create(_args: unknown, { cluster, statuses }: PluginContext): Plugin {
  const refusal = statuses.intern({ code: 'unresolvable', plugin: name, reasons: [reason] });
  return {
    name,
    // A pod that is in a queue names no node, so that pods of a shape are all treated alike.
    nodeLocal: true,
    events: [{ resource: 'Node', actions: ['add'] }],

    filter({ pod, verdicts }, block) {
      const { nodeName } = pod.pod.spec;
      if (nodeName === '') return;
      const wanted = cluster.slotOf(nodeName);
      const { slots, count } = block;
      let kept = 0;
      for (let place = 0; place < count; place += 1) {
        const slot = slots[place] as number;
        if (slot === wanted) slots[kept++] = slot;
        else verdicts[slot] = refusal;
      }
      block.count = kept;
    },
  };
}

export const nodeName = pluginFactory({ name, create });
