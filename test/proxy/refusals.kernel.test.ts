import assert from 'node:assert/strict';
import { DataPlaneError } from '../../src/proxy/errors.ts';
import { createMessage, entryMessages } from '../../src/proxy/ipset/messages.ts';
import { sendIpsetMessages } from '../../src/proxy/ipset/socket.ts';
import { runNftCommands } from '../../src/proxy/nftables/libnftables.ts';
import { runTool } from '../../src/proxy/run-tool.ts';
import { inPrivateNetns, needNetns, runIn } from '../support/namespaces.ts';

const refusal = (message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof DataPlaneError, String(error));
  assert.match(error.message, message);
  return true;
};

describe('what is refused is said in one error:', () => {
  before(function () {
    needNetns(this);
  });

  it('by a tool that is not there', () =>
    inPrivateNetns((node) =>
      assert.rejects(
        runTool(node, { command: 'no-such-tool', args: [], debianPackage: 'some-package' }, ''),
        refusal(/^no-such-tool cannot be loaded: install the package some-package/),
      ),
    ));

  it('by a tool that fails, with what it printed', () =>
    inPrivateNetns((node) =>
      assert.rejects(
        runTool(
          node,
          { command: 'sh', args: ['-c', 'echo line 3 is wrong >&2; exit 2'], debianPackage: 'dash' },
          'x'.repeat(200_000),
        ),
        refusal(/^sh refused the rules \(2\): line 3 is wrong$/),
      ),
    ));

  it('by a tool that is killed', () =>
    inPrivateNetns((node) =>
      assert.rejects(
        runTool(node, { command: 'sh', args: ['-c', 'kill -KILL $$'], debianPackage: 'dash' }, ''),
        refusal(/^sh refused the rules \(SIGKILL\): no message$/),
      ),
    ));

  it('by libnftables, and nothing of the transaction is there', () =>
    inPrivateNetns((node) => {
      const commands = 'add table ip t\nadd rule ip t nowhere drop\n';
      assert.throws(
        () => runNftCommands(node, commands),
        refusal(/^libnftables refused the rules \(-1\): Error: .*No such file or directory/s),
      );
      assert.equal(runIn(node, 'nft', 'list', 'ruleset'), '');
    }));

  const sets = createMessage({ name: 'A', type: 'hash:ip', hashSize: 1024, maxEntries: 65_536 });
  const cases: readonly (readonly [what: string, send: Parameters<typeof sendIpsetMessages>[1], message: RegExp])[] = [
    [
      'for a set that is not there',
      entryMessages('add', [{ set: 'B', ip: '10.0.0.1' }]),
      /^ipset: cannot add B 10\.0\.0\.1: no set of this name$/,
    ],
    ['for a set that is there', [sets], /^ipset: cannot create A hash:ip: a set of this name exists already$/],
    [
      'for an entry that is there',
      entryMessages('add', [{ set: 'A', ip: '10.0.0.9' }]),
      /: the entry is there already/,
    ],
    [
      'for an entry that is not there',
      entryMessages('del', [{ set: 'A', ip: '10.0.0.8' }]),
      /or the one to delete is not$/,
    ],
  ];
  for (const [what, messages, message] of cases) {
    it(`by ipset ${what}`, () =>
      inPrivateNetns((node) => {
        sendIpsetMessages(node, [sets, ...entryMessages('add', [{ set: 'A', ip: '10.0.0.9' }])]);
        assert.throws(() => sendIpsetMessages(node, messages), refusal(message));
      }));
  }
});
