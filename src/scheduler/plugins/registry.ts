/** All plugins that come with kubedyno, by name. */
import type { PluginRegistry } from '../config/build-profile.ts';
import type { PluginFactory } from '../framework/plugin-factory.ts';

const factories: readonly PluginFactory[] = [];

export const pluginRegistry: PluginRegistry = new Map(factories.map((factory) => [factory.name, factory]));
