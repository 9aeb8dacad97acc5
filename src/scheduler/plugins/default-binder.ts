/** Binds a pod through the API server. Source: kube-scheduler plugins/defaultbinder. */
import type { Plugin } from '../framework/plugin.ts';
import { type PluginContext, pluginFactory } from '../framework/plugin-factory.ts';

const name = 'DefaultBinder';

function create(_args: unknown, { cluster, client }: PluginContext): Plugin {
  return {
    name,
    bind: ({ pod }, slot) => client.bind(pod.pod, cluster.nodeName(slot)),
  };
}

export const defaultBinder = pluginFactory({ name, create });
