/**
 * Keys as the API writes them. Kubernetes reads the templates of scheduler_perf with Go's decoder, to which
 * `NodeTaintsPolicy` is the same field as `nodeTaintsPolicy`, and some of its files rely on that.
 */

/** Mappings whose keys are the user's own. */
const freeMappings: ReadonlySet<string> = new Set([
  'labels',
  'annotations',
  'matchLabels',
  'nodeSelector',
  'selector',
  'requests',
  'limits',
  'capacity',
  'allocatable',
  'overhead',
  'attributes',
  'parameters',
  'hard',
  'disruptedPods',
  'data',
  'stringData',
]);

/** The value with the first letter of every field in lower case; the same object where that changes nothing. */
export function withPlainKeys(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(withPlainKeys);
    return items.some((item, place) => item !== value[place]) ? items : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  let isChanged = false;
  const entries = Object.entries(value).map(([key, field]) => {
    const plainKey = /^[A-Z][A-Za-z]*$/.test(key) ? `${key.charAt(0).toLowerCase()}${key.slice(1)}` : key;
    const isFree = freeMappings.has(plainKey) && !hasFields(field);
    const plain = isFree ? field : withPlainKeys(field);
    isChanged ||= plainKey !== key || plain !== field;
    return [plainKey, plain] as const;
  });
  return isChanged ? Object.fromEntries(entries) : value;
}

/** `selector` is a mapping of labels in a Service, and a LabelSelector with fields elsewhere. */
function hasFields(value: unknown): boolean {
  return typeof value === 'object' && value !== null && ('matchLabels' in value || 'matchExpressions' in value);
}
