import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { packageRoot } from '../native/load.ts';

const source = join(packageRoot(), 'src');

/** The folders as the table of docs/architecture.md lists them, from the top down. */
function layers(): string[] {
  const text = readFileSync(join(packageRoot(), 'docs', 'architecture.md'), 'utf8');
  return [...text.matchAll(/^\| `src\/(\w+)\/` \|/gm)].map(([, folder = '']) => folder);
}

/** The words of the records are the lab's, and its task is loaded by name inside the kernel. */
const agreed: ReadonlySet<string> = new Set(['kernel/tasks.ts → lab', 'load/slice.ts → lab', 'load/validity.ts → lab']);

/** `file → folder`, for every import that goes to a folder further up. */
function upwardImports(order: readonly string[]): string[] {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return files.flatMap((file) => {
    const [from = ''] = file.split('/');
    const text = readFileSync(join(source, file), 'utf8');
    const targets = [...text.matchAll(/\bfrom '(\.[^']+)'|\bimport\('(\.[^']+)'\)/g)].map(([, one, other]) => {
      return relative(source, resolve(source, dirname(file), one ?? other ?? '')).split('/')[0] ?? '';
    });
    const upward = targets.filter(
      (to) => order.includes(from) && order.includes(to) && order.indexOf(to) < order.indexOf(from),
    );
    return [...new Set(upward)].map((to) => `${file} → ${to}`);
  });
}

describe('the architecture', () => {
  it('has a line for every folder of sources', () => {
    const folders = readdirSync(source, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    assert.deepEqual(folders.map(({ name }) => name).sort(), layers().sort());
  });

  it('lets imports go downwards only', () => {
    assert.deepEqual(
      upwardImports(layers()).filter((one) => !agreed.has(one)),
      [],
    );
  });
});
