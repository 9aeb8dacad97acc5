import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { InputError } from '../../src/api/index.ts';
import { keyValueOption, listOf, numberOption, parsePodName, progressOn } from '../../src/cli/scheduler-options.ts';

async function shownOn(stream: PassThrough): Promise<string> {
  const progress = progressOn(stream);
  for (const done of [0, 1, 2, 250, 999, 1000]) progress('FGD', done, 1000);
  stream.end();
  return text(stream);
}

describe('progress', () => {
  it('is shown on a terminal, only when it changes, and wiped at the end', async () => {
    const terminal = Object.assign(new PassThrough(), { isTTY: true });
    assert.equal(await shownOn(terminal), '\r\x1b[KFGD 0 %\r\x1b[KFGD 25 %\r\x1b[KFGD 99 %\r\x1b[K');
  });

  it('is silent in a pipe', async () => {
    assert.equal(await shownOn(new PassThrough()), '');
  });
});

describe('options', () => {
  it('that are numbers take those within their limits', () => {
    const read = numberOption('--fill', 0, 1000);
    assert.deepEqual([read('0.5'), read('1000')], [0.5, 1000]);
    for (const wrong of ['0', '-1', '1000.5', '', ' ', 'x', 'NaN', 'Infinity']) {
      assert.throws(() => read(wrong), InputError, wrong);
    }
  });

  it('that may be given several times add up', () => {
    const read = listOf(keyValueOption('--priority', Number));
    assert.deepEqual(read('BE=1', read('LS=2')), [
      ['LS', 2],
      ['BE', 1],
    ]);
    assert.throws(() => read('LS='), /^InputError: --priority 'LS=' is not understood; allowed: NAME=VALUE$/);
  });

  it('that name a pod have a namespace or mean the default one', () => {
    assert.deepEqual(parsePodName('a'), { namespace: 'default', name: 'a' });
    assert.deepEqual(parsePodName('n/a'), { namespace: 'n', name: 'a' });
    for (const wrong of ['', '/a', 'n/', 'a/b/c']) assert.throws(() => parsePodName(wrong), InputError, wrong);
  });
});
