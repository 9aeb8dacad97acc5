/**
 * Keeps the pods of a group within one topology domain: one placement per value of the group's topology key. Source:
 * kube-scheduler plugins/topologyaware (alpha, feature TopologyAwareWorkloadScheduling).
 */
import type { Plugin } from '../framework/plugin.ts';
import { type PluginContext, pluginFactory } from '../framework/plugin-factory.ts';
import type { Status } from '../framework/status.ts';
import { placementEvents } from './gangs/placement-hints.ts';

const name = 'TopologyPlacementGenerator';

function create(_args: unknown, { cluster }: PluginContext): Plugin {
  const labelOf = (slot: number, key: string): string | undefined => cluster.node(slot)?.metadata.labels[key];

  return {
    name,
    events: placementEvents,

    placementGenerate({ namespace, name: groupName, object, placed }, parent) {
      if (object === undefined) return refusal('error', `podgroup "${namespace}/${groupName}" not found`);
      const { topologyKey } = object.spec;
      if (topologyKey === undefined) return [parent];
      const domains = new Set<string>();
      for (const { pod, slot } of placed) {
        const domain = labelOf(slot, topologyKey);
        const where = `node ${cluster.nodeName(slot)} of pod ${pod.metadata.name}`;
        if (domain === undefined) return refusal('error', `${where} has no label ${topologyKey}`);
        domains.add(domain);
      }
      const [required, second] = domains;
      if (second !== undefined) {
        return refusal(
          'error',
          `pods of the group run in more than one domain of ${topologyKey}: ${[...domains].join(', ')}`,
        );
      }
      const slotsOf = new Map<string, number[]>();
      for (const slot of parent.slots) {
        const domain = labelOf(slot, topologyKey);
        if (domain === undefined || (required !== undefined && domain !== required)) continue;
        const slots = slotsOf.get(domain);
        if (slots === undefined) slotsOf.set(domain, [slot]);
        else slots.push(slot);
      }
      if (slotsOf.size === 0) {
        const value = required === undefined ? '' : `=${required}, where the group runs`;
        return refusal('unschedulable', `0/${parent.slots.length} nodes have the label ${topologyKey}${value}`);
      }
      return [...slotsOf].map(([domain, slots]) => ({ name: domain, slots: Int32Array.from(slots) }));
    },
  };
}

function refusal(code: Status['code'], reason: string): Status {
  return { code, plugin: name, reasons: [reason] };
}

export const topologyPlacementGenerator = pluginFactory({ name, create });
