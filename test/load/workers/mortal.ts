/** A generator that dies on the job when its target is port 1, and works like any other for the rest. */
import generateLoad, { type GeneratorTask } from '../../../src/load/worker.ts';

export default function generateOrDie(task: GeneratorTask): ReturnType<typeof generateLoad> {
  if (task.load.target.port === 1) process.exit(3);
  return generateLoad(task);
}
