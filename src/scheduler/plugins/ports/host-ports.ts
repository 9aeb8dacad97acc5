/** Ports of the node that a pod asks for. Source: kube-scheduler util/utils.go (GetHostPorts), framework/types.go (HostPortInfo). */
import type { PodSpec } from '../../../api/objects.ts';

export interface HostPort {
  /** Protocol and number: ports of two keys never meet. */
  readonly key: string;
  readonly ip: string;
}

/** Binding to this address takes the port on all addresses. */
export const anyAddress = '0.0.0.0';
const noPorts: readonly HostPort[] = [];

/** Of the containers that run for as long as the pod does. */
export function hostPorts({ containers, initContainers }: PodSpec): readonly HostPort[] {
  let ports = noPorts;
  for (const container of [
    ...initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always'),
    ...containers,
  ]) {
    for (const { hostPort, hostIP, protocol } of container.ports) {
      if (hostPort > 0) {
        ports = [...ports, { key: `${protocol}/${hostPort}`, ip: hostIP === '' ? anyAddress : hostIP }];
      }
    }
  }
  return ports;
}

export function conflict(a: HostPort, b: HostPort): boolean {
  return a.key === b.key && (a.ip === b.ip || a.ip === anyAddress || b.ip === anyAddress);
}
