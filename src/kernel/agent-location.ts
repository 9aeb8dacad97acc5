/** Where the agent's program lies: the sources when this is run from them, the compiled program otherwise. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { packageRoot } from '../../native/load.ts';

const fromSources = import.meta.url.endsWith('.ts');

/** Node's command line for the agent beside this module, through the TypeScript loader when run from sources. */
export function agentCommand(): string[] {
  if (!fromSources) return [process.execPath, fileURLToPath(new URL('./agent-main.js', import.meta.url))];
  return [
    process.execPath,
    '--import',
    // Not import.meta.resolve, which loaders that compile to CommonJS leave out.
    pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href,
    fileURLToPath(new URL('./agent-main.ts', import.meta.url)),
  ];
}

/** The compiled agent: what a guest runs in any case, because a TypeScript loader would take it half a minute. */
export function compiledAgent(): string {
  if (!fromSources) return fileURLToPath(new URL('./agent-main.js', import.meta.url));
  return join(packageRoot(), 'dist', 'src', 'kernel', 'agent-main.js');
}
