/** A scheduler configuration from a file, with its plugin modules loaded and every argument checked. */
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type FileAccess,
  formatPath,
  InputError,
  inputErrors,
  inputProblems,
  nodeFiles,
  type Problem,
  readDocuments,
  type SourceDocument,
  unreadableReason,
  validate,
} from '../../api/index.ts';
import type { CompatVersion, FeatureGates, PluginFactory } from '../framework/plugin-factory.ts';
import { type PluginRegistry, type ProfilePlan, planProfile, type ReadArgs } from './build-profile.ts';
import { defaultPlugins } from './default-plugins.ts';
import { configErrors } from './errors.ts';
import { defaultSchedulerConfig, type SchedulerConfig, schedulerConfigSchema } from './scheduler-config.ts';

/** Everything that a scheduler is made from, checked. */
export interface SchedulerPlan {
  readonly config: SchedulerConfig;
  readonly compat: CompatVersion;
  readonly gates: FeatureGates;
  readonly profiles: readonly ProfilePlan[];
}

export interface ConfigOptions {
  readonly compat?: CompatVersion;
  readonly gates?: FeatureGates;
  readonly registry: PluginRegistry;
  readonly files?: FileAccess;
  /** Loads a module of the user's own; tests pass their own. */
  readonly load?: (path: string) => Promise<unknown>;
}

/**
 * Reads KubeSchedulerConfiguration v1; without a path, the default one.
 * @throws InputError naming file, line, value and what is allowed.
 */
export async function readSchedulerPlan(path: string | undefined, options: ConfigOptions): Promise<SchedulerPlan> {
  if (path === undefined) return planScheduler(defaultSchedulerConfig(), options, options.registry, plainArgs);
  const document = withoutArgsTypeMeta(await readOneDocument(path, options.files ?? nodeFiles));
  const validated = validate(schedulerConfigSchema, document);
  if (!validated.ok) throw inputProblems(validated.problems);
  const config = validated.value;
  const modules = config.kubedyno.plugins.map((module) => resolve(dirname(path), module));
  const registry = await withModules(options.registry, modules, options.load ?? importModule);
  const problems = unknownPlugins(config, document, registry);
  if (problems.length > 0) throw inputProblems(problems);
  return planScheduler(config, options, registry, (profile) => documentArgs(document, profile));
}

/** A plan from a configuration that is already an object. @throws InputError */
export function planScheduler(
  config: SchedulerConfig,
  { compat = '1.36', gates = {} }: Pick<ConfigOptions, 'compat' | 'gates'>,
  registry: PluginRegistry,
  readArgs: (profile: number) => ReadArgs = plainArgs,
): SchedulerPlan {
  const names = config.profiles.map(({ schedulerName }) => schedulerName);
  const repeated = names.find((name, place) => names.indexOf(name) !== place);
  if (repeated !== undefined) throw configErrors.repeatedProfile(repeated);
  const defaults = defaultPlugins(compat, gates);
  const profiles = config.profiles.map((profile, place) =>
    planProfile(config, profile, defaults, registry, readArgs(place)),
  );
  return { config, compat, gates, profiles };
}

async function readOneDocument(path: string, files: FileAccess): Promise<SourceDocument> {
  let text: string;
  try {
    text = path === '-' ? await files.readStdin() : await files.read(path);
  } catch (error) {
    throw inputErrors.unreadable(path, unreadableReason(error));
  }
  const { documents, problems } = readDocuments(text, path);
  if (problems.length > 0) throw inputProblems(problems);
  const [document, ...others] = documents;
  if (document === undefined || others.length > 0) {
    throw new InputError(`${path}: one KubeSchedulerConfiguration is expected (got ${documents.length} documents)`);
  }
  return document;
}

/** Plugins that a file enables or configures and that do not exist, with their lines. */
function unknownPlugins(
  { profiles }: SchedulerConfig,
  document: SourceDocument,
  registry: PluginRegistry,
): readonly Problem[] {
  const allowed = `${[...registry.keys()].sort().join(', ')}; or a module of your own under kubedyno.plugins`;
  return profiles.flatMap(({ plugins, pluginConfig }, profile) => {
    const enabled = Object.entries(plugins).flatMap(([point, set]) =>
      set.enabled.map(({ name }, place) => ({ name, path: ['plugins', point, 'enabled', place] })),
    );
    const configured = pluginConfig.map(({ name }, place) => ({ name, path: ['pluginConfig', place] }));
    return [...enabled, ...configured]
      .filter(({ name }) => !registry.has(name))
      .map(({ name, path }) => {
        const full = ['profiles', profile, ...path, 'name'];
        const at = document.positionOf(full);
        return { at, path: formatPath(full), message: 'unknown plugin', got: `'${name}'`, allowed };
      });
  });
}

/** Arguments that stand in a file: what is wrong with them is said with their line. */
function documentArgs(document: SourceDocument, profile: number): ReadArgs {
  return (factory, args, place) => {
    if (place === undefined || !hasArgs(document, profile, place)) return parseArgs(factory, args);
    if (factory.args === undefined) return args;
    const result = validate(factory.args, document, ['profiles', profile, 'pluginConfig', place, 'args']);
    if (!result.ok) throw inputProblems(result.problems);
    return result.value;
  };
}

/** An entry may name a plugin and leave its args to the defaults. */
function hasArgs({ value }: SourceDocument, profile: number, place: number): boolean {
  const entries = listAt(listAt(value, 'profiles')[profile], 'pluginConfig');
  return fieldOf(entries[place], 'args') !== undefined;
}

function plainArgs(): ReadArgs {
  return parseArgs;
}

function parseArgs(factory: PluginFactory, args: unknown): unknown {
  if (factory.args === undefined) return args;
  const result = factory.args.safeParse(args);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new InputError(`args of plugin ${factory.name}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}

/** Args may name their own type (`kind: NodeResourcesFitArgs`), which says nothing that the plugin's name does not. */
function withoutArgsTypeMeta(document: SourceDocument): SourceDocument {
  const value = structuredClone(document.value);
  for (const profile of listAt(value, 'profiles')) {
    for (const entry of listAt(profile, 'pluginConfig')) {
      const args = fieldOf(entry, 'args');
      if (typeof args !== 'object' || args === null) continue;
      Reflect.deleteProperty(args, 'apiVersion');
      Reflect.deleteProperty(args, 'kind');
    }
  }
  return { ...document, value };
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

function listAt(value: unknown, key: string): readonly unknown[] {
  const list = fieldOf(value, key);
  return Array.isArray(list) ? list : [];
}

async function withModules(
  registry: PluginRegistry,
  modules: readonly string[],
  load: (path: string) => Promise<unknown>,
): Promise<PluginRegistry> {
  const all = new Map(registry);
  for (const path of modules) {
    let exported: unknown;
    try {
      exported = await load(path);
    } catch (error) {
      throw configErrors.brokenModule(path, reasonOf(error));
    }
    for (const factory of Array.isArray(exported) ? exported : [exported]) {
      if (!isFactory(factory)) throw configErrors.brokenModule(path, 'what it exports is no plugin factory');
      all.set(factory.name, factory);
    }
  }
  return all;
}

/** A syntax error names its line only in the first line of its stack. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [, line] = /^file:\/\/[^\n]*:(\d+)\n/.exec(error.stack ?? '') ?? [];
  const message = error.message.replace(/ imported from .*$/, '');
  return line === undefined ? message : `line ${line}: ${message}`;
}

async function importModule(path: string): Promise<unknown> {
  const module = (await import(pathToFileURL(path).href)) as { readonly default?: unknown };
  return module.default;
}

function isFactory(value: unknown): value is PluginFactory {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    typeof value.name === 'string' &&
    'create' in value &&
    typeof value.create === 'function'
  );
}
