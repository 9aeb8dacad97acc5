/** The lab as a task of the agent. */
import type { Task } from '../../kernel/task.ts';
import type { LabJob } from '../job.ts';
import { runLabJob } from './lab-task.ts';

/** The input comes from this program's own parent process, of the same version. */
export const labTask: Task = (input, emit, signal) => runLabJob(input as LabJob, emit, signal);
