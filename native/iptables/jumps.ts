/** Jumps of a table that is being encoded: where they go is known only when every chain has its place. */
import type { BlobWriter } from './blob.ts';
import { builtinsOf } from './builtins.ts';
import { type IptablesError, iptablesErrors } from './errors.ts';
import type { Table } from './table.ts';

export class Jumps {
  readonly #jumps: { readonly at: number; readonly chain: string }[] = [];

  /** @param at where the offset of the chain's first rule is to be written */
  add(at: number, chain: string): void {
    this.#jumps.push({ at, chain });
  }

  /** @throws IptablesError `invalid` for the first rule that jumps to a chain that is not there */
  resolve(out: BlobWriter, chainOffsets: ReadonlyMap<string, number>, table: Table): void {
    for (const { at, chain } of this.#jumps) {
      const offset = chainOffsets.get(chain);
      if (offset === undefined) throw lostJump(table, chainOffsets);
      out.u32(at, offset);
    }
  }
}

function lostJump(table: Table, chainOffsets: ReadonlyMap<string, number>): IptablesError {
  for (const { name, rules } of table.chains) {
    for (const [index, { target }] of rules.entries()) {
      if ((target.target !== 'jump' && target.target !== 'goto') || chainOffsets.has(target.chain)) continue;
      const isBuiltin = builtinsOf[table.name].some((builtin) => builtin.name === target.chain);
      const reason = isBuiltin ? iptablesErrors.jumpToBuiltin(target.chain) : iptablesErrors.unknownChain(target.chain);
      return reason.at({ chain: name, rule: index + 1 });
    }
  }
  return iptablesErrors.misuse('the table changed while it was encoded', 'leave it alone meanwhile');
}
