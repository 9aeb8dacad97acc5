// A filter plugin with an argument: at most `maxPods` pods of one `app` in a rack (label `example.com/rack`).
import { definePlugin, z } from 'kubedyno';

const rackOf = (node) => node?.metadata.labels['example.com/rack'];

export default {
  name: 'FewPerRack',

  // What pluginConfig may say; a mistake there is reported with its line.
  args: z.strictObject({ maxPods: z.int().min(1).default(2) }),

  create: ({ maxPods }, { cluster }) =>
    definePlugin({
      name: 'FewPerRack',

      // Once for each pod: a pod without the label is none of our business.
      preFilter: ({ pod }) => (pod.pod.metadata.labels.app === undefined ? 'skip' : undefined),

      // Once for each node; what it returns is the reason why the pod cannot go there.
      filterNode: ({ pod }, { node }) => {
        const rack = rackOf(node);
        if (rack === undefined) return undefined;
        let pods = 0;
        for (const slot of cluster.order) {
          if (rackOf(cluster.node(slot)) !== rack) continue;
          pods += cluster.podsOn(slot).filter((other) => isSameApp(other.pod, pod.pod)).length;
        }
        return pods < maxPods ? undefined : `rack ${rack} has ${pods} pods of this app`;
      },

      // A pod that was refused is worth another try when one has gone, or when there is another node.
      events: [
        {
          resource: 'AssignedPod',
          actions: ['delete'],
          hint: (pod, { before }) => (isSameApp(before, pod.pod) ? 'queue' : 'skip'),
        },
        { resource: 'Node', actions: ['add', 'update-labels'] },
      ],
    }),
};

function isSameApp(a, b) {
  return a.metadata.namespace === b.metadata.namespace && a.metadata.labels.app === b.metadata.labels.app;
}
