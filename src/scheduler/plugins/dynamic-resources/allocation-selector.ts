/** On which nodes an allocation can be used. Source: allocator_stable.go, createNodeSelector. */
import type { NodeSelector, NodeSelectorRequirement } from '../../../api/objects.ts';
import type { AllocatedDevice } from './allocator.ts';
import { allocationErrors } from './errors.ts';

/**
 * The node of a device that is for one node only; otherwise all that the devices' slices demand together. Undefined:
 * on every node.
 * @param claim for messages
 * @param onNode that the devices are allocated on
 * @param bindings whether devices can bind a claim to a node (DRADeviceBindingConditions)
 * @throws AllocationError
 */
export function allocationSelector(
  devices: readonly AllocatedDevice[],
  claim: string,
  onNode: string,
  bindings: boolean,
): NodeSelector | undefined {
  const matchFields: NodeSelectorRequirement[] = [];
  const matchExpressions: NodeSelectorRequirement[] = [];
  for (const { device } of devices) {
    const { spec } = device.slice;
    const { nodeName, nodeSelector } = spec.perDeviceNodeSelection ? device.device : spec;
    if (nodeName !== undefined || (bindings && device.device.bindsToNode)) return onlyOn(onNode);
    const [term, ...others] = nodeSelector?.nodeSelectorTerms ?? [];
    if (others.length > 0) throw allocationErrors.slicesOfManyTerms(claim, others.length + 1);
    addNew(matchFields, term?.matchFields ?? []);
    addNew(matchExpressions, term?.matchExpressions ?? []);
  }
  if (matchFields.length === 0 && matchExpressions.length === 0) return undefined;
  return { nodeSelectorTerms: [{ matchExpressions, matchFields }] };
}

function onlyOn(nodeName: string): NodeSelector {
  const matchFields: NodeSelectorRequirement[] = [{ key: 'metadata.name', operator: 'In', values: [nodeName] }];
  return { nodeSelectorTerms: [{ matchExpressions: [], matchFields }] };
}

function addNew(to: NodeSelectorRequirement[], from: readonly NodeSelectorRequirement[]): void {
  const text = ({ key, operator, values }: NodeSelectorRequirement): string =>
    JSON.stringify([key, operator, [...new Set(values)].sort()]);
  const known = new Set(to.map(text));
  for (const requirement of from) {
    if (known.has(text(requirement))) continue;
    known.add(text(requirement));
    to.push(requirement);
  }
}
