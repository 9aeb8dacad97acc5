/** The command line that puts a program into a private set of user, network, mount and process namespaces. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../native/load.ts';

const capNetAdmin = 12n;
const capSysAdmin = 21n;

/** Whether `/proc/self/status` grants what namespaces and netfilter need without a user namespace. */
export function hasRootCapabilities(status: string): boolean {
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
  return [capNetAdmin, capSysAdmin].every((capability) => (effective >> capability) & 1n);
}

/**
 * Whoever is not root becomes it in a user namespace of their own. Root goes without: inside one, the kernel does not
 * let netlink buffers grow beyond net.core.wmem_max, and an nft transaction of a thousand Services is larger than that.
 */
function userNamespace(): readonly string[] {
  return hasRootCapabilities(readFileSync('/proc/self/status', 'utf8')) ? [] : ['--user', '--map-root-user'];
}

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
    ...userNamespace(),
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
