/** Spread constraints of a shape, ready to be counted by. Source: plugins/podtopologyspread/common.go. */
import { type CompiledSelector, compileLabelSelector } from '../../../api/label-selectors.ts';
import type { LabelSelector, Labels, Node, PodSpec, TopologySpreadConstraint } from '../../../api/objects.ts';
import type { LabelSet, PodInfo, PodShape } from '../../cluster/pod-info.ts';
import type { PodMatcher } from '../../indexes/pod-tally.ts';
import type { NodeEligibility } from '../../indexes/spread-counts.ts';
import { nodeRequirement } from '../affinity/node-requirement.ts';
import { hardEffects, tolerates } from '../taints/tolerations.ts';

export interface SpreadConstraint {
  readonly topologyKey: string;
  readonly maxSkew: number;
  readonly minDomains: number;
  readonly matcher: PodMatcher;
  /** Whether a what-if that puts the pod on a node, or takes it away, changes the count. */
  countsInWhatIf(info: PodInfo): boolean;
  /** The pod itself is one of those that are spread. */
  readonly matchesItself: boolean;
  readonly eligibility: NodeEligibility;
}

export interface ConstraintSet {
  readonly constraints: readonly SpreadConstraint[];
  /** Nodes must have the keys of all constraints. */
  readonly topologyKeys: readonly string[];
  readonly requiresAllKeys: boolean;
}

/** @param selector of constraints that have none of their own: the defaults */
export function constraintSet(
  shape: PodShape,
  written: readonly TopologySpreadConstraint[],
  whenUnsatisfiable: TopologySpreadConstraint['whenUnsatisfiable'],
  requiresAllKeys: boolean,
  selector?: CompiledSelector,
): ConstraintSet {
  const { labelSet, spec } = shape;
  const chosen = written.filter((constraint) => constraint.whenUnsatisfiable === whenUnsatisfiable);
  const topologyKeys = [...new Set(chosen.map(({ topologyKey }) => topologyKey))];
  const requirement = nodeRequirement(spec);
  const constraints = chosen.map((constraint): SpreadConstraint => {
    const compiled = selector ?? compileLabelSelector(withOwnValues(constraint, labelSet.labels));
    const matcher = matcherOf(compiled, labelSet.namespace);
    const { topologyKey, maxSkew, minDomains } = constraint;
    return {
      topologyKey,
      maxSkew,
      minDomains,
      matcher: compiled.isEmpty ? nothing : matcher,
      // kube-scheduler counts no pods for an empty selector, and none that are being deleted; but its AddPod and
      // RemovePod (updateWithPod) look at neither.
      countsInWhatIf: (info) => (compiled.isEmpty || info.isDeleting) && matcher.matches(info.shape.labelSet),
      matchesItself: compiled.matches(labelSet.labels),
      eligibility: eligibilityOf(constraint, requiresAllKeys ? topologyKeys : [], requirement, spec),
    };
  });
  return { constraints, topologyKeys, requiresAllKeys };
}

/** matchLabelKeys: pods of the same values as the pod itself. */
function withOwnValues({ labelSelector, matchLabelKeys }: TopologySpreadConstraint, labels: Labels) {
  if (labelSelector === undefined || matchLabelKeys.length === 0) return labelSelector;
  const own = matchLabelKeys.flatMap((key) =>
    labels[key] === undefined ? [] : [{ key, operator: 'In' as const, values: [labels[key]] }],
  );
  const extended: LabelSelector = {
    ...labelSelector,
    matchExpressions: [...labelSelector.matchExpressions, ...own],
  };
  return extended;
}

const nothing: PodMatcher = { key: 'spread nothing', skipsDeleting: true, matches: () => false };

function matcherOf(selector: CompiledSelector, namespace: string): PodMatcher {
  return {
    key: `spread ${namespace} ${selector.key}`,
    skipsDeleting: true,
    matches: (labels: LabelSet) => labels.namespace === namespace && selector.matches(labels.labels),
  };
}

function eligibilityOf(
  { nodeAffinityPolicy, nodeTaintsPolicy }: TopologySpreadConstraint,
  topologyKeys: readonly string[],
  requirement: ReturnType<typeof nodeRequirement>,
  { tolerations }: PodSpec,
): NodeEligibility {
  const demanded = nodeAffinityPolicy === 'Honor' ? requirement : undefined;
  const honorsTaints = nodeTaintsPolicy === 'Honor';
  return {
    key: JSON.stringify([topologyKeys, demanded?.key, honorsTaints ? tolerations : undefined]),
    isEligible: (node: Node) =>
      topologyKeys.every((key) => node.metadata.labels[key] !== undefined) &&
      (demanded === undefined || demanded.matches(node)) &&
      (!honorsTaints ||
        node.spec.taints.every((taint) => !hardEffects.includes(taint.effect) || tolerates(tolerations, taint, false))),
  };
}
