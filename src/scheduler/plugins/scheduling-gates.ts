/** Holds pods back until nothing gates them. Source: kube-scheduler plugins/schedulinggates. */
import { podKey } from '../cluster/pod-info.ts';
import type { Plugin } from '../framework/plugin.ts';
import { pluginFactory } from '../framework/plugin-factory.ts';
import { podChange } from './support/event-objects.ts';

const name = 'SchedulingGates';

function create(): Plugin {
  return {
    name,
    events: [
      {
        resource: 'UnscheduledPod',
        actions: ['update-gates-eliminated'],
        hint({ key }, event) {
          const { after } = podChange(event);
          return after !== undefined && podKey(after) === key ? 'queue' : 'skip';
        },
      },
    ],

    preEnqueue({ pod }) {
      const { schedulingGates } = pod.spec;
      if (schedulingGates.length === 0) return undefined;
      const reason = `waiting for scheduling gates: [${schedulingGates.join(' ')}]`;
      return { code: 'unresolvable', plugin: name, reasons: [reason] };
    },
  };
}

export const schedulingGates = pluginFactory({ name, create });
