/**
 * Keeps pods off nodes whose kubelet lacks a feature that the pod's spec needs. Sources: kube-scheduler
 * plugins/nodedeclaredfeatures, component-helpers nodedeclaredfeatures/features.
 */
import type { Node, PodSpec } from '../../api/objects.ts';
import { podKey } from '../cluster/pod-info.ts';
import type { ClusterEventInterest } from '../framework/events.ts';
import type { Plugin } from '../framework/plugin.ts';
import { type PluginContext, pluginFactory } from '../framework/plugin-factory.ts';
import { nodeChange, podChange } from './support/event-objects.ts';
import { NodeFacts } from './support/node-facts.ts';
import { perShape } from './support/per-shape.ts';

const name = 'NodeDeclaredFeatures';

/** Features that can be told from a pod that is yet to be scheduled, in the order of their names. */
const features: readonly { readonly feature: string; readonly isNeeded: (spec: PodSpec) => boolean }[] = [
  {
    feature: 'RestartAllContainersOnContainerExits',
    isNeeded: ({ containers, initContainers }) =>
      [...containers, ...initContainers].some(({ restartPolicyRules }) =>
        restartPolicyRules?.some(({ action }) => action === 'RestartAllContainers'),
      ),
  },
  {
    feature: 'UserNamespacesHostNetworkSupport',
    isNeeded: ({ hostNetwork, hostUsers }) => hostNetwork && hostUsers === false,
  },
];

/** A set of features: bit i stands for the i-th. */
function setOf(has: (entry: (typeof features)[number]) => boolean): number {
  return features.reduce((set, entry, place) => (has(entry) ? set | (1 << place) : set), 0);
}

const needed = (spec: PodSpec): number => setOf(({ isNeeded }) => isNeeded(spec));

function create(_args: unknown, { cluster, statuses, featureEnabled }: PluginContext): Plugin {
  if (!featureEnabled('NodeDeclaredFeatures')) return { name, events: [], preFilter: () => 'skip' };
  const neededOf = perShape(({ spec }) => needed(spec));
  const declared = new NodeFacts(cluster, ({ status: { declaredFeatures = [] } }: Node) =>
    setOf(({ feature }) => declaredFeatures.includes(feature)),
  );
  const refusalOf = (missing: number): number => {
    const names = features.filter((_, place) => (missing & (1 << place)) !== 0).map(({ feature }) => feature);
    const reason = `node declared features check failed - unsatisfied requirements: ${names.join(', ')}`;
    return statuses.intern({ code: 'unresolvable', plugin: name, reasons: [reason] });
  };
  return {
    name,
    nodeLocal: true,
    events,

    preFilter: ({ pod }) => (neededOf(pod.shape) === 0 ? 'skip' : undefined),

    filter({ pod, verdicts }, block) {
      const wanted = neededOf(pod.shape);
      const sets = declared.current();
      const { slots, count } = block;
      let kept = 0;
      for (let place = 0; place < count; place += 1) {
        const slot = slots[place] as number;
        let set = sets[slot] as number;
        if (set < 0) set = declared.learn(slot);
        const missing = wanted & ~set;
        if (missing === 0) slots[kept++] = slot;
        else verdicts[slot] = refusalOf(missing);
      }
      block.count = kept;
    },
  };
}

const events: readonly ClusterEventInterest[] = [
  {
    resource: 'Node',
    actions: ['add', 'update-declared-features'],
    hint(_pod, event) {
      const { before, after } = nodeChange(event);
      if (before === undefined) return 'queue';
      const [was, is] = [before.status.declaredFeatures ?? [], after?.status.declaredFeatures ?? []];
      return was.length === is.length && was.every((feature, place) => feature === is[place]) ? 'skip' : 'queue';
    },
  },
  {
    resource: 'UnscheduledPod',
    actions: ['update'],
    hint({ key }, event) {
      const { before, after } = podChange(event);
      if (before === undefined || after === undefined || podKey(after) !== key) return 'skip';
      return needed(before.spec) === needed(after.spec) ? 'skip' : 'queue';
    },
  },
];

export const nodeDeclaredFeatures = pluginFactory({ name, create });
