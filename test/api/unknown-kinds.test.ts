import assert from 'node:assert/strict';
import { loadObjects } from '../../src/api/index.ts';
import { memoryFiles } from './memory-files.ts';

it('kinds that are not read are counted in a note, once per kind', async () => {
  const text = ['a', 'b']
    .map((name) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {x: 1}\n`)
    .join('---\n');
  const loaded = await loadObjects(['f.yaml'], memoryFiles({ 'f.yaml': text }));
  assert.deepEqual(loaded.notes, ['2 x v1 ConfigMap: this kind is not used']);
  assert.deepEqual(Object.values(loaded.objects).flat(), []);
});
