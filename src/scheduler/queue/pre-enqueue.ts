/** Asks the PreEnqueue plugins whether a pod may be popped at all. */
import { pluginErrors } from '../framework/errors.ts';
import type { PluginFor } from '../framework/profile.ts';
import type { Status } from '../framework/status.ts';
import type { QueuedPodInfo } from './queued-pod.ts';

/** Sets or clears the pod's gate. The plugin that has gated it is asked first: most often nothing has changed. */
export function preEnqueue(queued: QueuedPodInfo): void {
  const { preEnqueue: plugins } = queued.watch;
  const former = queued.gate?.plugin;
  const gating = former === undefined ? undefined : plugins.find(({ name }) => name === former);
  queued.gate = gating === undefined ? undefined : ask(gating, queued);
  for (const plugin of plugins) {
    if (queued.gate !== undefined) break;
    if (plugin !== gating) queued.gate = ask(plugin, queued);
  }
  if (queued.gate === undefined || queued.unschedulablePlugins.has(queued.gate.plugin)) return;
  queued.unschedulablePlugins = new Set([...queued.unschedulablePlugins, queued.gate.plugin]);
}

/** A plugin that throws gates the pod, as one that answers with an error does. */
function ask(plugin: PluginFor<'preEnqueue'>, { info }: QueuedPodInfo): Status | undefined {
  const { name } = plugin;
  try {
    const status = plugin.preEnqueue(info);
    return status === undefined || status.plugin === name ? status : { ...status, plugin: name };
  } catch (error) {
    return { code: 'error', plugin: name, reasons: [pluginErrors.threw(name, 'preEnqueue', error).message] };
  }
}
