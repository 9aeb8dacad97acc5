/** One attempt to find a node for a pod. */
import type { Node, Pod } from '../../../src/api/objects.ts';
import { type ReferenceCluster, zonesOfCluster } from './cluster.ts';
import { filterNode, goList, type NodeRejection, type PreFilterOutcome, placeOf, runPreFilter } from './filtering.ts';
import type { Diagnosis } from './fit-error.ts';
import { defaultOptions, type ReferenceOptions } from './options.ts';
import type { Cycle } from './plugin.ts';
import { type Scores, scoreNodes } from './scoring.ts';
import { numFeasibleNodesToFind, visitingOrder } from './visiting-order.ts';

export interface ReferenceDecision {
  readonly cycle: Cycle;
  readonly preFilter: PreFilterOutcome;
  /** Every node in visiting order, visited or not: `undefined` where the pod may go. */
  readonly verdicts: ReadonlyMap<string, NodeRejection | undefined>;
  /** Names, in the order in which they were found; no more than enough. */
  readonly feasible: readonly string[];
  readonly nextStartIndex: number;
  /** Of the nodes that were visited and refused. */
  readonly diagnosis: Diagnosis;
  /** Of `feasible`, also where kube-scheduler spares itself the scoring because there is but one. */
  readonly scores?: Scores;
  /** The first of the best. */
  readonly chosen?: string;
  /** An error that ends the attempt: neither placed nor refused. */
  readonly error?: string;
}

/** Decides as kube-scheduler does, without parallelism and without touching the cluster. */
export function referenceSchedule(
  cluster: ReferenceCluster,
  pod: Pod,
  options: Partial<ReferenceOptions> = {},
): ReferenceDecision {
  const cycle: Cycle = { cluster, pod, options: { ...defaultOptions, ...options } };
  const preFilter = runPreFilter(cycle);
  const nodes = visitingOrder(zonesOfCluster(cluster)).map((name) => nodeNamed(cluster, name));
  const ofNode = new Map(nodes.map((node) => [node, verdictOn(cycle, preFilter, node)]));
  const verdicts = new Map([...ofNode].map(([node, verdict]) => [node.metadata.name, verdict]));
  const known = { cycle, preFilter, verdicts };
  if (preFilter.rejection !== undefined) {
    const { rejection } = preFilter;
    const preFilterMessage = rejection.reasons.join(', ');
    return {
      ...known,
      feasible: [],
      nextStartIndex: cycle.options.startIndex,
      diagnosis: { nodeCount: nodes.length, byNode: new Map(), ofOthers: rejection, preFilterMessage },
    };
  }
  const search = searchNodes(cycle, nodes, ofNode, preFilter);
  const error = [...search.diagnosis.byNode.values()].find(({ code }) => code === 'error')?.reasons[0];
  if (error !== undefined) return { ...known, ...search, feasible: [], error };
  const decision = { ...known, ...search, feasible: search.feasible.map(({ metadata }) => metadata.name) };
  if (search.feasible.length === 0) return decision;
  const scores = scoreNodes(cycle, search.feasible);
  return { ...decision, scores, chosen: scores.best[0] as string };
}

function nodeNamed({ nodes }: ReferenceCluster, name: string): Node {
  const found = nodes.find(({ metadata }) => metadata.name === name);
  if (found === undefined) throw new Error(`the zones name '${name}', which is no node of the cluster`);
  return found;
}

/** Also of nodes that PreFilter leaves out, or all of which it refuses. */
function verdictOn(cycle: Cycle, preFilter: PreFilterOutcome, node: Node): NodeRejection | undefined {
  if (preFilter.rejection !== undefined) return preFilter.rejection;
  if (preFilter.nodeNames?.has(node.metadata.name) === false) return leftOut(preFilter);
  return filterNode(cycle, preFilter, placeOf(cycle, node));
}

function leftOut({ namedBy }: PreFilterOutcome): NodeRejection {
  return { code: 'unresolvable', plugin: '', reasons: [`node(s) didn't satisfy plugin(s) ${goList(namedBy)}`] };
}

interface Search {
  readonly feasible: readonly Node[];
  readonly nextStartIndex: number;
  readonly diagnosis: Diagnosis;
}

function searchNodes(
  cycle: Cycle,
  nodes: readonly Node[],
  verdicts: ReadonlyMap<Node, NodeRejection | undefined>,
  preFilter: PreFilterOutcome,
): Search {
  const { options, pod } = cycle;
  const nodeCount = nodes.length;
  const refused = new Map<string, NodeRejection>();
  const nominated = nodes.find(({ metadata }) => metadata.name === pod.status.nominatedNodeName);
  if (nominated !== undefined) {
    // Here node names are not asked for.
    const verdict = filterNode(cycle, preFilter, placeOf(cycle, nominated));
    const diagnosis = { nodeCount, byNode: refused };
    if (verdict === undefined) return { feasible: [nominated], nextStartIndex: options.startIndex, diagnosis };
    refused.set(nominated.metadata.name, verdict);
  }
  const { nodeNames } = preFilter;
  const candidates = nodeNames === undefined ? nodes : nodes.filter(({ metadata }) => nodeNames.has(metadata.name));
  const enough = numFeasibleNodesToFind(candidates.length, options.percentageOfNodesToScore);
  const feasible: Node[] = [];
  for (let step = 0; step < candidates.length; step += 1) {
    const node = candidates[(options.startIndex + step) % candidates.length] as Node;
    const verdict = verdicts.get(node);
    // The search is called off by the first feasible node that is too many; those refused before it have been seen.
    if (verdict === undefined && feasible.length === enough) break;
    if (verdict === undefined) feasible.push(node);
    else refused.set(node.metadata.name, verdict);
  }
  const processed = feasible.length + refused.size;
  return {
    feasible,
    nextStartIndex: nodeCount === 0 ? 0 : (options.startIndex + processed) % nodeCount,
    diagnosis: {
      nodeCount,
      byNode: refused,
      ...(nodeNames === undefined ? {} : { ofOthers: leftOut(preFilter) }),
    },
  };
}
