/** What the host's kernel can program, found by programming it. */
import { execFileSync } from 'node:child_process';
import { readTable } from '../../native/iptables/index.ts';
import { closeNetns, createNetns, type Netns, withNetns } from '../../native/netns/index.ts';

function tryIn(body: (netns: Netns) => void): string | undefined {
  const netns = createNetns();
  try {
    body(netns);
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[0] ?? error.name) : String(error);
  } finally {
    closeNetns(netns);
  }
}

/** Why iptables-legacy cannot be used here, or undefined. */
export function whyNoLegacy(): string | undefined {
  return tryIn((netns) => {
    // The tool also loads the modules that a kernel may need for it.
    withNetns(netns, () => execFileSync('iptables-legacy', ['-t', 'nat', '-S'], { stdio: 'pipe' }));
    readTable('nat', netns);
  });
}

/** Why nftables with address translation cannot be used here, or undefined. */
export function whyNoNftables(): string | undefined {
  const script = 'add table ip t\nadd chain ip t c { type nat hook prerouting priority -100 ; }\n';
  return tryIn((netns) => {
    withNetns(netns, () => execFileSync('nft', ['-f', '-'], { input: script, stdio: 'pipe' }));
  });
}

/** Why iptables over nf_tables cannot be used here, or undefined. */
export function whyNoIptablesNft(): string | undefined {
  return tryIn((netns) => {
    withNetns(netns, () => execFileSync('iptables-nft', ['-t', 'nat', '-S'], { stdio: 'pipe' }));
  });
}
