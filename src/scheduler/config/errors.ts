/** What can be wrong with a scheduler configuration beyond its form. */
import { InputError } from '../../api/index.ts';

export const configErrors = {
  unknownPlugin: (where: string, name: string, known: readonly string[]): InputError =>
    new InputError(
      `${where}: unknown plugin '${name}' (allowed: ${known.join(', ')}; or a module of your own under kubedyno.plugins)`,
    ),
  lacksPoint: (where: string, name: string, point: string): InputError =>
    new InputError(`${where}: plugin '${name}' has no extension point ${point}; enable it under another one`),
  noBinder: (where: string): InputError =>
    new InputError(`${where}: no plugin binds pods; enable DefaultBinder, or one of your own, under bind`),
  oneQueueSort: (where: string, names: readonly string[]): InputError =>
    new InputError(
      `${where}: exactly one plugin must sort the queue (got ${names.length === 0 ? 'none' : names.join(', ')})`,
    ),
  differentQueueSort: (a: string, b: string): InputError =>
    new InputError(`profiles sort the queue differently (${a}, ${b}); there is one queue, so they must agree`),
  repeatedProfile: (name: string): InputError =>
    new InputError(`two profiles have the schedulerName '${name}'; each needs its own`),
  takesNoArgs: (where: string, name: string): InputError =>
    new InputError(`${where}: plugin '${name}' takes no args; leave them out`),
  brokenModule: (path: string, reason: string): InputError =>
    new InputError(
      `plugin module ${path}: ${reason}; it must export, as default, a plugin factory or a list of them: { name, create(args, context) }`,
    ),
  brokenPlugin: (where: string, name: string, reason: string): InputError =>
    new InputError(`${where}: plugin '${name}' could not be made: ${reason}`),
};
