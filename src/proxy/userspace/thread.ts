/** Starts a module of this project on a thread of its own. */
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

/** `.ts` when run by tsx, `.js` when compiled: the same for every module. */
export const moduleExtension = extname(fileURLToPath(import.meta.url));

/** The module that registers tsx; its CommonJS twin, which is what `require` finds, cannot do it from a thread. */
function tsxApi(): string {
  const twin = createRequire(import.meta.url).resolve('tsx/esm/api');
  return pathToFileURL(twin.replace(/\.cjs$/, '.mjs')).href;
}

/**
 * A thread that runs `module`. Uncompiled, it is TypeScript, which a thread of Node 20 does not load even where the
 * main thread does: it registers tsx itself first.
 */
export function startThread(module: URL, workerData: unknown): Worker {
  if (moduleExtension === '.js') return new Worker(module, { workerData });
  const [tsx, start] = [tsxApi(), module.href].map((url) => JSON.stringify(url));
  return new Worker(`import(${tsx}).then((tsx) => { tsx.register(); return import(${start}); })`, {
    eval: true,
    workerData,
  });
}
