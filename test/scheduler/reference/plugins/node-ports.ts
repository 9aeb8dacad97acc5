/** Ports of the node itself are taken once. */
import type { Pod } from '../../../../src/api/objects.ts';
import { type ReferencePlugin, skip, success, unschedulable } from '../plugin.ts';

interface HostPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

export const nodePorts: ReferencePlugin = {
  name: 'NodePorts',
  preFilter: ({ pod }) => (hostPortsOf(pod).length === 0 ? skip : success),
  filter({ pod }, { pods }) {
    const taken = pods.flatMap(hostPortsOf);
    const isFree = hostPortsOf(pod).every((wanted) => !taken.some((port) => conflicts(wanted, port)));
    return isFree ? undefined : unschedulable("node(s) didn't have free ports for the requested pod ports");
  },
};

/** Of containers and sidecars; other init containers have gone by then. */
function hostPortsOf({ spec }: Pod): HostPort[] {
  const sidecars = spec.initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always');
  return [...spec.containers, ...sidecars]
    .flatMap(({ ports }) => ports)
    .filter(({ hostPort }) => hostPort > 0)
    .map(({ hostIP, protocol, hostPort }) => ({ ip: hostIP === '' ? '0.0.0.0' : hostIP, protocol, port: hostPort }));
}

function conflicts(left: HostPort, right: HostPort): boolean {
  if (left.port !== right.port || left.protocol !== right.protocol) return false;
  return left.ip === right.ip || left.ip === '0.0.0.0' || right.ip === '0.0.0.0';
}
