import assert from 'node:assert/strict';
import { isolationObstacle } from '../../src/kernel/errors.ts';

/** What util-linux 2.38 prints, and what must be said about it. */
const cases: readonly (readonly [name: string, stderr: string, reason: RegExp, remedy: RegExp])[] = [
  [
    'user namespaces switched off',
    'unshare: unshare failed: Operation not permitted\n',
    /does not let this user create namespaces \(unshare: unshare failed/,
    /kernel\.unprivileged_userns_clone=1/,
  ],
  [
    'restricted by AppArmor',
    'unshare: write failed /proc/self/uid_map: Operation not permitted\n',
    /does not let this user create namespaces/,
    /apparmor_restrict_unprivileged_userns=0/,
  ],
  [
    'the limit reached',
    'unshare: unshare failed: No space left on device\n',
    /limit on namespaces/,
    /user\.max_user_namespaces/,
  ],
  [
    '/proc masked by a container',
    'unshare: mount /proc failed: Operation not permitted\n',
    /cannot mount \/proc or \/run/,
    /systempaths=unconfined/,
  ],
  ['no /run', 'mount: /run: mount point does not exist.\n', /cannot mount \/proc or \/run/, /container/],
  ['silence', '', /it said nothing/, /try the command by hand/],
];

describe('why the private namespaces could not be set up', () => {
  for (const [name, stderr, reason, remedy] of cases) {
    it(`${name}: the reason and the remedy`, () => {
      const obstacle = isolationObstacle(stderr);
      assert.match(obstacle.reason, reason);
      assert.match(obstacle.remedy, remedy);
    });
  }
});
