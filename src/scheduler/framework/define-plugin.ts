/** Plugins that look at one node at a time: simpler to write, and what a first plugin of one's own looks like. */
import type { Node } from '../../api/objects.ts';
import type { PodInfo } from '../cluster/pod-info.ts';
import type { Cycle } from './cycle.ts';
import { filterBlock } from './node-block.ts';
import type { Plugin } from './plugin.ts';

/** A node with what runs on it. */
export interface NodeView {
  readonly slot: number;
  readonly name: string;
  readonly node: Node;
  readonly pods: readonly PodInfo[];
  /** cpu in millicores, other resources in units; 0 for a resource that the node does not have. */
  allocatable(resource: string): number;
  requested(resource: string): number;
}

/** Anything of Plugin, with Filter and Score written for a single node. */
export interface NodePlugin extends Omit<Plugin, 'filter' | 'score'> {
  /** Why the pod cannot go to the node; nothing when it can. */
  filterNode?(cycle: Cycle, node: NodeView): string | undefined;
  scoreNode?(cycle: Cycle, node: NodeView): number;
}

export function definePlugin(plugin: NodePlugin): Plugin {
  const { name } = plugin;
  const adapted: Plugin = plugin;
  if (plugin.filterNode !== undefined) {
    adapted.filter = (cycle, block) =>
      filterBlock(block, cycle.verdicts, (slot) => {
        const reason = plugin.filterNode?.(cycle, viewOf(cycle, slot));
        if (reason === undefined) return 0;
        return cycle.statuses.intern({ code: 'unschedulable', plugin: name, reasons: [reason] });
      });
  }
  if (plugin.scoreNode !== undefined) {
    adapted.score = (cycle, { slots, count }, scores) => {
      for (let place = 0; place < count; place += 1) {
        scores[place] = plugin.scoreNode?.(cycle, viewOf(cycle, slots[place] as number)) ?? 0;
      }
    };
  }
  return adapted;
}

function viewOf({ cluster }: Cycle, slot: number): NodeView {
  const node = cluster.node(slot);
  if (node === undefined) throw new Error(`slot ${slot} has no node`);
  const { resources } = cluster;
  return {
    slot,
    name: node.metadata.name,
    node,
    pods: cluster.podsOn(slot),
    allocatable: (resource) => resources.column(resources.index(resource)).allocatable[slot] ?? 0,
    requested: (resource) => resources.column(resources.index(resource)).requested[slot] ?? 0,
  };
}
