/** Errors of the user-space proxy. */
import { InputError } from '../../api/errors.ts';
import { DataPlaneError } from '../errors.ts';
import type { ServicePort } from '../types.ts';

const nameOf = ({ namespace, name }: ServicePort): string => `${namespace}/${name}`;

export const userspaceErrors = {
  protocol: (service: ServicePort): InputError =>
    new InputError(
      `Service ${nameOf(service)} port ${service.port} is ${service.protocol}: the user-space proxy carries TCP and UDP only; leave out one of them`,
    ),
  address: (service: ServicePort, serviceCidr: string): InputError =>
    new InputError(
      `Service ${nameOf(service)} has the cluster IP ${service.clusterIP}: the user-space proxy answers for ${serviceCidr} only; choose an address from there`,
    ),
  cannotListen: (protocol: string, address: string, cause: unknown): DataPlaneError =>
    new DataPlaneError(
      `the user-space proxy cannot listen on ${protocol} ${address}: ${cause instanceof Error ? cause.message : String(cause)}; end what has the port, or raise 'ulimit -n' when descriptors ran out`,
      { cause },
    ),
  refused: (message: string): DataPlaneError => new DataPlaneError(message),
  threadEnded: (cause: unknown): DataPlaneError =>
    new DataPlaneError(
      `the user-space proxy's thread ended: ${cause instanceof Error ? cause.message : String(cause)}; program the node anew`,
      { cause },
    ),
};
