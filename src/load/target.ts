/** What a load is aimed at, as people write it. */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { loadErrors } from './errors.ts';

/** `path` only with HTTP. */
export type Target =
  | { readonly protocol: 'tcp' | 'udp'; readonly host: string; readonly port: number }
  | { readonly protocol: 'http'; readonly host: string; readonly port: number; readonly path: string };

/**
 * Reads `HOST:PORT` (TCP), `tcp://HOST:PORT`, `udp://HOST:PORT` or `http://HOST[:PORT][/PATH]`; an IPv6 address stands
 * in brackets.
 * @throws LoadError that says what is wrong with it.
 */
export function parseTarget(text: string): Target {
  const url = parseUrl(text);
  if (url.hostname === '') throw loadErrors.target(text, 'it names no host');
  if (url.username !== '' || url.password !== '') throw loadErrors.target(text, 'it must not hold a user name');
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (url.protocol === 'http:') {
    // The URL parser drops the port when it is the default one.
    return {
      protocol: 'http',
      host,
      port: portOf(text, url.port === '' ? '80' : url.port),
      path: url.pathname + url.search,
    };
  }
  if (url.protocol !== 'tcp:' && url.protocol !== 'udp:') {
    throw loadErrors.target(text, `'${url.protocol}//' is not a protocol of this load generator`);
  }
  if (url.port === '') throw loadErrors.target(text, 'it names no port');
  if (url.pathname !== '' && url.pathname !== '/') throw loadErrors.target(text, 'only an http:// target has a path');
  return { protocol: url.protocol === 'tcp:' ? 'tcp' : 'udp', host, port: portOf(text, url.port) };
}

/** The target's IP address: its own when it is one, else the first that the resolver gives. */
export async function resolveTarget(target: Target): Promise<{ readonly ip: string; readonly port: number }> {
  if (isIP(target.host) !== 0) return { ip: target.host, port: target.port };
  try {
    return { ip: (await lookup(target.host)).address, port: target.port };
  } catch (error) {
    throw loadErrors.unresolved(target.host, error);
  }
}

function parseUrl(text: string): URL {
  try {
    return new URL(text.includes('://') ? text : `tcp://${text}`);
  } catch {
    throw loadErrors.target(text, 'it is not an address, or its port is not from 1 to 65535');
  }
}

function portOf(text: string, written: string): number {
  const port = Number(written);
  if (port === 0) throw loadErrors.target(text, 'its port is 0, it must be from 1 to 65535');
  return port;
}
