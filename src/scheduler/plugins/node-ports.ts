/** Keeps pods off nodes where a host port of theirs is taken. Source: kube-scheduler plugins/nodeports. */
import { stateKey } from '../framework/cycle.ts';
import type { NodeBlock } from '../framework/node-block.ts';
import type { Plugin } from '../framework/plugin.ts';
import { type PluginContext, pluginFactory } from '../framework/plugin-factory.ts';
import { conflict, type HostPort, hostPorts } from './ports/host-ports.ts';
import { usedPorts } from './ports/used-ports.ts';
import { podChange } from './support/event-objects.ts';

const name = 'NodePorts';
const reason = "node(s) didn't have free ports for the requested pod ports";
const portsKey = stateKey<readonly HostPort[]>(name);

function create(_args: unknown, { cluster, statuses }: PluginContext): Plugin {
  const used = cluster.part(usedPorts);
  const refusal = statuses.intern({ code: 'unschedulable', plugin: name, reasons: [reason] });
  return {
    name,
    nodeLocal: true,
    events: [
      {
        resource: 'AssignedPod',
        actions: ['delete'],
        hint(pod, event) {
          const { before } = podChange(event);
          if (before === undefined || before.spec.nodeName === '') return 'skip';
          const freed = hostPorts(before.spec);
          const wanted = used.portsOf(pod);
          return freed.some((port) => wanted.some((other) => conflict(port, other))) ? 'queue' : 'skip';
        },
      },
      { resource: 'Node', actions: ['add'] },
    ],

    preFilter(cycle) {
      const ports = used.portsOf(cycle.pod);
      if (ports.length === 0) return 'skip';
      cycle.set(portsKey, ports);
      return undefined;
    },

    filter(cycle, block) {
      const ports = cycle.get(portsKey) ?? used.portsOf(cycle.pod);
      for (const uses of used.inTheWayOf(ports)) dropUsed(block, uses, cycle.verdicts, refusal);
    },
  };
}

function dropUsed(block: NodeBlock, uses: Uint16Array, verdicts: Int32Array, refusal: number): void {
  const { slots, count } = block;
  let kept = 0;
  for (let place = 0; place < count; place += 1) {
    const slot = slots[place] as number;
    if (uses[slot] === 0) slots[kept++] = slot;
    else verdicts[slot] = refusal;
  }
  block.count = kept;
}

export const nodePorts = pluginFactory({ name, create });
