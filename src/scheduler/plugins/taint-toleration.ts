/**
 * Keeps pods off nodes whose taints they do not tolerate, and prefers nodes with fewer PreferNoSchedule taints that
 * they do not tolerate. Source: kube-scheduler plugins/tainttoleration. Its 1.34.0 and 1.34.1 still named the taint in
 * the reason; all later ones do not.
 */
import type { Node, Toleration } from '../../api/objects.ts';
import { podKey } from '../cluster/pod-info.ts';
import { stateKey } from '../framework/cycle.ts';
import type { ClusterEventInterest } from '../framework/events.ts';
import type { Plugin } from '../framework/plugin.ts';
import { type PluginContext, pluginFactory } from '../framework/plugin-factory.ts';
import { defaultNormalize, maxNodeScore } from './normalize.ts';
import { nodeChange, podChange } from './support/event-objects.ts';
import { perShape } from './support/per-shape.ts';
import { RecentMap } from './support/recent-map.ts';
import { nodeTaints, PerTaintList } from './taints/taint-lists.ts';
import { countUntolerated, hardEffects, tolerates } from './taints/tolerations.ts';

const name = 'TaintToleration';
const reason = 'node(s) had untolerated taint(s)';

/** What some tolerations make of each list of taints. */
interface Tolerance {
  readonly untoleratedHard: PerTaintList;
  readonly untoleratedSoft: PerTaintList;
}

/** Distinct lists of tolerations that are remembered. */
const tolerancesKept = 512;
const toleranceKey = stateKey<Tolerance>(name);

function create(_args: unknown, { cluster, statuses, featureEnabled }: PluginContext): Plugin {
  const comparisons = featureEnabled('TaintTolerationComparisonOperators');
  const { hard, soft } = cluster.part(nodeTaints);
  const refusal = statuses.intern({ code: 'unresolvable', plugin: name, reasons: [reason] });
  const known = new RecentMap<Tolerance>(tolerancesKept);
  const toleranceOf = perShape(({ spec: { tolerations } }) =>
    known.get(tolerations.length === 0 ? '' : JSON.stringify(tolerations), () => ({
      untoleratedHard: new PerTaintList(hard, (taints) => countUntolerated(taints, tolerations, comparisons)),
      untoleratedSoft: new PerTaintList(soft, (taints) =>
        countUntolerated(taints, tolerations.filter(preferring), comparisons),
      ),
    })),
  );
  return {
    name,
    nodeLocal: true,
    events: events(comparisons),

    filter({ pod, verdicts }, block) {
      if (hard.taintedNodes === 0) return;
      const untolerated = toleranceOf(pod.shape).untoleratedHard.current();
      const { slots, count } = block;
      const lists = hard.bySlot;
      let kept = 0;
      for (let place = 0; place < count; place += 1) {
        const slot = slots[place] as number;
        if (untolerated[lists[slot] as number] === 0) slots[kept++] = slot;
        else verdicts[slot] = refusal;
      }
      block.count = kept;
    },

    preScore(cycle) {
      cycle.set(toleranceKey, toleranceOf(cycle.pod.shape));
      return undefined;
    },

    score(cycle, { slots, count }, scores) {
      if (soft.taintedNodes === 0) {
        scores.fill(0, 0, count);
        return;
      }
      const { untoleratedSoft } = cycle.get(toleranceKey) ?? toleranceOf(cycle.pod.shape);
      const untolerated = untoleratedSoft.current();
      const lists = soft.bySlot;
      for (let place = 0; place < count; place += 1) {
        scores[place] = untolerated[lists[slots[place] as number] as number] as number;
      }
    },

    normalize(_cycle, { count }, scores) {
      if (soft.taintedNodes === 0) scores.fill(maxNodeScore, 0, count);
      else defaultNormalize(scores, count, true);
    },
  };
}

function preferring({ effect }: Toleration): boolean {
  return effect === '' || effect === 'PreferNoSchedule';
}

function events(comparisons: boolean): readonly ClusterEventInterest[] {
  const keepsAway = (node: Node, tolerations: readonly Toleration[]): boolean =>
    node.spec.taints.some((taint) => hardEffects.includes(taint.effect) && !tolerates(tolerations, taint, comparisons));
  return [
    {
      resource: 'Node',
      actions: ['add', 'update-taints'],
      hint({ pod }, event) {
        const { before, after } = nodeChange(event);
        const { tolerations } = pod.spec;
        const kept = before === undefined || keepsAway(before, tolerations);
        return kept && after !== undefined && !keepsAway(after, tolerations) ? 'queue' : 'skip';
      },
    },
    {
      resource: 'UnscheduledPod',
      actions: ['update-tolerations'],
      hint({ key }, event) {
        const { after } = podChange(event);
        return after !== undefined && podKey(after) === key ? 'queue' : 'skip';
      },
    },
  ];
}

export const taintToleration = pluginFactory({ name, create });
