import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseAgentMessage } from '../../src/kernel/agent-message.ts';

describe('lines of the agent', () => {
  it('any JSON value survives as a record', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (record) => {
        const line = JSON.stringify({ type: 'record', record });
        assert.deepEqual(parseAgentMessage(line), JSON.parse(line));
      }),
    );
  });

  it('anything else is no message, and no exception either', () => {
    for (const line of ['', 'Kernel panic', '{', '[]', 'null', '{"type":"unheard-of"}', '{"type":"agent-exited"}']) {
      assert.equal(parseAgentMessage(line), undefined, line);
    }
    fc.assert(fc.property(fc.string(), (line) => parseAgentMessage(`x${line}`) === undefined));
  });
});
