/** Names and numbers as the kernel keeps them, checked once at the door. */
import { iptablesErrors } from './errors.ts';

/** XT_EXTENSION_MAXNAMELEN less the final zero byte: extensions, and the chains that iptables can address. */
export const nameBytes = 28;
/** Also bounds the time that `-m recent` and `-m comment` may be given. */
const maxU32 = 0xffffffff;

/** Names that `-j` would take for a verdict or a target instead of a chain. */
const reserved = new Set(['ACCEPT', 'DROP', 'QUEUE', 'RETURN', 'ERROR', 'DNAT', 'MASQUERADE', 'MARK', 'REJECT']);

/** @throws IptablesError `invalid` for a name that the iptables tools could not address. */
export function checkChainName(name: string): void {
  if (name.length > nameBytes) throw iptablesErrors.tooLong('chain name', name, Buffer.byteLength(name), nameBytes);
  if (!/^[^\s!-][\x21-\x7e]*$/.test(name) || /[^\x21-\x7e]/.test(name)) {
    throw iptablesErrors.characters(
      'chain name',
      name,
      "printable ASCII without blanks that begins with neither '-' nor '!'",
    );
  }
  if (reserved.has(name)) {
    throw iptablesErrors.misuse(`chain name ${name} is that of a verdict or target`, 'give the chain another name');
  }
}

/** A name that iptables-save prints without quotes: of a recent list or an ipset. */
export function checkBareName(what: string, name: string): void {
  if (!/^[\x21-\x7e]+$/.test(name) || /["'\\/]/.test(name)) {
    throw iptablesErrors.characters(what, name, 'printable ASCII without blanks, quotes, slashes and backslashes');
  }
}

export function checkNumber(what: string, value: number, minimum: number, maximum: number = maxU32): number {
  if (!Number.isInteger(value) || value < minimum || value > maximum) {
    throw iptablesErrors.number(what, value, minimum, maximum);
  }
  return value;
}
