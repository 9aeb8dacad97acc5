/** What the kernel says that it holds, without what differs between equal states. */
import { execFileSync } from 'node:child_process';
import { type Netns, withNetns } from '../../native/netns/index.ts';

function run(netns: Netns, command: string, args: readonly string[], input = ''): string {
  return withNetns(netns, () => execFileSync(command, args, { input, encoding: 'utf8', stdio: 'pipe' }));
}

/** filter and nat as the iptables back end saves them, without dates and counters. */
export function saveIptables(netns: Netns, backend: 'legacy' | 'nft'): string {
  const tables = ['filter', 'nat'].map((table) => run(netns, `iptables-${backend}-save`, ['-t', table]));
  return tables
    .join('')
    .split('\n')
    .filter((line) => !line.startsWith('#') && line !== '')
    .map((line) => line.replace(/ \[\d+:\d+\]$/, ' [0:0]'))
    .map((line) => `${line}\n`)
    .join('');
}

export function restoreIptables(netns: Netns, backend: 'legacy' | 'nft', text: string): void {
  run(netns, `iptables-${backend}-restore`, ['--noflush'], text);
}

export function loadNft(netns: Netns, script: string): void {
  run(netns, 'nft', ['-f', '-'], script);
}

/** The table of nftables mode: blocks and elements in order of name, for the kernel keeps them in its own. */
export function listNft(netns: Netns): string {
  const listing = run(netns, 'nft', ['-s', 'list', 'ruleset']);
  const sortElements = (block: string): string =>
    block.replace(/elements = \{([^}]*)\}/s, (_, elements: string) =>
      elements
        .split(',')
        .map((element) => element.trim().replaceAll(/\s+/g, ' '))
        .sort()
        .join('\n'),
    );
  return listing
    .replace(/\n\}\n$/, '')
    .split('\n\n')
    .map(sortElements)
    .sort()
    .join('\n\n');
}
