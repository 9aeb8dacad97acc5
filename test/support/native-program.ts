/** C++ checks that run as programs of their own, under the sanitizers: what Node cannot be loaded with. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A compiled check; `remove` deletes it. */
export interface NativeProgram {
  run(input: string, ...args: readonly string[]): string;
  remove(): void;
}

/**
 * Compiles C++ sources (paths from the project's root) with AddressSanitizer and UndefinedBehaviorSanitizer. The
 * headers of native/common and of `includes` are found.
 */
export function compileNative(sources: readonly string[], includes: readonly string[]): NativeProgram {
  const folder = mkdtempSync(join(tmpdir(), 'kubedyno-check-'));
  const program = join(folder, 'check');
  const flags = ['-std=c++20', '-O1', '-g', '-Wall', '-Wextra', '-fsanitize=address,undefined'];
  const headers = ['native/common', ...includes].map((include) => `-I${join(root, include)}`);
  const paths = sources.map((source) => join(root, source));
  execFileSync('g++', [...flags, '-fno-sanitize-recover=all', ...headers, '-o', program, ...paths], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return {
    run: (input, ...args) =>
      execFileSync(program, args, { input, encoding: 'utf8', maxBuffer: 1 << 26, stdio: ['pipe', 'pipe', 'pipe'] }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
