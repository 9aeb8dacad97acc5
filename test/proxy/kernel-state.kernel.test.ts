import assert from 'node:assert/strict';
import type { Netns } from '../../native/netns/index.ts';
import { createIptablesDataPlane } from '../../src/proxy/iptables/data-plane.ts';
import { formatIptables } from '../../src/proxy/iptables/format.ts';
import { createNftablesDataPlane } from '../../src/proxy/nftables/data-plane.ts';
import { formatNftables } from '../../src/proxy/nftables/format.ts';
import type { DataPlane, ServicePort } from '../../src/proxy/types.ts';
import { inPrivateNetns, needNetns, skipBecause } from '../support/namespaces.ts';
import { whyNoIptablesNft, whyNoLegacy, whyNoNftables } from './kernel-support.ts';
import { listNft, loadNft, restoreIptables, saveIptables } from './kernel-tables.ts';
import { history, oneOfEach } from './sample-services.ts';

async function programAll<State>(
  plane: DataPlane<State>,
  node: Netns,
  lists: readonly (readonly ServicePort[])[],
): Promise<State> {
  let state: State | undefined;
  for (const list of lists) {
    const desired = plane.plan(list);
    await plane.apply(node, state, desired);
    state = desired;
  }
  assert.ok(state !== undefined);
  return state;
}

for (const backend of ['legacy', 'nft'] as const) {
  describe(`iptables mode over ${backend}: what the kernel lists`, () => {
    before(function () {
      needNetns(this);
      const reason = backend === 'legacy' ? whyNoLegacy() : whyNoIptablesNft();
      if (reason !== undefined) skipBecause(this, reason);
    });

    it('is what was planned', () =>
      inPrivateNetns(async (node) => {
        const plane = createIptablesDataPlane(backend);
        const state = await programAll(plane, node, [oneOfEach]);
        assert.equal(saveIptables(node, backend), withKernelProbabilities(formatIptables(state)));
      }));

    it('is what was planned after any change', () =>
      inPrivateNetns(async (node) => {
        const plane = createIptablesDataPlane(backend);
        for (let length = 1; length <= history.length; length += 1) {
          const lists = history.slice(Math.max(0, length - 2), length);
          await inPrivateNetns(async (other) => {
            const state = await programAll(createIptablesDataPlane(backend), other, lists);
            assert.equal(saveIptables(other, backend), withKernelProbabilities(formatIptables(state)));
          });
        }
        const state = await programAll(plane, node, [...history, []]);
        assert.equal(saveIptables(node, backend), formatIptables(state));
      }));

    it('still has the rules, chains and policies of others', () =>
      inPrivateNetns(async (node) => {
        const text =
          '*filter\n:FORWARD DROP [0:0]\n:MINE - [0:0]\n-A FORWARD -s 192.0.2.1/32 -j MINE\n-A MINE -j ACCEPT\nCOMMIT\n';
        restoreIptables(node, backend, text);
        await programAll(createIptablesDataPlane(backend), node, [oneOfEach, oneOfEach.slice(1), []]);
        const lines = saveIptables(node, backend).split('\n');
        for (const line of [':FORWARD DROP [0:0]', ':MINE - [0:0]', '-A MINE -j ACCEPT'])
          assert.ok(lines.includes(line), line);
        const forward = lines.filter((line) => line.startsWith('-A FORWARD'));
        assert.equal(forward.length, 5);
        assert.equal(forward.at(-1), '-A FORWARD -s 192.0.2.1/32 -j MINE');
      }));
  });
}

/** The kernel keeps probabilities as multiples of 2^-31 and lists those. */
function withKernelProbabilities(text: string): string {
  return text.replace(/--probability ([\d.]+)/g, (_, digits: string) => {
    const kept = Math.round(Number(digits) * 2 ** 31) / 2 ** 31;
    return `--probability ${kept.toFixed(11)}`;
  });
}

describe('nftables mode: what the kernel lists', () => {
  before(function () {
    needNetns(this);
    const reason = whyNoNftables();
    if (reason !== undefined) skipBecause(this, reason);
  });

  const loaded = (script: string): Promise<string> =>
    inPrivateNetns((netns) => {
      loadNft(netns, script);
      return listNft(netns);
    });

  it('is what nft makes of the printed rules', () =>
    inPrivateNetns(async (node) => {
      const state = await programAll(createNftablesDataPlane(), node, [oneOfEach]);
      assert.equal(listNft(node), await loaded(formatNftables(state)));
    }));

  it('is what was planned after any change, once stale chains are gone', () =>
    inPrivateNetns(async (node) => {
      let nowNs = 0;
      const plane = createNftablesDataPlane({ nowNs: () => nowNs });
      let state = await programAll(plane, node, history.slice(0, 1));
      for (const list of history.slice(1)) {
        const desired = plane.plan(list);
        await plane.apply(node, state, desired);
        nowNs += 2e9;
        await plane.apply(node, desired, desired);
        assert.equal(listNft(node), await loaded(formatNftables(desired)));
        state = desired;
      }
    }));

  it('keeps stale chains for a second, empty', () =>
    inPrivateNetns(async (node) => {
      let nowNs = 0;
      const plane = createNftablesDataPlane({ nowNs: () => nowNs });
      const state = await programAll(plane, node, [oneOfEach, []]);
      const stale = /chain service-ULMVA6XW-ns1\/svc1\/tcp\/p80 \{\n\t\}/;
      assert.match(listNft(node), stale);
      nowNs = 0.5e9;
      assert.equal((await plane.apply(node, state, state)).operations, 0);
      assert.match(listNft(node), stale);
      nowNs = 1.5e9;
      assert.ok((await plane.apply(node, state, state)).operations > 0);
      assert.equal(listNft(node), await loaded(formatNftables(state)));
    }));
});
