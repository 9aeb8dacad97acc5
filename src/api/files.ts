/** From the paths on a command line to the texts behind them. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { inputErrors } from './errors.ts';

/** The file system as the loader needs it; tests pass their own. */
export interface FileAccess {
  isFolder(path: string): Promise<boolean>;
  /** Names within a folder. */
  list(path: string): Promise<readonly string[]>;
  read(path: string): Promise<string>;
  readStdin(): Promise<string>;
}

export const nodeFiles: FileAccess = {
  isFolder: async (path) => (await stat(path)).isDirectory(),
  list: (path) => readdir(path),
  read: (path) => readFile(path, 'utf8'),
  readStdin: () => text(process.stdin),
};

export interface SourceText {
  /** What messages call it. */
  readonly file: string;
  readonly text: string;
}

const manifestName = /\.(ya?ml|json)$/;

/**
 * Reads every path: a file, a folder (its manifests in order of name, not its sub-folders, as kubectl does), or `-`.
 * @throws InputError naming the path that cannot be read.
 */
export async function readSources(paths: readonly string[], files: FileAccess): Promise<SourceText[]> {
  const sources: SourceText[] = [];
  for (const path of paths) {
    try {
      if (path === '-') {
        sources.push({ file: '<stdin>', text: await files.readStdin() });
        continue;
      }
      const names = (await files.isFolder(path)) ? await manifestsIn(path, files) : [path];
      for (const file of names) sources.push({ file, text: await files.read(file) });
    } catch (error) {
      if (error instanceof Error && 'code' in error) throw inputErrors.unreadable(path, unreadableReason(error));
      throw error;
    }
  }
  return sources;
}

async function manifestsIn(folder: string, files: FileAccess): Promise<string[]> {
  const names = (await files.list(folder)).filter((name) => manifestName.test(name));
  if (names.length === 0) throw inputErrors.emptyFolder(folder);
  return names.sort().map((name) => join(folder, name));
}

/** What the file system says, in words. */
export function unreadableReason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'no such file';
  if (code === 'EACCES') return 'permission denied';
  if (code === 'EISDIR') return 'it is a folder';
  return error instanceof Error ? error.message : String(error);
}
