/** Keeps pods off nodes that are cordoned. Source: kube-scheduler plugins/nodeunschedulable. */
import type { Node, Taint } from '../../api/objects.ts';
import type { ClusterState } from '../cluster/cluster-state.ts';
import { podKey } from '../cluster/pod-info.ts';
import type { ClusterEventInterest } from '../framework/events.ts';
import type { Plugin } from '../framework/plugin.ts';
import { type PluginContext, pluginFactory } from '../framework/plugin-factory.ts';
import { nodeChange, podChange } from './support/event-objects.ts';
import { perShape } from './support/per-shape.ts';
import { tolerates } from './taints/tolerations.ts';

const name = 'NodeUnschedulable';
const reason = 'node(s) were unschedulable';
/** Who tolerates this taint also puts up with the field that it goes with. */
const unschedulableTaint: Taint = { key: 'node.kubernetes.io/unschedulable', value: '', effect: 'NoSchedule' };

/** Which nodes are cordoned. */
class CordonedNodes {
  /** By slot: 1 for a cordoned node. */
  flags: Uint8Array;
  count = 0;

  constructor(cluster: ClusterState) {
    this.flags = new Uint8Array(cluster.capacity);
    for (const slot of cluster.order) this.#set(slot, cluster.node(slot));
    cluster.listen({
      nodeChanged: (slot, _before, after) => this.#set(slot, after),
      grown: (capacity) => {
        const { flags } = this;
        this.flags = new Uint8Array(capacity);
        this.flags.set(flags);
      },
    });
  }

  #set(slot: number, node: Node | undefined): void {
    const flag = node?.spec.unschedulable === true ? 1 : 0;
    this.count += flag - (this.flags[slot] as number);
    this.flags[slot] = flag;
  }
}

const cordonedNodes = (cluster: ClusterState): CordonedNodes => new CordonedNodes(cluster);

function create(_args: unknown, { cluster, statuses, featureEnabled }: PluginContext): Plugin {
  const comparisons = featureEnabled('TaintTolerationComparisonOperators');
  const cordoned = cluster.part(cordonedNodes);
  const refusal = statuses.intern({ code: 'unresolvable', plugin: name, reasons: [reason] });
  const putsUp = perShape(({ spec }) => tolerates(spec.tolerations, unschedulableTaint, comparisons));
  return {
    name,
    nodeLocal: true,
    events: events(comparisons),

    filter({ pod, verdicts }, block) {
      if (cordoned.count === 0 || putsUp(pod.shape)) return;
      const { slots, count } = block;
      const { flags } = cordoned;
      let kept = 0;
      for (let place = 0; place < count; place += 1) {
        const slot = slots[place] as number;
        if (flags[slot] === 0) slots[kept++] = slot;
        else verdicts[slot] = refusal;
      }
      block.count = kept;
    },
  };
}

function events(comparisons: boolean): readonly ClusterEventInterest[] {
  return [
    {
      resource: 'Node',
      actions: ['add', 'update-taints'],
      hint(_pod, event) {
        const { before, after } = nodeChange(event);
        const wasClosed = before === undefined || before.spec.unschedulable;
        return wasClosed && after?.spec.unschedulable === false ? 'queue' : 'skip';
      },
    },
    {
      resource: 'UnscheduledPod',
      actions: ['update-tolerations'],
      hint({ key }, event) {
        const { after } = podChange(event);
        if (after === undefined || podKey(after) !== key) return 'skip';
        return tolerates(after.spec.tolerations, unschedulableTaint, comparisons) ? 'queue' : 'skip';
      },
    },
  ];
}

export const nodeUnschedulable = pluginFactory({ name, create });
