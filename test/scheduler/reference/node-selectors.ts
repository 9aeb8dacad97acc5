/** Node selectors and node affinity: which nodes a term, a pod or a volume allows. */
import type {
  Labels,
  Node,
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  Pod,
} from '../../../src/api/objects.ts';

/** What terms look at; a volume's terms see no name. */
export interface NodeFace {
  readonly name: string;
  readonly labels: Labels;
}

export const faceOf = ({ metadata }: Node): NodeFace => ({ name: metadata.name, labels: metadata.labels });

/** `nodeSelector` and required node affinity together. */
export function meetsNodeSelection({ spec }: Pod, node: Node): boolean {
  const { labels } = node.metadata;
  if (!Object.entries(spec.nodeSelector).every(([key, value]) => labels[key] === value)) return false;
  const required = spec.affinity.nodeAffinity?.required;
  return required === undefined || matchesNodeSelector(required, faceOf(node));
}

export function matchesNodeSelector({ nodeSelectorTerms }: NodeSelector, node: NodeFace): boolean {
  return nodeSelectorTerms.some((term) => matchesTerm(term, node));
}

/** A term that asks for nothing matches no node. */
export function matchesTerm({ matchExpressions, matchFields }: NodeSelectorTerm, node: NodeFace): boolean {
  if (matchExpressions.length === 0 && matchFields.length === 0) return false;
  return (
    matchExpressions.every((requirement) => meetsExpression(requirement, node.labels)) &&
    matchFields.every((requirement) => meetsField(requirement, node))
  );
}

export const isEmptyTerm = ({ matchExpressions, matchFields }: NodeSelectorTerm): boolean =>
  matchExpressions.length === 0 && matchFields.length === 0;

function meetsExpression({ key, operator, values }: NodeSelectorRequirement, labels: Labels): boolean {
  const value = labels[key];
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return compares(value, values, (left, right) => left > right);
    case 'Lt':
      return compares(value, values, (left, right) => left < right);
  }
}

/** Both sides must be decimal integers of 64 bits. */
function compares(
  label: string | undefined,
  values: readonly string[],
  holds: (left: bigint, right: bigint) => boolean,
): boolean {
  const left = integerOf(label);
  const right = values.length === 1 ? integerOf(values[0]) : undefined;
  return left !== undefined && right !== undefined && holds(left, right);
}

function integerOf(text: string | undefined): bigint | undefined {
  if (text === undefined || !/^[+-]?\d+$/.test(text)) return undefined;
  const value = BigInt(text.replace('+', ''));
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

/** Only the name is a field, and only one value may be given. */
function meetsField({ key, operator, values }: NodeSelectorRequirement, { name }: NodeFace): boolean {
  if (values.length !== 1) return false;
  const field = key === 'metadata.name' ? name : '';
  if (operator === 'In') return field === values[0];
  return operator === 'NotIn' && field !== values[0];
}
