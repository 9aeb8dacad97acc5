/** PreFilter over all plugins, and Filter for one node with the pods that are expected there. */
import type { Node, Pod } from '../../../src/api/objects.ts';
import { podKey, podsOn } from './cluster.ts';
import type { Cycle, Place, PluginName, PreFilterVerdict, ReferencePlugin, Rejection } from './plugin.ts';
import { plugins } from './plugins/index.ts';

/** Why a pod cannot go to a node; `plugin` is empty where it was none. */
export interface NodeRejection extends Rejection {
  readonly plugin: PluginName | '';
}

export interface PreFilterOutcome {
  /** Of the plugins that were asked: after the first `unresolvable` nobody is. */
  readonly verdicts: ReadonlyMap<PluginName, PreFilterVerdict>;
  /** The pod as a whole cannot be placed. */
  readonly rejection?: NodeRejection;
  /** The only nodes that come into question. */
  readonly nodeNames?: ReadonlySet<string>;
  /** That have named nodes. */
  readonly namedBy: readonly PluginName[];
}

export function runPreFilter(cycle: Cycle): PreFilterOutcome {
  const verdicts = new Map<PluginName, PreFilterVerdict>();
  let rejection: NodeRejection | undefined;
  let nodeNames: ReadonlySet<string> | undefined;
  const namedBy: PluginName[] = [];
  for (const plugin of plugins) {
    const verdict = plugin.preFilter?.(cycle);
    if (verdict === undefined) continue;
    verdicts.set(plugin.name, verdict);
    if (verdict.kind === 'rejected') {
      rejection = { ...verdict.rejection, plugin: plugin.name };
      if (rejection.code !== 'unschedulable') break;
    }
    if (verdict.kind !== 'success' || verdict.nodeNames === undefined) continue;
    const { nodeNames: named } = verdict;
    namedBy.push(plugin.name);
    nodeNames = nodeNames === undefined ? named : new Set([...nodeNames].filter((name) => named.has(name)));
    if (nodeNames.size > 0) continue;
    rejection = nobodyLeft(namedBy);
    break;
  }
  return {
    verdicts,
    namedBy,
    ...(rejection === undefined ? {} : { rejection }),
    ...(nodeNames === undefined ? {} : { nodeNames }),
  };
}

function nobodyLeft(namedBy: readonly PluginName[]): NodeRejection {
  const who = namedBy.length === 1 ? `plugin ${namedBy[0]}` : `plugin(s) ${goList(namedBy)} simultaneously`;
  return { code: 'unresolvable', plugin: '', reasons: [`node(s) didn't satisfy ${who}`] };
}

/** A sorted set as Go prints it. */
export const goList = (names: readonly string[]): string => `[${[...names].sort().join(' ')}]`;

export const placeOf = ({ cluster }: Cycle, node: Node): Place => ({
  node,
  pods: podsOn(cluster, node),
  added: [],
  removed: [],
});

export function withPod(place: Place, pod: Pod): Place {
  const isThis = (other: Pod): boolean => podKey(other) === podKey(pod);
  const pods = [...place.pods, pod];
  if (place.removed.some(isThis)) return { ...place, pods, removed: place.removed.filter((other) => !isThis(other)) };
  return { ...place, pods, added: [...place.added, pod] };
}

export function withoutPod(place: Place, pod: Pod): Place {
  const isOther = (other: Pod): boolean => podKey(other) !== podKey(pod);
  return { ...place, pods: place.pods.filter(isOther), removed: [...place.removed, pod] };
}

/**
 * The first plugin that refuses decides. Pods of the same or higher priority that were promised this node are taken
 * to be there; the pod must also fit without them, for it may need them gone (or present) and they may never come.
 */
export function filterNode(cycle: Cycle, preFilter: PreFilterOutcome, place: Place): NodeRejection | undefined {
  const expected = expectedOn(cycle, place.node);
  const rejection = filterPlace(cycle, preFilter, expected.reduce(withPod, place));
  if (rejection !== undefined || expected.length === 0) return rejection;
  return filterPlace(cycle, preFilter, place);
}

function expectedOn({ cluster, pod }: Cycle, node: Node): Pod[] {
  return cluster.nominated
    .filter(({ status }) => status.nominatedNodeName === node.metadata.name)
    .filter((other) => other.spec.priority >= pod.spec.priority && podKey(other) !== podKey(pod));
}

function filterPlace(cycle: Cycle, preFilter: PreFilterOutcome, place: Place): NodeRejection | undefined {
  for (const plugin of plugins) {
    if (isSkipped(preFilter, plugin)) continue;
    const rejection = plugin.filter?.(cycle, place);
    if (rejection !== undefined) return { ...rejection, plugin: plugin.name };
  }
  return undefined;
}

const isSkipped = ({ verdicts }: PreFilterOutcome, { name }: ReferencePlugin): boolean =>
  verdicts.get(name)?.kind === 'skip';
