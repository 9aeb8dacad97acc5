/** What the address-translating targets have in common. */
import { iptablesErrors } from '../errors.ts';
import type { RuleContext } from './codec.ts';

/** The kernel would answer EINVAL and keep the reason in its log. */
export function onlyInNat(target: string, context: RuleContext): void {
  if (context.table === 'nat') return;
  throw iptablesErrors.misuse(`target ${target} is in table ${context.table}`, 'move the rule to table nat');
}
