import assert from 'node:assert/strict';
import { InputError, loadObjects } from '../../src/api/index.ts';
import { memoryFiles } from './memory-files.ts';

const service = (name: string): string => `apiVersion: v1
kind: Service
metadata: {name: ${name}}
spec: {ports: [{port: 80}]}
`;

const namesIn = async (paths: string[], texts: Record<string, string>, stdin?: string): Promise<string[]> => {
  const loaded = await loadObjects(paths, memoryFiles(texts, stdin));
  return loaded.objects.Service.map(({ object }) => object.metadata.name);
};

describe('loadObjects reads', () => {
  it('several documents of one file, the empty ones left out', async () => {
    const text = `---\n${service('a')}---\n# nothing\n---\n${service('b')}---\n`;
    assert.deepEqual(await namesIn(['f.yaml'], { 'f.yaml': text }), ['a', 'b']);
  });

  it('the items of List kinds', async () => {
    const item = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'c' }, spec: { ports: [{ port: 1 }] } };
    const list = { apiVersion: 'v1', kind: 'List', items: [item, { ...item, metadata: { name: 'd' } }] };
    const typed = { ...list, kind: 'ServiceList', items: [{ ...item, metadata: { name: 'e' } }] };
    const texts = { 'a.json': JSON.stringify(list, null, 2), 'b.json': JSON.stringify(typed) };
    assert.deepEqual(await namesIn(['a.json', 'b.json'], texts), ['c', 'd', 'e']);
  });

  it('the manifests of a folder in order of name, nothing else in it', async () => {
    const texts = { 'd/2.yml': service('b'), 'd/1.yaml': service('a'), 'd/readme.md': 'a: [', 'd/3.json': '{}' };
    const json = JSON.stringify({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'j' },
      spec: { ports: [{ port: 9 }] },
    });
    assert.deepEqual(await namesIn(['d'], { ...texts, 'd/3.json': json }), ['a', 'b', 'j']);
  });

  it('standard input for -', async () => {
    assert.deepEqual(await namesIn(['-'], {}, service('piped')), ['piped']);
  });

  it('fields that are null as if they were absent', async () => {
    const text = service('n').replace('{name: n}', '{name: n, labels: null, annotations: }');
    assert.deepEqual(await namesIn(['f.yaml'], { 'f.yaml': text }), ['n']);
  });
});

describe('loadObjects refuses', () => {
  const refuses = (paths: string[], texts: Record<string, string>, message: RegExp): Promise<void> =>
    assert.rejects(loadObjects(paths, memoryFiles(texts)), (error) => {
      assert.ok(error instanceof InputError);
      assert.equal(error.exitCode, 64);
      assert.match(error.message, message);
      return true;
    });

  it('a path that does not exist', () => refuses(['no.yaml'], {}, /^no\.yaml: cannot be read: no such file; give /));
  it('a folder without manifests', () => refuses(['d'], { 'd/x.txt': '' }, /^d: no \.yaml, \.yml or \.json file/));
  it('an input without any object', () =>
    refuses(['f.yaml'], { 'f.yaml': '# empty\n' }, /^f\.yaml: no Kubernetes object/));
  it('a document that is no object', () =>
    refuses(['f.yaml'], { 'f.yaml': 'hello: world\n' }, /^f\.yaml:1:1: kind: is required/));
  it('text that is not YAML, with the place', () =>
    refuses(['f.yaml'], { 'f.yaml': `${service('a')}---\na: [1\nb: 2\n` }, /^f\.yaml:7:1: Flow sequence/));
  it('a key given twice', () =>
    refuses(['f.yaml'], { 'f.yaml': 'kind: Service\nkind: Pod\n' }, /^f\.yaml:2:1: Map keys must be unique/));
  it('aliases that multiply', () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefg'
      .split('')
      .map((key, index) => `${key}: &${key} [${Array(9).fill(`*${'abcdef'[index]}`).join(',')}]`)
      .join('\n')}\n`;
    return refuses(['f.yaml'], { 'f.yaml': bomb }, /^f\.yaml:1:1: Excessive alias count/);
  });
});
