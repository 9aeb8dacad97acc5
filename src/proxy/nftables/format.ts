/** The nftables table as the script that makes it, readable by `nft -f`. */
import { nftChange } from './change.ts';
import type { NftablesState } from './plan.ts';

export function formatNftables(state: NftablesState): string {
  return `${nftChange(undefined, state).commands.join('\n')}\n`;
}
