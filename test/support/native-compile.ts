/** Compiles C++ under AddressSanitizer and UndefinedBehaviorSanitizer for tests, into a folder that goes with the process. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../native/load.ts';
import { skipBecause } from './namespaces.ts';

const execute = promisify(execFile);

const sanitizers = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all', '-fno-omit-frame-pointer', '-g'];
const common = ['-std=c++20', '-O1', '-Wall', '-Wextra', '-Wno-unused-parameter', '-fPIC'];

let folder: string | undefined;

/** Made at the first use, removed at the end of the process. */
function outputFolder(): string {
  if (folder === undefined) {
    const made = mkdtempSync(join(tmpdir(), 'kubedyno-sanitized-'));
    process.once('exit', () => rmSync(made, { recursive: true, force: true }));
    folder = made;
  }
  return folder;
}

/** Why nothing can be compiled here, or undefined. */
function whyNoCompiler(): string | undefined {
  try {
    execFileSync('g++', ['--version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'g++ is not installed';
  }
}

/** Skips the running test or hook where nothing can be compiled. */
export function needCompiler(context: Mocha.Context): void {
  const reason = whyNoCompiler();
  if (reason !== undefined) skipBecause(context, reason);
}

/** The C++ sources of a folder, from the package's root. */
export function sourcesIn(...folders: readonly string[]): string[] {
  return folders.flatMap((name) =>
    readdirSync(join(packageRoot(), name))
      .filter((file) => file.endsWith('.cc'))
      .map((file) => join(name, file)),
  );
}

function includes(): string[] {
  const napi = join(packageRoot(), 'node_modules', 'node-addon-api');
  const node = join(process.execPath, '..', '..', 'include', 'node');
  const own = ['native/common', 'native/ipvs', 'test/native/common', 'test/native/ipvs/fuzz'];
  return [...own.map((name) => join(packageRoot(), name)), napi, node].map((path) => `-I${path}`);
}

const napiDefines = ['-DNAPI_VERSION=8', '-DNODE_ADDON_API_DISABLE_DEPRECATED', '-DNAPI_CPP_EXCEPTIONS'];

/** Objects by source: several tests link the same ones. */
const objects = new Map<string, Promise<string>>();

function objectOf(source: string): Promise<string> {
  const known = objects.get(source);
  if (known !== undefined) return known;
  const object = join(outputFolder(), `${source.replaceAll('/', '-')}.o`);
  const args = [
    ...common,
    ...sanitizers,
    ...napiDefines,
    ...includes(),
    '-c',
    join(packageRoot(), source),
    '-o',
    object,
  ];
  const made = execute('g++', args).then(() => object);
  objects.set(source, made);
  return made;
}

async function link(name: string, sources: readonly string[], flags: readonly string[]): Promise<string> {
  const output = join(outputFolder(), name);
  // In order, not at once: a compiler takes some hundred megabytes.
  const made: string[] = [];
  for (const source of sources) made.push(await objectOf(source));
  await execute('g++', [...sanitizers, ...flags, ...made, '-o', output]);
  return output;
}

/** A program with both sanitizers; the first finding ends it with a report and a status other than 0. */
export const sanitizedProgram = (name: string, sources: readonly string[]): Promise<string> => link(name, sources, []);

/** An addon with both sanitizers, alone in a folder fit for `KUBEDYNO_ADDON_DIR`; needs `sanitizerPreload`. */
export async function sanitizedAddon(name: string, sources: readonly string[]): Promise<string> {
  await link(`${name}.node`, sources, ['-shared']);
  return outputFolder();
}

/** A library without sanitizers, to be put in front of the C library's functions by `LD_PRELOAD`. */
export async function preloadLibrary(source: string): Promise<string> {
  const output = join(outputFolder(), `${source.replaceAll('/', '-')}.so`);
  await execute('g++', [...common, ...includes(), '-shared', join(packageRoot(), source), '-o', output, '-ldl']);
  return output;
}

/** What a program that is not itself sanitized must preload before it loads a sanitized addon. */
export function sanitizerPreload(): string[] {
  return ['libasan.so', 'libubsan.so'].map((name) =>
    execFileSync('g++', [`-print-file-name=${name}`], { encoding: 'utf8' }).trim(),
  );
}

/** Findings end the process; node itself frees nothing at its end, so leaks are not looked for. */
export const sanitizerEnvironment = {
  ASAN_OPTIONS: 'detect_leaks=0:abort_on_error=0:exitcode=99',
  UBSAN_OPTIONS: 'print_stacktrace=1:halt_on_error=1',
};
