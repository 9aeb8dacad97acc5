/** A smaller cluster out of a trace's: one that its pods can fill. */
import { createLabelledRandom } from '../../stats/random.ts';
import { shuffled } from '../shuffled.ts';
import { traceErrors } from './errors.ts';
import type { Trace } from './trace.ts';

/**
 * So many of the nodes, drawn without repetition, and all pods.
 * @throws InputError for more nodes than there are, or none
 */
export function sampleNodes(trace: Trace, count: number, seed: number): Trace {
  const { length } = trace.nodes;
  if (!(Number.isSafeInteger(count) && count >= 1 && count <= length)) {
    throw traceErrors.outOfRange('the number of nodes', count, `1 to ${length}, all that the trace has`);
  }
  return { ...trace, nodes: shuffled(trace.nodes, createLabelledRandom(seed, 'sample-nodes')).slice(0, count) };
}
