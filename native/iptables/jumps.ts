/** Jumps of a table that is being encoded: where they go is known only when every chain has its place. */
import type { BlobWriter } from './blob.ts';
import { builtinsOf } from './builtins.ts';
import { type IptablesError, iptablesErrors } from './errors.ts';
import type { Table } from './table.ts';

export class Jumps {
  readonly #positions: number[] = [];
  readonly #targets: string[] = [];

  /** @param at where the offset of the chain's first rule is to be written */
  add(at: number, chain: string): void {
    this.#positions.push(at);
    this.#targets.push(chain);
  }

  /** @throws IptablesError `invalid` for the first rule that jumps to a chain that is not there */
  resolve(out: BlobWriter, chainOffsets: ReadonlyMap<string, number>, table: Table): void {
    for (let index = 0; index < this.#targets.length; index++) {
      const offset = chainOffsets.get(this.#targets[index] as string);
      if (offset === undefined) throw lostJump(table, chainOffsets);
      out.u32(this.#positions[index] as number, offset);
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
