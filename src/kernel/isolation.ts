/** The command line that puts a program into a private set of user, network, mount and process namespaces. */
import { join } from 'node:path';
import { packageRoot } from '../../native/load.ts';

/**
 * Wraps `command`. Inside, the user is root over fresh namespaces and owns nothing outside; the network holds only a
 * loopback; /run and /proc are private.
 *
 * Nothing of it survives its parent, however that ends: `--pdeathsig` kills unshare with the parent, `--kill-child`
 * kills the first process of the new process namespace with unshare, and the kernel kills every other process in that
 * namespace with its first one. Mounts, network namespaces and temporary files go with the last process.
 *
 * @param runSize size of the private /run, as mount(8) takes it: `64M`, `50%`
 */
export function isolated(runSize: string, command: readonly string[]): readonly [file: string, ...args: string[]] {
  const wrapper = join(packageRoot(), 'scripts', 'isolate.sh');
  return [
    'setpriv',
    '--pdeathsig',
    'KILL',
    'unshare',
    '--user',
    '--map-root-user',
    '--net',
    '--mount',
    '--pid',
    '--fork',
    '--kill-child',
    '--mount-proc',
    '/bin/sh',
    wrapper,
    runSize,
    ...command,
  ];
}
