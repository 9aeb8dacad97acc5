/** Keeps pods to nodes that their nodeSelector and node affinity allow, and prefers those that they prefer. Source: kube-scheduler plugins/nodeaffinity. */
import { compileNodeSelector } from '../../api/label-selectors.ts';
import type { NodeAffinity } from '../../api/objects.ts';
import type { ClusterState } from '../cluster/cluster-state.ts';
import type { PodInfo } from '../cluster/pod-info.ts';
import type { ClusterEvent } from '../framework/events.ts';
import type { NodeBlock } from '../framework/node-block.ts';
import type { Plugin, PreFilterVerdict } from '../framework/plugin.ts';
import { type PluginContext, pluginFactory } from '../framework/plugin-factory.ts';
import { type NodeAffinityArgs, nodeAffinityArgs } from './affinity/node-affinity-args.ts';
import { type NodeRequirement, namedNodes, nodeRequirement, preferenceOf } from './affinity/node-requirement.ts';
import { defaultNormalize } from './normalize.ts';
import { nodeChange } from './support/event-objects.ts';
import { NodeFacts } from './support/node-facts.ts';
import { perShape } from './support/per-shape.ts';
import { RecentMap } from './support/recent-map.ts';

const name = 'NodeAffinity';
const reasons = {
  pod: "node(s) didn't match Pod's node affinity/selector",
  enforced: "node(s) didn't match scheduler-enforced node affinity",
  conflict: 'pod affinity terms conflict',
};

/** Distinct demands, and distinct preferences, whose answers are remembered for all nodes. */
const factsKept = 256;
/** Fewer nodes are asked one by one: a pod that names its node needs no memory of all the others. */
const fewNodes = 8;

/** What NodeAffinity knows of the pods of a shape. */
interface Demand {
  readonly requirement: NodeRequirement | undefined;
  /** What PreFilter says. */
  readonly verdict: PreFilterVerdict;
}

/** The preferred terms of a pod and of its profile. */
interface Preference {
  readonly key: string;
  readonly terms: NodeAffinity['preferred'];
}

function create({ addedAffinity }: NodeAffinityArgs, { cluster, statuses }: PluginContext): Plugin {
  const refusal = statuses.intern({ code: 'unresolvable', plugin: name, reasons: [reasons.pod] });
  const enforcedRefusal = statuses.intern({ code: 'unresolvable', plugin: name, reasons: [reasons.enforced] });
  const added = addedRequirement(addedAffinity?.required);
  const addedPreferred = addedAffinity?.preferred ?? [];
  const addedFacts = added === undefined ? undefined : requirementFacts(cluster, added);

  const demandOf = perShape(({ spec }): Demand => {
    const requirement = nodeRequirement(spec);
    if (requirement === undefined) return { requirement, verdict: added === undefined ? 'skip' : undefined };
    const nodeNames = namedNodes(spec);
    if (nodeNames === undefined) return { requirement, verdict: undefined };
    if (nodeNames.size > 0) return { requirement, verdict: { nodeNames } };
    return { requirement, verdict: { code: 'unresolvable', plugin: name, reasons: [reasons.conflict] } };
  });
  const requirements = new RecentMap<NodeFacts>(factsKept);
  const factsOf = (requirement: NodeRequirement): NodeFacts =>
    requirements.get(requirement.key, () => requirementFacts(cluster, requirement));
  const preferences = new RecentMap<NodeFacts>(factsKept);
  const preferenceOfShape = perShape(({ spec }): Preference | undefined => {
    const terms = [...addedPreferred, ...(spec.affinity.nodeAffinity?.preferred ?? [])];
    return terms.length === 0 ? undefined : { key: JSON.stringify(terms), terms };
  });
  const preferenceFacts = ({ key, terms }: Preference): NodeFacts =>
    preferences.get(key, () => new NodeFacts(cluster, preferenceOf(terms)));

  const hint = ({ shape }: PodInfo, event: ClusterEvent): 'queue' | 'skip' => {
    const { before, after } = nodeChange(event);
    if (after === undefined || added?.matches(after) === false) return 'skip';
    const { requirement } = demandOf(shape);
    const matches = requirement?.matches(after) ?? true;
    const matched = before !== undefined && (requirement?.matches(before) ?? true);
    return matches && !matched ? 'queue' : 'skip';
  };

  return {
    name,
    nodeLocal: true,
    events: [{ resource: 'Node', actions: ['add', 'update-labels'], hint }],

    preFilter: ({ pod }) => demandOf(pod.shape).verdict,

    filter({ pod, verdicts }, block) {
      if (addedFacts !== undefined) keepMatching(block, addedFacts, verdicts, enforcedRefusal);
      const { requirement } = demandOf(pod.shape);
      if (requirement === undefined) return;
      if (block.count < fewNodes) keepMatchingFew(block, cluster, requirement, verdicts, refusal);
      else keepMatching(block, factsOf(requirement), verdicts, refusal);
    },

    preScore: ({ pod }) => (preferenceOfShape(pod.shape) === undefined ? 'skip' : undefined),

    score({ pod }, { slots, count }, scores) {
      const preference = preferenceOfShape(pod.shape);
      if (preference === undefined) {
        scores.fill(0, 0, count);
        return;
      }
      const facts = preferenceFacts(preference);
      const sums = facts.current();
      for (let place = 0; place < count; place += 1) {
        const slot = slots[place] as number;
        const sum = sums[slot] as number;
        scores[place] = sum < 0 ? facts.learn(slot) : sum;
      }
    },

    normalize(_cycle, { count }, scores) {
      defaultNormalize(scores, count);
    },
  };
}

function addedRequirement(
  required: Parameters<typeof compileNodeSelector>[0] | undefined,
): NodeRequirement | undefined {
  if (required === undefined) return undefined;
  const { key, matches } = compileNodeSelector(required);
  return { key, matches: ({ metadata }) => matches(metadata.labels, metadata.name) };
}

function requirementFacts(cluster: ClusterState, requirement: NodeRequirement): NodeFacts {
  return new NodeFacts(cluster, (node) => (requirement.matches(node) ? 1 : 0));
}

function keepMatching(block: NodeBlock, facts: NodeFacts, verdicts: Int32Array, refusal: number): void {
  const { slots, count } = block;
  const matches = facts.current();
  let kept = 0;
  for (let place = 0; place < count; place += 1) {
    const slot = slots[place] as number;
    let match = matches[slot] as number;
    if (match < 0) match = facts.learn(slot);
    if (match === 1) slots[kept++] = slot;
    else verdicts[slot] = refusal;
  }
  block.count = kept;
}

function keepMatchingFew(
  block: NodeBlock,
  cluster: ClusterState,
  requirement: NodeRequirement,
  verdicts: Int32Array,
  refusal: number,
): void {
  const { slots, count } = block;
  let kept = 0;
  for (let place = 0; place < count; place += 1) {
    const slot = slots[place] as number;
    const node = cluster.node(slot);
    if (node !== undefined && requirement.matches(node)) slots[kept++] = slot;
    else verdicts[slot] = refusal;
  }
  block.count = kept;
}

export const nodeAffinity = pluginFactory({ name, args: nodeAffinityArgs, create });
