/** Names that kube-proxy derives from a Service port; tools and operators know them by heart, so they are exact. */
import { hash } from 'node:crypto';
import type { Endpoint, ServicePort } from './types.ts';

const base32Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * The first `length` characters of base32(sha256(text)), RFC 4648 without padding; `length` is a multiple of 4.
 * Every name of a chain goes through here, 50,000 of them for 10,000 Services, hence no buffers: five hexadecimal
 * digits are four base32 characters.
 */
export function hashName(text: string, length: 8 | 16): string {
  const digest = hash('sha256', text, 'hex');
  let name = '';
  for (let place = 0; name.length < length; place += 5) {
    const bits = Number.parseInt(digest.slice(place, place + 5), 16);
    name +=
      base32Alphabet.charAt(bits >>> 15) +
      base32Alphabet.charAt((bits >>> 10) & 31) +
      base32Alphabet.charAt((bits >>> 5) & 31) +
      base32Alphabet.charAt(bits & 31);
  }
  return name;
}

/** `namespace/name:port`, or `namespace/name` for an unnamed port (proxy.ServicePortName.String). */
export function servicePortName({ namespace, name, portName }: ServicePort): string {
  return portName === '' ? `${namespace}/${name}` : `${namespace}/${name}:${portName}`;
}

export type LowerProtocol = 'tcp' | 'udp' | 'sctp';

export function lowerProtocol({ protocol }: ServicePort): LowerProtocol {
  return protocol === 'TCP' ? 'tcp' : protocol === 'UDP' ? 'udp' : 'sctp';
}

export function endpointAddress({ ip, port }: Endpoint): string {
  return `${ip}:${port}`;
}
