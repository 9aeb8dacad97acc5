/** The annotation that gives an endpoint its share of new flows. Kubernetes has no field for it. */
import { formatPath, inputProblems, type JsonPath, type SourcePosition } from '../../api/index.ts';

export const weightAnnotation = 'kubedyno.dev/weight';

/** IPVS keeps a destination's weight in an int; ipvsadm accepts up to 65,535. 0 takes the endpoint out of scheduling. */
const maxWeight = 65_535;

/**
 * The weight that annotations state; 1, which kube-proxy writes, when they do not. `prefix` leads from the object to
 * the annotated metadata, for messages.
 * @throws InputError for anything but a whole number within bounds.
 */
export function readWeight(
  annotations: Readonly<Record<string, string>>,
  positionOf: (path: JsonPath) => SourcePosition,
  prefix = '',
): number {
  const text = annotations[weightAnnotation];
  if (text === undefined) return 1;
  const weight = Number(text);
  if (/^\d{1,5}$/.test(text) && weight <= maxWeight) return weight;
  const path = ['metadata', 'annotations', weightAnnotation];
  throw inputProblems([
    {
      at: positionOf(path),
      path: `${prefix}${formatPath(path)}`,
      message: 'is not a weight',
      got: JSON.stringify(text),
      allowed: `a whole number from 0 to ${maxWeight}`,
    },
  ]);
}
