/** Selectors made ready for many look-ups. Sources: apimachinery labels/selector.go, component-helpers nodeaffinity.go. */
import type {
  LabelSelector,
  LabelSelectorRequirement,
  Labels,
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
} from './objects.ts';

export interface CompiledSelector {
  /** Equal for selectors that say the same, in whatever order. */
  readonly key: string;
  /** It selects everything. */
  readonly isEmpty: boolean;
  matches(labels: Labels): boolean;
}

export interface CompiledNodeSelector {
  readonly key: string;
  matches(labels: Labels, nodeName: string): boolean;
}

type Test = (labels: Labels) => boolean;

/** An empty selector selects everything, an absent one nothing. */
export function compileLabelSelector(selector: LabelSelector | undefined): CompiledSelector {
  if (selector === undefined) return { key: 'nothing', isEmpty: false, matches: () => false };
  const requirements: LabelSelectorRequirement[] = [
    ...Object.entries(selector.matchLabels).map(
      ([key, value]): LabelSelectorRequirement => ({ key, operator: 'In', values: [value] }),
    ),
    ...selector.matchExpressions,
  ];
  const tests = requirements.map(testOf);
  return { key: keyOf(requirements), isEmpty: tests.length === 0, matches: allOf(tests) };
}

function testOf({ key, operator, values }: LabelSelectorRequirement | NodeSelectorRequirement): Test {
  const [first = ''] = values;
  const allowed = new Set(values);
  switch (operator) {
    case 'In':
      if (values.length === 1) return (labels) => labels[key] === first;
      return (labels) => labels[key] !== undefined && allowed.has(labels[key]);
    case 'NotIn':
      return (labels) => labels[key] === undefined || !allowed.has(labels[key]);
    case 'Exists':
      return (labels) => Object.hasOwn(labels, key);
    case 'DoesNotExist':
      return (labels) => !Object.hasOwn(labels, key);
    case 'Gt':
    case 'Lt':
      return comparison(key, operator, first);
  }
}

/** Both sides must be whole numbers of 64 bits; otherwise it does not match. */
function comparison(key: string, operator: 'Gt' | 'Lt', bound: string): Test {
  const limit = wholeNumberOf(bound);
  if (limit === undefined) return () => false;
  return (labels) => {
    const value = Object.hasOwn(labels, key) ? wholeNumberOf(labels[key] ?? '') : undefined;
    if (value === undefined) return false;
    return operator === 'Gt' ? value > limit : value < limit;
  };
}

function wholeNumberOf(text: string): bigint | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined;
  const value = BigInt(text);
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

function allOf(tests: readonly Test[]): Test {
  const [first] = tests;
  if (first !== undefined && tests.length === 1) return first;
  return (labels) => {
    for (const test of tests) if (!test(labels)) return false;
    return true;
  };
}

function keyOf(requirements: readonly (LabelSelectorRequirement | NodeSelectorRequirement)[]): string {
  const texts = requirements.map(({ key, operator, values }) => JSON.stringify([key, operator, [...values].sort()]));
  return [...new Set(texts)].sort().join('&');
}

/** Any of its terms; a selector without terms selects no node. */
export function compileNodeSelector({ nodeSelectorTerms }: NodeSelector): CompiledNodeSelector {
  const terms = nodeSelectorTerms.map(compileNodeSelectorTerm);
  return {
    key: [...new Set(terms.map(({ key }) => key))].sort().join('|'),
    matches: (labels, nodeName) => terms.some((term) => term.matches(labels, nodeName)),
  };
}

/** All of its requirements; a term without any selects no node. */
export function compileNodeSelectorTerm(term: NodeSelectorTerm): CompiledNodeSelector {
  const { matchExpressions, matchFields } = term;
  if (matchExpressions.length === 0 && matchFields.length === 0) return { key: 'nothing', matches: () => false };
  const byLabels = allOf(matchExpressions.map(testOf));
  // Fields are looked at as if they were labels; metadata.name is the only one that there is.
  const byFields = allOf(matchFields.map(testOf));
  const isNamed = matchFields.length > 0;
  return {
    key: `${keyOf(matchExpressions)};${keyOf(matchFields)}`,
    matches: (labels, nodeName) => byLabels(labels) && (!isNamed || byFields({ 'metadata.name': nodeName })),
  };
}
