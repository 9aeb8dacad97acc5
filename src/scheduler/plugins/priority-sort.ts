/** Pods of higher priority first, then those that have waited longer. Source: kube-scheduler plugins/queuesort. */
import type { Plugin } from '../framework/plugin.ts';
import { pluginFactory } from '../framework/plugin-factory.ts';

const name = 'PrioritySort';

function create(): Plugin {
  return {
    name,
    compare: (a, b) => b.info.priority - a.info.priority || a.timestampMs - b.timestampMs,
  };
}

export const prioritySort = pluginFactory({ name, create });
