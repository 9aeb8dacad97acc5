/** Short ways to objects for tests of how they are read. */
import assert from 'node:assert/strict';
import { InputError, loadSchedulingObjects, readObject, type SchedulingInput } from '../../src/api/index.ts';
import type { SchedulingKind, SchedulingObjects } from '../../src/api/objects.ts';
import { memoryFiles } from './memory-files.ts';

export type Written = Readonly<Record<string, unknown>>;

const nowhere = { file: 'test', line: 1, column: 1 };

/** The object, or a failed assertion with its problems. */
export function read<K extends SchedulingKind>(kind: K, value: Written): SchedulingObjects[K] {
  const result = readObject({ kind, ...value }, nowhere);
  assert.ok(result.ok, result.ok ? '' : JSON.stringify(result.problems));
  assert.equal(result.object.kind, kind);
  return result.object as SchedulingObjects[K];
}

/** A pod of one container, with the given fields of its spec. */
export function writtenPod(spec: Written, rest: Written = {}): Written {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p' },
    spec: { containers: [{ name: 'c', image: 'i' }], ...spec },
    ...rest,
  };
}

/** What loading a file says, a line each; empty where it is read. */
export async function problemsOf(text: string, file = 'f.yaml'): Promise<string[]> {
  try {
    await loadSchedulingObjects([file], memoryFiles({ [file]: text }));
    return [];
  } catch (error) {
    assert.ok(error instanceof InputError, String(error));
    return error.message.split('\n');
  }
}

export function loadAll(...items: readonly Written[]): Promise<SchedulingInput> {
  const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  return loadSchedulingObjects(['f.json'], memoryFiles({ 'f.json': text }));
}
