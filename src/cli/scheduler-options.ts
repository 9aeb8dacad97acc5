/** What the verbs of `kubedyno scheduler` have in common: the options that make a scheduler. */
import type { Writable } from 'node:stream';
import { type Command, Option } from 'commander';
import { InputError, inputErrors } from '../api/index.ts';
import { knownGates } from '../scheduler/config/default-plugins.ts';
import { readSchedulerPlan, type SchedulerPlan } from '../scheduler/config/read-config.ts';
import { type CompatVersion, compatVersions } from '../scheduler/framework/plugin-factory.ts';
import { type TieBreak, tieBreaks } from '../scheduler/framework/tie-break.ts';
import { pluginRegistry } from '../scheduler/plugins/registry.ts';

export interface SchedulerFlags {
  readonly config?: string;
  readonly compat: CompatVersion;
  readonly gate: readonly (readonly [string, boolean])[];
  readonly tieBreak: TieBreak;
  readonly seed: number;
}

/** Adds them to a verb. @param defaults where the verb's differ */
export function withSchedulerFlags(command: Command, defaults: { readonly tieBreak?: TieBreak } = {}): Command {
  return command
    .option('--config <file>', 'KubeSchedulerConfiguration (kubescheduler.config.k8s.io/v1); default: kube-scheduler’s')
    .addOption(
      new Option('--compat <version>', 'decide as this minor version of Kubernetes does')
        .argParser(choice('version of Kubernetes', compatVersions))
        .default('1.36'),
    )
    .addOption(
      new Option('--gate <name=bool...>', 'feature gates')
        .argParser((text, before: readonly (readonly [string, boolean])[]) => [...before, parseGate(text)])
        .default([]),
    )
    .addOption(
      new Option('--tie-break <way>', `among the best nodes: ${tieBreaks.join(', ')}`)
        .argParser(choice('way of breaking ties', tieBreaks))
        .default(defaults.tieBreak ?? 'seeded'),
    )
    .option('--seed <number>', 'of all random choices', wholeNumberOption('--seed', 0), 1);
}

/** @throws InputError for a configuration that is wrong. */
export function planFrom(flags: Pick<SchedulerFlags, 'config' | 'compat' | 'gate'>): Promise<SchedulerPlan> {
  return readSchedulerPlan(flags.config, {
    compat: flags.compat,
    gates: Object.fromEntries(flags.gate),
    registry: pluginRegistry,
  });
}

/** @throws InputError when standard input, which can be read only once, is given for several options */
export function checkStdin(given: Readonly<Record<string, string | readonly string[] | undefined>>): void {
  const readers = Object.entries(given).filter(([, value]) => [value].flat().includes('-'));
  if (readers.length > 1) {
    throw new InputError(`only one of ${readers.map(([flag]) => flag).join(' and ')} can be -, standard input`);
  }
}

/** What is to be said about the flags although nothing is wrong with them. */
export function notesOn({ gate }: Pick<SchedulerFlags, 'gate'>): string[] {
  return gate
    .filter(([name]) => !knownGates.includes(name))
    .map(([name]) => `no decision depends on the gate ${name}; those that matter: ${knownGates.join(', ')}`);
}

function parseGate(text: string): readonly [string, boolean] {
  const [, name, value] = /^([A-Za-z0-9]+)=(true|false)$/.exec(text) ?? [];
  if (name === undefined) throw new InputError(`--gate '${text}' is not understood; allowed: NAME=true, NAME=false`);
  return [name, value === 'true'];
}

export function choice<T extends string>(what: string, allowed: readonly T[]): (text: string) => T {
  return (text) => {
    const found = allowed.find((value) => value === text);
    if (found === undefined) throw inputErrors.unknownChoice(what, text, allowed);
    return found;
  };
}

export function wholeNumberOption(flag: string, min: number, max = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isSafeInteger(value) || value < min || value > max) {
      const range = max === Number.MAX_SAFE_INTEGER ? `${min} or more` : `${min} to ${max}`;
      throw new InputError(`${flag} '${text}' is out of range; allowed: a whole number, ${range}`);
    }
    return value;
  };
}

/** A number above `above`, up to `max`. */
export function numberOption(flag: string, above: number, max = Number.MAX_VALUE): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !(value > above && value <= max)) {
      const upTo = max === Number.MAX_VALUE ? '' : `, up to ${max}`;
      throw new InputError(`${flag} '${text}' is out of range; allowed: more than ${above}${upTo}`);
    }
    return value;
  };
}

/** For options that take several values: each is read by `read`, and they add up. */
export function listOf<T>(read: (text: string) => T): (text: string, before?: readonly T[]) => readonly T[] {
  return (text, before = []) => [...before, read(text)];
}

/** `KEY=VALUE`. */
export function keyValueOption<T>(flag: string, read: (text: string) => T): (text: string) => readonly [string, T] {
  return (text) => {
    const [, key, value] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    if (key === undefined || value === undefined) {
      throw new InputError(`${flag} '${text}' is not understood; allowed: NAME=VALUE`);
    }
    return [key, read(value)];
  };
}

/** Shows on a terminal how far something is; says nothing in a pipe. */
export function progressOn(stream: Writable): (what: string, done: number, total: number) => void {
  if (!('isTTY' in stream && stream.isTTY === true)) return () => {};
  let shown = '';
  return (what, done, total) => {
    const text = done === total ? '' : `${what} ${Math.floor((100 * done) / total)} %`;
    if (text !== shown) stream.write(`\r\x1b[K${text}`);
    shown = text;
  };
}

/** A pod or node as it is typed: `namespace/name`, or a name in the namespace `default`. */
export function parsePodName(text: string): { readonly namespace: string; readonly name: string } {
  const [first = '', second, ...rest] = text.split('/');
  if (first === '' || second === '' || rest.length > 0) {
    throw new InputError(`pod '${text}' is not understood; allowed: NAMESPACE/NAME, or NAME for the namespace default`);
  }
  return second === undefined ? { namespace: 'default', name: first } : { namespace: first, name: second };
}
