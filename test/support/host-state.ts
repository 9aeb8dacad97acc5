/** What a run must leave as it was: the machine's network, its mounts, and the places where a guest kernel puts files. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

/** What the tool prints; where it is missing or not allowed, its complaint, which is then the same every time. */
function printed(command: string, ...args: readonly string[]): string {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    return String(error);
  }
}

function names(folder: string, wanted: (name: string) => boolean = () => true): string[] {
  return existsSync(folder) ? readdirSync(folder).filter(wanted).sort() : ['(no such folder)'];
}

/** User-Mode Linux keeps its memory in vm_file-*, its pid and console socket in ~/.uml or uml_dir. */
const mayBeOurs = (name: string): boolean => /uml|vm_file/.test(name);

/** Packet counters are left out: the machine's own traffic goes on. */
export function hostState(): Readonly<Record<string, unknown>> {
  return {
    links: readdirSync('/sys/class/net').sort(),
    addresses: printed('ip', '-o', 'address').replaceAll(/\d+sec/g, 'sec'),
    iptablesLegacy: printed('iptables-legacy-save').replaceAll(/^#.*$|\[\d+:\d+\]/gm, ''),
    nftables: printed('nft', '--stateless', 'list', 'ruleset'),
    ipsets: printed('ipset', 'list', '-name'),
    namedNamespaces: names('/run/netns'),
    mounts: readFileSync('/proc/self/mountinfo', 'utf8'),
    run: names('/run'),
    sharedMemory: names('/dev/shm', mayBeOurs),
    temporary: names(tmpdir(), mayBeOurs),
    uml: names(join(homedir(), '.uml')),
  };
}
