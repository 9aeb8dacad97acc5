import assert from 'node:assert/strict';
import { ConsoleTail } from '../../src/kernel/console-tail.ts';

describe('ConsoleTail', () => {
  it('keeps the last lines, without carriage returns, and an unfinished one', () => {
    const tail = new ConsoleTail(3);
    tail.push(Buffer.from('one\r\ntwo\r\nthree\r\nfour\r\nfi'));
    tail.push(Buffer.from('ve'));
    assert.equal(tail.text(), 'three\nfour\nfive');
  });
});
