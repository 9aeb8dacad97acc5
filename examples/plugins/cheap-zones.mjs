// A score plugin: prefers nodes whose label `example.com/price` is low. Copy it and change what scoreNode returns.
//   kubedyno scheduler run -f examples/cluster.yaml --config examples/scheduler-config.yaml
import { definePlugin } from 'kubedyno';

export default {
  name: 'CheapZones',
  create: () =>
    definePlugin({
      name: 'CheapZones',

      // Any number: normalize makes it one from 0 to 100.
      scoreNode: (_cycle, { node }) => Number(node.metadata.labels['example.com/price'] ?? 0),

      // The dearest node gets 0, one that costs nothing 100.
      normalize: (_cycle, nodes, scores) => {
        const dearest = Math.max(...scores.subarray(0, nodes.count), 1);
        for (let place = 0; place < nodes.count; place += 1) {
          scores[place] = Math.floor(100 - (100 * scores[place]) / dearest);
        }
      },
    }),
};
