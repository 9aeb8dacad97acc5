/** Finds and loads a compiled addon of this package. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);

export type AddonName = 'ipvs' | 'iptables' | 'netns' | 'traffic';

/** The folder that holds package.json: the same from `native/` (tsx) and from `dist/native/` (compiled). */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('package.json of kubedyno not found above its own code');
    folder = parent;
  }
  return folder;
}

/** Where the addons lie; `KUBEDYNO_ADDON_DIR` points the sanitizer tests at their own build. */
function addonPath(name: AddonName): string {
  const folder = process.env.KUBEDYNO_ADDON_DIR ?? join(packageRoot(), 'build', 'Release');
  return join(folder, `${name}.node`);
}

/**
 * Loads `build/Release/<name>.node`. The caller states the addon's type: the one unchecked cast between C++ and
 * TypeScript lies here.
 * @throws Error that names the file and the remedy when the addon was not built.
 */
export function loadAddon<T>(name: AddonName): T {
  const path = addonPath(name);
  if (!existsSync(path)) {
    throw new Error(`native addon not built: ${path} is missing; run 'npm run setup' (needs a C++ compiler)`);
  }
  return require(path) as T;
}
