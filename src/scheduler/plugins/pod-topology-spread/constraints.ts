/** Spread constraints of a shape, ready to be counted by. Source: plugins/podtopologyspread/common.go. */
import { type CompiledSelector, compileLabelSelector } from '../../../api/label-selectors.ts';
import type { LabelSelector, Labels, PodSpec, TopologySpreadConstraint } from '../../../api/objects.ts';
import type { PodShape } from '../../cluster/pod-info.ts';
import type { DomainCounts } from '../../indexes/domain-counts.ts';
import { type Anchors, anchorsOf } from '../../indexes/matchmaker.ts';
import type { NodeEligibility } from '../../indexes/node-domains-table.ts';
import { countsBySlot, countsForSpreading, type TallyQuery } from '../../indexes/placed-pods.ts';
import { livePods, noPods, type PodSelection } from '../../indexes/pod-selection.ts';
import type { SpreadCounts } from '../../indexes/spread-counts.ts';
import { nodeRequirement } from '../affinity/node-requirement.ts';
import { countUntolerated, hardEffects } from '../taints/tolerations.ts';

export type Action = TopologySpreadConstraint['whenUnsatisfiable'];

export const hostname = 'kubernetes.io/hostname';

export interface SpreadConstraint {
  readonly topologyKey: string;
  readonly maxSkew: number;
  readonly minDomains: number;
  readonly honorsTaints: boolean;
  readonly selector: CompiledSelector;
  /** The pod itself is one of those that are spread. */
  readonly matchesItself: boolean;
  readonly selection: PodSelection;
  readonly eligibility: NodeEligibility;
  readonly counts: TallyQuery<SpreadCounts>;
  /** Only for the host name: there scores go by the pods of the node itself. */
  readonly countsOnNodes: TallyQuery<DomainCounts> | undefined;
}

export interface ConstraintSet {
  readonly constraints: readonly SpreadConstraint[];
  readonly topologyKeys: readonly string[];
  /** Nodes without all topology keys do not count, and are not scored. */
  readonly requiresAllKeys: boolean;
}

/** A selector, compiled, and how pods that it selects are found. */
export interface Selecting {
  readonly selector: CompiledSelector;
  readonly anchors: Anchors;
}

export interface ConstraintRules {
  /** Whether matchLabelKeys count. */
  readonly matchLabelKeys: boolean;
  /** Whether the operators Lt and Gt of tolerations count. */
  readonly comparisons: boolean;
}

/** @param selecting for constraints that have no selector of their own: the defaults */
export function constraintSet(
  { labelSet, spec }: PodShape,
  written: readonly TopologySpreadConstraint[],
  action: Action,
  requiresAllKeys: boolean,
  rules: ConstraintRules,
  selecting?: Selecting,
): ConstraintSet {
  const chosen = written.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === action);
  const topologyKeys = [...new Set(chosen.map(({ topologyKey }) => topologyKey))].sort();
  const constraints = chosen.map((constraint): SpreadConstraint => {
    const { topologyKey, maxSkew, minDomains } = constraint;
    const { selector, anchors } = selecting ?? ownSelecting(constraint, labelSet.labels, rules);
    // Though an empty selector matches every pod, kube-scheduler does not count by it.
    const selection = selector.isEmpty ? noPods : livePods(labelSet.namespace, selector, anchors);
    const eligibility = eligibilityOf(constraint, requiresAllKeys ? topologyKeys : [], spec, rules);
    return {
      topologyKey,
      maxSkew,
      minDomains,
      honorsTaints: constraint.nodeTaintsPolicy === 'Honor',
      selector,
      matchesItself: selector.matches(labelSet.labels),
      selection,
      eligibility,
      counts: countsForSpreading(selection, topologyKey, eligibility),
      countsOnNodes: topologyKey === hostname ? countsBySlot(selection) : undefined,
    };
  });
  return { constraints, topologyKeys, requiresAllKeys };
}

/** With matchLabelKeys: pods that have the values that the pod itself has. */
function ownSelecting(
  { labelSelector, matchLabelKeys }: TopologySpreadConstraint,
  labels: Labels,
  rules: ConstraintRules,
): Selecting {
  const own = matchLabelKeys.flatMap((key) =>
    labels[key] === undefined || !rules.matchLabelKeys ? [] : [{ key, operator: 'In' as const, values: [labels[key]] }],
  );
  const extended: LabelSelector | undefined =
    labelSelector === undefined
      ? undefined
      : { ...labelSelector, matchExpressions: [...labelSelector.matchExpressions, ...own] };
  return { selector: compileLabelSelector(extended), anchors: anchorsOf(extended) };
}

function eligibilityOf(
  { nodeAffinityPolicy, nodeTaintsPolicy }: TopologySpreadConstraint,
  topologyKeys: readonly string[],
  spec: PodSpec,
  { comparisons }: ConstraintRules,
): NodeEligibility {
  const requirement = nodeAffinityPolicy === 'Honor' ? nodeRequirement(spec) : undefined;
  const tolerations = nodeTaintsPolicy === 'Honor' ? spec.tolerations : undefined;
  return {
    key: JSON.stringify([topologyKeys, requirement?.key, tolerations, comparisons]),
    isEligible: (node) =>
      topologyKeys.every((key) => node.metadata.labels[key] !== undefined) &&
      (requirement === undefined || requirement.matches(node)) &&
      (tolerations === undefined ||
        countUntolerated(
          node.spec.taints.filter(({ effect }) => hardEffects.includes(effect)),
          tolerations,
          comparisons,
        ) === 0),
  };
}
