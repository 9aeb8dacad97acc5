/** The tasks by name. A new one is an entry here and a file of its own. */
import type { TaskLoader } from './task.ts';

export const tasks: Readonly<Record<string, TaskLoader>> = {
  probe: async () => (await import('./probe-task.ts')).probeTask,
  // The one import that goes upwards: this table is where the agent's program is put together.
  lab: async () => (await import('../lab/agent/lab-entry.ts')).labTask,
  exec: async () => (await import('./exec-task.ts')).execTask,
};
