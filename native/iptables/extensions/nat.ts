/** What the address-translating targets have in common. */
import { iptablesErrors } from '../errors.ts';
import type { TableName } from '../table.ts';

/** The kernel would answer EINVAL and keep the reason in its log. */
export function onlyInNat(target: string, table: TableName): void {
  if (table === 'nat') return;
  throw iptablesErrors.misuse(`target ${target} is in table ${table}`, 'move the rule to table nat');
}
