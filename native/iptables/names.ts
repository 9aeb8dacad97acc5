/** Names and numbers as the kernel keeps them, checked once at the door. */
import { iptablesErrors } from './errors.ts';

/** XT_EXTENSION_MAXNAMELEN less the final zero byte: extensions, and the chains that iptables can address. */
const nameBytes = 28;
/** Also bounds the time that `-m recent` and `-m comment` may be given. */
const maxU32 = 0xffffffff;

/** Names that `-j` would take for a verdict or a target instead of a chain. */
const reserved = new Set(['ACCEPT', 'DROP', 'QUEUE', 'RETURN', 'ERROR', 'DNAT', 'MASQUERADE', 'MARK', 'REJECT']);

/** Printable ASCII without blanks; a loop, because a large table has too many names for a regular expression. */
function isPrintable(name: string): boolean {
  for (let index = 0; index < name.length; index++) {
    const code = name.charCodeAt(index);
    if (code <= 32 || code >= 127) return false;
  }
  return name !== '';
}

/** @throws IptablesError `invalid` for a name that the iptables tools could not address. */
export function checkChainName(name: string): void {
  if (name.length > nameBytes) throw iptablesErrors.tooLong('chain name', name, Buffer.byteLength(name), nameBytes);
  if (!isPrintable(name) || name.startsWith('-') || name.startsWith('!')) {
    const allowed = "printable ASCII without blanks that begins with neither '-' nor '!'";
    throw iptablesErrors.characters('chain name', name, allowed);
  }
  if (reserved.has(name)) {
    throw iptablesErrors.misuse(`chain name ${name} is that of a verdict or target`, 'give the chain another name');
  }
}

/** A name that iptables-save prints without quotes: of a recent list or an ipset. */
export function checkBareName(what: string, name: string): void {
  if (!isPrintable(name) || /["'\\/]/.test(name)) {
    throw iptablesErrors.characters(what, name, 'printable ASCII without blanks, quotes, slashes and backslashes');
  }
}

export function checkInterfaceName(name: string): void {
  checkOneLine('interface name', name);
  if (name === '' || /[\s/]/.test(name)) {
    throw iptablesErrors.characters('interface name', name, 'at least one character, and neither blanks nor slashes');
  }
}

/** Refuses control characters, which would end or garble the line of a saved table. */
export function checkOneLine(what: string, text: string): void {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 32 || code === 127) throw iptablesErrors.characters(what, text, 'no control characters');
  }
}

export function checkNumber(what: string, value: number, minimum: number, maximum: number = maxU32): number {
  if (!Number.isInteger(value) || value < minimum || value > maximum) {
    throw iptablesErrors.number(what, value, minimum, maximum);
  }
  return value;
}
