/** The kernel of this machine, in namespaces of our own. */
import { agentCommand } from './agent-location.ts';
import { failures } from './errors.ts';
import { runSession } from './session.ts';
import type { Kernel } from './types.ts';

export function hostKernel(): Kernel {
  return {
    name: 'host',
    run: (job, options) =>
      runSession({ command: agentCommand(), runSize: '50%', describeEnd: failures.agentEnded }, job, options),
  };
}
