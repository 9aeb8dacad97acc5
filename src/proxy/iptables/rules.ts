/** Short spellings of the rules, matches and targets that kube-proxy writes. */
import type { Match, Rule, Target } from '../../../native/iptables/index.ts';

export const comment = (text: string): Match => ({ match: 'comment', text });

export const newConnections: Match = { match: 'conntrack', states: ['NEW'] };

export const jump = (chain: string): Target => ({ target: 'jump', chain });

export const rule = (target: Target, matches: readonly Match[] = []): Rule => ({ matches, target });

export function network(cidr: string): { readonly ip: string; readonly prefix: number } {
  const [ip = '', prefix = '32'] = cidr.split('/');
  return { ip, prefix: Number(prefix) };
}
