/** Turns a refused system call into an `IptablesError` that says what to do. The kernel itself says no more than errno. */
import { constants } from 'node:os';
import { type AddonFailure, isAddonFailure, type TableAddon } from './addon.ts';
import { IptablesError, type IptablesErrorCode } from './errors.ts';
import { matchCodecs, targetCodecs } from './extensions/registry.ts';
import { findJumpLoop } from './jump-loops.ts';
import type { Rule, Table, TableName } from './table.ts';

const { EACCES, EAGAIN, EINVAL, ELOOP, ENOENT, ENOMEM, ENOPROTOOPT, EPERM, EPROTOTYPE, EROFS } = constants.errno;

/** What was being done when the addon failed. */
export interface Attempt {
  readonly table: TableName;
  readonly lockPath: string;
  readonly lockWaitMs: number;
}

const errnoName = (errno: number): string =>
  Object.entries(constants.errno).find(([, value]) => value === errno)?.[0] ?? `errno ${errno}`;

function lockUnavailable(path: string, errno: number): string {
  const reason = `cannot open the xtables lock ${path} (${errnoName(errno)})`;
  const remedy =
    "set XTABLES_LOCKFILE to a file that can be created, for this program and the iptables tools alike, or mount a tmpfs over /run in this mount namespace ('unshare --user --map-root-user --mount')";
  return `${reason}; ${remedy}`;
}

function generalMessage({ step, errno }: AddonFailure, attempt: Attempt): readonly [IptablesErrorCode, string] {
  const name = errnoName(errno);
  const { table } = attempt;
  if (step === 'lock-open') return ['lock-unavailable', lockUnavailable(attempt.lockPath, errno)];
  if (step === 'lock-wait') {
    const waited = `another program has held the xtables lock ${attempt.lockPath} for ${attempt.lockWaitMs} ms`;
    return ['lock-held', `${waited}; let it finish (fuser ${attempt.lockPath} names it), or wait longer (lockWaitMs)`];
  }
  if (errno === EPERM || errno === EACCES || errno === EROFS) {
    const who = "run as root, or in a user namespace of your own: 'unshare --user --map-root-user --net'";
    return ['not-permitted', `not permitted to work on iptables table ${table} (${name}); ${who}`];
  }
  if (step === 'namespace') {
    const remedy = 'give the open descriptor of a network namespace, as createNetns makes it';
    return ['invalid', `cannot enter the network namespace to work on table ${table} (${name}); ${remedy}`];
  }
  if (step === 'info' && (errno === ENOENT || errno === ENOPROTOOPT)) {
    // Without ip_tables the question itself is unknown; with it, the kernel looks for the table's module by itself.
    const module = errno === ENOPROTOOPT ? 'ip_tables' : `iptable_${table}`;
    const remedy = `load it with 'modprobe ${module}', or use a kernel built with CONFIG_IP_NF_IPTABLES_LEGACY`;
    return ['no-such-table', `this kernel has no iptables-legacy table ${table} (${name}); ${remedy}`];
  }
  if (errno === EAGAIN) {
    const remedy = 'stop the program that changes it without taking the xtables lock, then try again';
    return [
      'changed-meanwhile',
      `table ${table} changed at every attempt to ${step === 'entries' ? 'read' : 'replace'} it; ${remedy}`,
    ];
  }
  if (errno === ENOMEM) {
    const remedy = 'free memory, raise the limit of the memory cgroup, or use fewer rules';
    return ['too-large', `the kernel has no memory for table ${table}; ${remedy}`];
  }
  if (step === 'set') {
    return ['no-such-set', `this kernel cannot be asked for ipsets (${name}); load the module with 'modprobe xt_set'`];
  }
  if (step === 'add-counters') {
    return [
      'system',
      `table ${table} was replaced, but its counters could not be restored (${name}); replace it again`,
    ];
  }
  return ['system', `iptables table ${table}: step '${step}' failed (${name}); 'dmesg' may say more`];
}

interface UsedExtension {
  readonly kind: 'match' | 'target';
  readonly name: string;
  readonly revision: number;
}

function* extensionsOf(rule: Rule): Generator<UsedExtension> {
  for (const match of rule.matches) {
    const { name, revision } = match.match === 'opaque' ? match : matchCodecs[match.match];
    yield { kind: 'match', name, revision };
  }
  const { target } = rule;
  if (target.target === 'opaque') {
    if (target.name !== '') yield { kind: 'target', name: target.name, revision: target.revision };
  } else if (target.target in targetCodecs) {
    const { name, revision } = targetCodecs[target.target as keyof typeof targetCodecs];
    yield { kind: 'target', name, revision };
  }
}

/** Asks the kernel for each extension of the table once and tells the first that it lacks. */
function missingExtension(table: Table, addon: TableAddon, netnsFd: number | undefined): string | undefined {
  const asked = new Set<string>();
  for (const chain of table.chains) {
    for (const [index, rule] of chain.rules.entries()) {
      for (const { kind, name, revision } of extensionsOf(rule)) {
        const key = `${kind} ${name} revision ${revision}`;
        if (asked.has(key)) continue;
        asked.add(key);
        if (!addon.hasExtension(kind, name, revision, netnsFd))
          return `${key} (rule ${index + 1} of chain ${chain.name})`;
      }
    }
  }
  return undefined;
}

/** Reasons that a look at the table itself, or a question to the kernel, brings to light. */
function refusedTable(
  { errno }: AddonFailure,
  table: Table,
  addon: TableAddon,
  netnsFd: number | undefined,
): readonly [IptablesErrorCode, string] | undefined {
  if (errno === ELOOP) {
    const loop = findJumpLoop(table);
    const where = loop === undefined ? 'a jump leads nowhere' : `chains jump in a circle: ${loop.join(' -> ')}`;
    return ['loop', `the kernel refuses table ${table.name}: ${where}; remove one of the jumps`];
  }
  if (errno === ENOENT || errno === EPROTOTYPE) {
    const missing = missingExtension(table, addon, netnsFd);
    if (missing === undefined) {
      const reason = 'a set or other object that a rule names went away meanwhile';
      return [
        'no-such-set',
        `the kernel refuses table ${table.name} (${errnoName(errno)}): ${reason}; create it and try again`,
      ];
    }
    const remedy = "load its module, or use the kernel that 'kubedyno doctor' shows to have it";
    return ['unknown-extension', `this kernel does not have ${missing}; ${remedy}`];
  }
  if (errno === EINVAL) {
    const remedy =
      "see 'dmesg' for the extension that objects; a target may only be used in the table and hooks it is made for";
    return [
      'invalid',
      `the kernel refuses table ${table.name} (EINVAL): an option or its place is not allowed; ${remedy}`,
    ];
  }
  return undefined;
}

/** An `IptablesError` for what the addon threw; anything else passes unchanged. */
export function kernelError(thrown: unknown, attempt: Attempt): unknown {
  if (!isAddonFailure(thrown)) return thrown;
  const [code, message] = generalMessage(thrown, attempt);
  return new IptablesError(code, message, { errno: thrown.errno, cause: thrown });
}

/** The same for a table that was to be replaced, of which nothing was changed. */
export function replaceError(
  thrown: unknown,
  attempt: Attempt,
  table: Table,
  addon: TableAddon,
  netnsFd: number | undefined,
): unknown {
  if (!isAddonFailure(thrown) || thrown.step !== 'replace') return kernelError(thrown, attempt);
  const reason = refusedTable(thrown, table, addon, netnsFd);
  if (reason === undefined) return kernelError(thrown, attempt);
  return new IptablesError(reason[0], `${reason[1]}; nothing was changed`, { errno: thrown.errno, cause: thrown });
}
