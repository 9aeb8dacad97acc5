import type { Task } from './task.ts';
export const probeTask: Task = async () => {};
