/** What the verbs of `kubedyno scheduler` print. Pure. */
import type { FitAnswer, NodesAnswer } from '../scheduler/capacity.ts';
import type { Explanation, FeasibleNode } from '../scheduler/explain/explanation.ts';
import { feasibleOf } from '../scheduler/explain/explanation.ts';
import type { GroupExplanation } from '../scheduler/explain/group-explanation.ts';
import type { TippingWeight } from '../scheduler/explain/tipping-weights.ts';
import type { PlacementReport, ResourceUse } from '../scheduler/placement-report.ts';
import { textTable } from './table.ts';

/** More lines of one kind than this are counted instead of printed. */
const shownLines = 50;

export function placementText({ bindings, pending, nodes }: PlacementReport): string {
  const parts: string[] = [];
  if (bindings.length > 0) {
    const rows = bindings.map(({ namespace, name, nodeName }) => [`${namespace}/${name}`, nodeName]);
    parts.push(shortened(textTable(['POD', 'NODE'], rows.slice(0, shownLines), 'll'), rows.length, 'bindings'));
  }
  if (pending.length > 0) {
    const rows = pending.map(({ namespace, name, message, nominatedNodeName }) => [
      `${namespace}/${name}`,
      nominatedNodeName === undefined ? message : `${message} (nominated to ${nominatedNodeName})`,
    ]);
    parts.push(shortened(textTable(['PENDING', 'WHY'], rows.slice(0, shownLines), 'll'), rows.length, 'pending pods'));
  }
  const rows = nodes.map(({ name, pods, allowedPods, resources }) => [
    name,
    `${pods}/${allowedPods}`,
    resources.map(useText).join('  '),
  ]);
  if (rows.length > 0) {
    parts.push(
      shortened(textTable(['NODE', 'PODS', 'REQUESTED'], rows.slice(0, shownLines), 'lrl'), rows.length, 'nodes'),
    );
  }
  parts.push(`${bindings.length} bound, ${pending.length} pending, ${nodes.length} nodes`);
  return parts.join('\n\n');
}

function shortened(text: string, all: number, what: string): string {
  return all > shownLines ? `${text}\n… ${all - shownLines} more ${what}: --json has them all` : text;
}

function useText({ resource, requested, allocatable }: ResourceUse): string {
  const share = allocatable === 0 ? '' : ` ${Math.round((100 * requested) / allocatable)} %`;
  return `${resource}${share === '' ? ` ${requested}/0` : share}`;
}

export function fitText(pod: string, { count, message }: FitAnswer): string {
  const more = `${count} more of ${pod} ${count === 1 ? 'fits' : 'fit'}`;
  return message === undefined ? `at least ${more}` : `${more}; the next one: ${message}`;
}

export function nodesText(node: string, { count, tried, stillPending }: NodesAnswer): string {
  if (count === undefined)
    return `${stillPending} ${stillPending === 1 ? 'pod still waits' : 'pods still wait'} with ${tried} more of ${node}: more of them do not help`;
  return count === 0 ? `no more of ${node} are needed` : `${count} more of ${node} are needed`;
}

export function explanationText(pod: string, explanation: Explanation, tipping: readonly TippingWeight[]): string {
  const feasible = feasibleOf(explanation);
  const parts: string[] = [];
  if (explanation.preFilterMessage !== undefined) parts.push(`${pod} fits nowhere: ${explanation.preFilterMessage}`);
  const refused = explanation.nodes.flatMap((node) => (node.kind === 'refused' ? [node] : []));
  if (refused.length > 0) {
    const rows = refused.map(({ node, status }) => [node, status.plugin, status.reasons.join(', ')]);
    parts.push(
      shortened(textTable(['REFUSED', 'BY', 'WHY'], rows.slice(0, shownLines), 'lll'), rows.length, 'refused nodes'),
    );
  }
  if (feasible.length > 0) parts.push(scoreTable(feasible));
  if (explanation.best.length > 0) parts.push(bestText(pod, explanation.best, feasible.length));
  if (tipping.length > 0) {
    parts.push(
      [
        'What would change that:',
        ...tipping.map(
          ({ plugin, weight, newWeight, node }) => `  weight of ${plugin} ${weight} → ${newWeight}: ${node} would win`,
        ),
      ].join('\n'),
    );
  }
  if (explanation.best.length === 0 && explanation.preFilterMessage === undefined) {
    const { length } = explanation.nodes;
    parts.push(length === 0 ? `${pod} goes nowhere: there are no nodes` : `${pod} fits on none of ${length} nodes`);
  }
  return parts.join('\n\n');
}

/** Where the group of a pod goes. */
export function groupText(pod: string, { group, waiting, placements, chosen, message }: GroupExplanation): string {
  const parts: string[] = [];
  const takes = (pods: number): string => `${pods}/${waiting}`;
  const nameOf = (placement: string): string => (placement === '' ? 'all nodes' : placement);
  const unfit = placements.filter(({ fits }) => !fits);
  if (unfit.length > 0) {
    const rows = unfit.map(({ placement, pods, why = 'fewer pods than the group needs' }) => [
      nameOf(placement),
      takes(pods),
      why,
    ]);
    const table = textTable(['REFUSED', 'PODS', 'WHY'], rows.slice(0, shownLines), 'lrl');
    parts.push(shortened(table, rows.length, 'refused placements'));
  }
  const fit = placements.filter(({ fits }) => fits).sort((a, b) => b.total - a.total);
  const plugins = fit[0]?.scores ?? [];
  if (fit.length > 0) {
    const head = ['PLACEMENT', 'PODS', ...(plugins.length === 0 ? [] : ['TOTAL'])];
    const rows = fit.map(({ placement, pods, total, scores }) => [
      nameOf(placement),
      takes(pods),
      ...(plugins.length === 0 ? [] : [String(total)]),
      ...scores.map(({ raw, normalized }) => (raw === normalized ? String(raw) : `${raw}→${normalized}`)),
    ]);
    const columns = [...head, ...plugins.map(({ plugin, weight }) => `${plugin}×${weight}`)];
    const table = textTable(columns, rows.slice(0, shownLines), `l${'r'.repeat(columns.length - 1)}`);
    parts.push(shortened(table, rows.length, 'placements'));
  }
  if (message !== undefined) parts.push(`${pod} waits with its group ${group}: ${message}`);
  else parts.push(`group ${group} goes to ${nameOf(chosen ?? '')}; ${pod} there, after those before it:`);
  return parts.join('\n\n');
}

function bestText(pod: string, best: readonly string[], feasible: number): string {
  const [only] = best;
  if (best.length === 1) return `${pod} goes to ${only}${feasible === 1 ? ', the only node on which it fits' : ''}`;
  return `${pod} goes to one of ${best.length} nodes with the same total: ${best.slice(0, 10).join(', ')}${best.length > 10 ? ', …' : ''}`;
}

/** A column for each plugin: `raw → normalized`, and the weighted sum. */
function scoreTable(feasible: readonly FeasibleNode[]): string {
  const sorted = [...feasible].sort((a, b) => b.total - a.total);
  const plugins = sorted[0]?.scores ?? [];
  const head = ['FEASIBLE', 'TOTAL', ...plugins.map(({ plugin, weight }) => `${plugin}×${weight}`)];
  const rows = sorted
    .slice(0, shownLines)
    .map(({ node, total, scores }) => [
      node,
      String(total),
      ...scores.map(({ raw, normalized }) => (raw === normalized ? String(raw) : `${raw}→${normalized}`)),
    ]);
  return shortened(textTable(head, rows, `l${'r'.repeat(head.length - 1)}`), feasible.length, 'feasible nodes');
}
