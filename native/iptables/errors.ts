/** What can go wrong with an iptables table: one error class, one code per remedy, and every message says the next step. */

export type IptablesErrorCode =
  /** The kernel does not have this table: neither built in nor as a module that it can load. */
  | 'no-such-table'
  | 'not-permitted'
  /** Another program held the xtables lock for longer than was to be waited. */
  | 'lock-held'
  /** The file of the xtables lock cannot be opened or created. */
  | 'lock-unavailable'
  /** A match or target, or this revision of it, that the kernel does not have or the text format cannot show. */
  | 'unknown-extension'
  /** Another program that does not honour the lock kept changing the table. */
  | 'changed-meanwhile'
  | 'no-such-set'
  /** Chains that jump to each other in a circle. */
  | 'loop'
  /** A value that does not fit the table format, or that the kernel does not accept. */
  | 'invalid'
  /** Bytes from a kernel that break the table format. */
  | 'malformed'
  | 'too-large'
  /** Any other failure of a system call; `errno` says which. */
  | 'system';

/** A rule's place: its chain, and its number in it from 1, as `iptables -L --line-numbers` counts. */
export interface RulePlace {
  readonly chain: string;
  readonly rule: number;
}

export class IptablesError extends Error {
  override readonly name = 'IptablesError';
  readonly code: IptablesErrorCode;
  /** The kernel's positive errno, where there is one. */
  readonly errno: number | undefined;
  readonly place: RulePlace | undefined;

  constructor(
    code: IptablesErrorCode,
    message: string,
    details: { readonly errno?: number; readonly place?: RulePlace; readonly cause?: unknown } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.errno = details.errno;
    this.place = details.place;
  }

  /** The same error, told where in the table it happened; an error that knows its place keeps it. */
  at(place: RulePlace): IptablesError {
    if (this.place !== undefined) return this;
    const message = `rule ${place.rule} of chain ${place.chain}: ${this.message}`;
    return new IptablesError(this.code, message, {
      place,
      cause: this,
      ...(this.errno === undefined ? {} : { errno: this.errno }),
    });
  }
}

const invalid = (message: string): IptablesError => new IptablesError('invalid', message);
const quoted = (value: unknown): string => JSON.stringify(value) ?? String(value);

/** Errors of values and of bytes; those of system calls are in kernel-errors.ts. Every factory makes a fresh one. */
export const iptablesErrors = {
  number(what: string, value: number, minimum: number, maximum: number): IptablesError {
    return invalid(`${what} is ${value}; give a whole number from ${minimum} to ${maximum}`);
  },
  address(text: string): IptablesError {
    return invalid(`${quoted(text)} is not an IPv4 address; write four decimal bytes, such as 10.96.0.1`);
  },
  choice(what: string, value: unknown, choices: readonly string[]): IptablesError {
    return invalid(`${what} is ${quoted(value)}; use one of ${choices.join(', ')}`);
  },
  tooLong(what: string, value: string, bytes: number, maximum: number): IptablesError {
    return invalid(`${what} ${quoted(value)} is ${bytes} bytes long; the kernel keeps at most ${maximum}: shorten it`);
  },
  characters(what: string, value: string, allowed: string): IptablesError {
    return invalid(`${what} ${quoted(value)} has a character that cannot be kept; use ${allowed}`);
  },
  /** Options that do not go together, or not in this place. */
  misuse(what: string, remedy: string): IptablesError {
    return invalid(`${what}; ${remedy}`);
  },
  duplicateChain(name: string): IptablesError {
    return invalid(`chain ${name} is there twice; merge the two`);
  },
  unknownChain(name: string): IptablesError {
    return invalid(`there is no user-defined chain ${quoted(name)} to jump to; add it to the table's chains`);
  },
  jumpToBuiltin(name: string): IptablesError {
    return invalid(`${name} is a built-in chain, which only packets enter; jump to a user-defined chain`);
  },
  notInText(kind: 'match' | 'target', name: string, revision: number): IptablesError {
    return new IptablesError(
      'unknown-extension',
      `${kind} ${quoted(name)} revision ${revision} is kept as bytes and cannot be written as text; ` +
        'use iptables-save to see it, or leave the rule out',
    );
  },
  malformed(what: string): IptablesError {
    return new IptablesError(
      'malformed',
      `${what}; the table was written by a kernel with another layout, or is damaged: nothing was changed`,
    );
  },
  tooLarge(what: string, bytes: number, maximum: number): IptablesError {
    return new IptablesError('too-large', `${what} takes ${bytes} bytes; the format holds ${maximum}: split it up`);
  },
  noSuchSet(name: string): IptablesError {
    return new IptablesError(
      'no-such-set',
      `there is no IPv4 ipset ${quoted(name)} in this network namespace; create it first: ipset create ${name} hash:ip`,
    );
  },
};
