/** iptables tables as iptables-save prints them. */
import { formatSave } from '../../../native/iptables/index.ts';
import type { IptablesState } from './plan.ts';

export function formatIptables({ filter, nat }: IptablesState): string {
  return formatSave(filter) + formatSave(nat);
}
