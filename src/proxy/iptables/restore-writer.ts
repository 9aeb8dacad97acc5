/** Writes through `iptables-nft-restore`, which turns the text into one nf_tables transaction. */
import type { Netns } from '../../../native/netns/index.ts';
import { monotonicNs } from '../clock.ts';
import { memoize } from '../memo.ts';
import { runTool, type Tool } from '../run-tool.ts';
import { chainLines, restoreText } from './restore-text.ts';
import type { TablesWriter } from './writer.ts';

/** As kube-proxy calls it. */
const restore: Tool = {
  command: 'iptables-nft-restore',
  args: ['--noflush', '--counters'],
  debianPackage: 'iptables',
};

export function createRestoreWriter(): TablesWriter {
  const linesOf = memoize(chainLines);
  return {
    write: async (node: Netns, previous, desired) => {
      const startNs = monotonicNs();
      const { text, operations } = restoreText(previous, desired, linesOf);
      const encodedNs = monotonicNs();
      await runTool(node, restore, text);
      const kernelNs = monotonicNs() - encodedNs;
      return { encodeNs: encodedNs - startNs, kernelNs, bytes: Buffer.byteLength(text), operations };
    },
  };
}
