import assert from 'node:assert/strict';
import { applyLinks } from '../../native/netns/index.ts';
import { runTool, type Trial, TrialFailure, tryOut } from '../../src/kernel/trials/trial.ts';
import { inPrivateNetns, needNetns, openNamespaces } from '../support/namespaces.ts';

const trial = (attempt: Trial['attempt']): Trial => ({
  name: 'thing',
  attempt,
  remedy: (kernel) => `get one for ${kernel}`,
});

describe('trying out a capability', () => {
  before(function () {
    needNetns(this);
  });

  it('gives the detail when it works', async () => {
    assert.deepEqual(
      await tryOut(
        trial(async () => 'version 7'),
        'host',
      ),
      {
        name: 'thing',
        state: 'available',
        detail: 'version 7',
      },
    );
    assert.deepEqual(
      await tryOut(
        trial(async () => undefined),
        'host',
      ),
      { name: 'thing', state: 'available' },
    );
  });

  it("gives the failure as the reason, without the failure's own remedy, and the remedy for this kernel", async () => {
    const refused = await tryOut(
      trial(async (netns) => {
        applyLinks(netns, [{ op: 'up', name: 'nowhere0' }]);
        return undefined;
      }),
      'uml',
    );
    assert.ok(refused.state === 'missing');
    assert.match(refused.reason, /^bring up interface nowhere0: [^;]+$/);
    assert.equal(refused.remedy, 'get one for uml');
  });

  it('works in a namespace that is gone afterwards', async () => {
    const before = openNamespaces();
    let within: number | undefined;
    const attempt = async (): Promise<undefined> => {
      within = openNamespaces();
      throw new Error('whatever happens');
    };
    await tryOut(trial(attempt), 'host');
    assert.equal(within, before + 1);
    assert.equal(openNamespaces(), before);
  });

  it('tells a tool that is not installed from one that fails, and quotes what that said', () =>
    inPrivateNetns(async (netns) => {
      await assert.rejects(
        runTool(netns, 'kubedyno-no-such-tool', []),
        new TrialFailure('the program kubedyno-no-such-tool is not installed'),
      );
      await assert.rejects(
        runTool(netns, 'sh', ['-c', 'echo "line 1: bad" >&2; exit 2']),
        new TrialFailure('sh: line 1: bad'),
      );
      await assert.rejects(runTool(netns, 'sh', ['-c', 'exit 2']), new TrialFailure('sh: exit code 2'));
      assert.equal(await runTool(netns, 'cat', [], 'one\ntwo\n'), 'one');
    }));
});
