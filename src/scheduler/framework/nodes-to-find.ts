/** How many feasible nodes are enough. Source: kube-scheduler schedule_one.go, numFeasibleNodesToFind. */

const minFeasibleNodesToFind = 100;
const minPercentage = 5;

/** `percentage` 0 means adaptive: 50 % of few nodes, down to 5 % of thousands. */
export function numFeasibleNodesToFind(nodeCount: number, percentage: number): number {
  if (nodeCount < minFeasibleNodesToFind) return nodeCount;
  const share = percentage === 0 ? Math.max(minPercentage, 50 - Math.trunc(nodeCount / 125)) : percentage;
  if (share >= 100) return nodeCount;
  return Math.max(minFeasibleNodesToFind, Math.trunc((nodeCount * share) / 100));
}
