/** A file system made of texts, for tests of the manifest loader. */
import type { FileAccess } from '../../src/api/index.ts';

class MissingFile extends Error {
  readonly code = 'ENOENT';
}

/** Keys are paths; a path that is a prefix of others is a folder. */
export function memoryFiles(texts: Readonly<Record<string, string>>, stdin = ''): FileAccess {
  const inFolder = (path: string): string[] => Object.keys(texts).filter((file) => file.startsWith(`${path}/`));
  return {
    isFolder: async (path) => {
      if (texts[path] !== undefined) return false;
      if (inFolder(path).length > 0) return true;
      throw new MissingFile(path);
    },
    list: async (path) => inFolder(path).map((file) => file.slice(path.length + 1)),
    read: async (path) => texts[path] ?? Promise.reject(new MissingFile(path)),
    readStdin: async () => stdin,
  };
}
