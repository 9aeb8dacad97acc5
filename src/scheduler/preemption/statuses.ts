/** What preemption says of pods and nodes, in kube-scheduler's words. */
import type { Status } from '../framework/status.ts';

export const preemptionPlugin = 'DefaultPreemption';

const status = (code: Status['code'], reason: string): Status => ({
  code,
  plugin: preemptionPlugin,
  reasons: [reason],
});

export const preemptionStatuses = {
  never: 'not eligible due to preemptionPolicy=Never.',
  terminating: 'not eligible due to a terminating pod on the nominated node.',
  noVictims: status('unresolvable', 'No preemption victims found for incoming pod'),
  /** Of nodes that would not do, whichever of their pods went. */
  notHelpful: status('unresolvable', 'Preemption is not helpful for scheduling'),
  /** A filter has refused the node, and accepts it without any pod gone; or an extender leaves no victim. */
  needless: (nodeName: string): Status => status('error', `expected at least one victim pod on node "${nodeName}"`),
  waiting: status('unresolvable', 'waiting for the preemption for this pod to be finished'),
  failed: (code: Status['code'], message: string): Status => status(code, `preemption: ${message}`),
};
