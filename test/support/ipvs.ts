/** What tests of IPVS on a real kernel share. */
import { IpvsError, type IpvsServiceConfig, type IpvsServiceKey, openIpvs } from '../../native/ipvs/index.ts';
import { needNetns, skipBecause } from './namespaces.ts';

/** Why this kernel's IPVS cannot be used, or undefined when it can. */
export function whyNoIpvs(): string | undefined {
  try {
    openIpvs().close();
    return undefined;
  } catch (error) {
    if (error instanceof IpvsError && error.code === 'no-ipvs') return error.message;
    throw error;
  }
}

/** Skips the running hook where the kernel has no IPVS. Call it in `before`. */
export function needIpvs(context: Mocha.Context): void {
  const reason = whyNoIpvs();
  if (reason !== undefined) skipBecause(context, reason);
  needNetns(context);
}

export const tcpKey = (ip: string, port: number): IpvsServiceKey => ({
  family: ip.includes(':') ? 'ipv6' : 'ipv4',
  id: { kind: 'address', protocol: 'TCP', ip, port },
});

/** A service as kube-proxy makes it: no flags, one client to a persistence mask. */
export const plainService = (key: IpvsServiceKey, scheduler = 'rr'): IpvsServiceConfig => ({
  ...key,
  scheduler,
  flags: {},
  timeoutSeconds: 0,
  netmaskPrefix: key.family === 'ipv4' ? 32 : 128,
});
